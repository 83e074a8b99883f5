"""When a stage of a studio is judged: from when, until when, and how much later at most."""

from dataclasses import dataclass
from datetime import date, timedelta

from shared.kernel.calendar import add_months
from shared.kernel.model import Refused
from shared.kernel.published import Stage


@dataclass(frozen=True)
class Window:
    """`rectify_until` is the last day to put a first failure right (AMB-15)."""

    stage: Stage
    opens_on: date
    closes_on: date | None
    rectify_until: date | None = None

    def check_open(self, day: date, *, is_scored: bool) -> None:
        rule = "ASM-04" if self.stage == "final" else "A.9-13"
        if day < self.opens_on:
            raise Refused(
                "stage-not-open", rule=rule, stage=self.stage, on=day.isoformat(), opens_on=self.opens_on.isoformat(),
                zh="{opens_on}之前不能进行此项考核（{on}）", en="{on} is before {opens_on}, when this stage opens",
            )  # fmt: skip
        if self.rectify_until and not is_scored and day > self.rectify_until:
            raise Refused(
                "rectification-over", rule="AMB-15", on=day.isoformat(), until=self.rectify_until.isoformat(),
                zh="整改期已于{until}届满（{on}）", en="the time for rectification ended on {until}, before {on}",
            )  # fmt: skip

    def is_extended_by(self, until: date, months: int) -> bool:
        """Once, after the cycle's end, by so many months at most (SIL-11); False when it is extended so."""
        ends_on = self.opens_on - timedelta(days=1)
        latest = add_months(ends_on, months)
        if not ends_on < until <= latest:
            raise Refused(
                "extension-too-long", rule="SIL-11", until=until.isoformat(), ends_on=ends_on.isoformat(),
                latest=latest.isoformat(), months=months,
                zh="终期评估最多可延期{months}个月，应在{ends_on}之后、不晚于{latest}，现为{until}",
                en="the final is extended by {months} months at most, after {ends_on} and up to {latest}, not {until}",
            )  # fmt: skip
        if self.closes_on not in (None, until):
            raise Refused(
                "already-extended", rule="SIL-11", until=str(self.closes_on),
                zh="终期评估已延期至{until}，只能延期一次",
                en="the final was extended to {until}, which happens once",
            )  # fmt: skip
        return self.closes_on is None
