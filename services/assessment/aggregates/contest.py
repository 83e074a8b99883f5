"""A posted result: its notice, objections to it, and the one re-check by others (SIL-01, SIL-03)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.assessment.events import (
    ObjectionAnswered,
    RecheckRequested,
    RectificationOrdered,
    Rescored,
    ResultObjected,
    ScoreWithdrawn,
)
from shared.kernel.calendar import WorkCalendar
from shared.kernel.model import Refused
from shared.kernel.published import Stage


@dataclass(frozen=True)
class Notice:
    """How long a result is posted; extended once when an objection is open at its end."""

    posted_on: date
    workdays: int
    is_extended: bool = False

    def over_on(self, calendar: WorkCalendar) -> date | None:
        """The day after its last; None while the calendar does not reach that far."""
        return calendar.takes_effect_on(self.posted_on, self.workdays)

    def settled_on(self, day: date, calendar: WorkCalendar) -> date | None:
        """The day of a settlement when the notice is over by then; before, the notice's own end counts."""
        over = self.over_on(calendar)
        return day if over is not None and over <= day else None

    def check_objection(self, day: date, calendar: WorkCalendar) -> None:
        until = calendar.period_end(self.posted_on, self.workdays)
        if until is not None and day > until:
            raise Refused(
                "objection-late", rule="SIL-01", on=day.isoformat(), until=until.isoformat(),
                zh="公示已于{until}届满，不再受理异议（{on}）",
                en="the notice ended on {until}, an objection on {on} is too late",
            )  # fmt: skip

    def check_recheck(self, day: date, calendar: WorkCalendar, workdays: int) -> None:
        """Within so many working days of posting, and within the notice."""
        periods = (workdays, self.workdays)
        until = min((end for one in periods if (end := calendar.period_end(self.posted_on, one))), default=None)
        if until is not None and day > until:
            raise Refused(
                "recheck-late", rule="SIL-03", on=day.isoformat(), until=until.isoformat(), workdays=workdays,
                zh="申请复核的期限为公示后{workdays}个工作日，已于{until}届满（{on}）",
                en="a re-check is asked for within {workdays} working days, until {until}, not on {on}",
            )  # fmt: skip


@dataclass
class Objections:
    """Those to one posted result, each answered by an office, once."""

    raised: dict[UUID, ResultObjected] = field(default_factory=dict)
    answers: dict[UUID, bool] = field(default_factory=dict)

    @property
    def are_open(self) -> bool:
        return len(self.answers) < len(self.raised)

    def is_new(self, objection: ResultObjected) -> bool:
        """False for the same once more; a line of before names no objector, its text decides."""
        known = self.raised.get(objection.objection_id)
        if known is None:
            return True
        if known.reason != objection.reason or known.objector_id not in (None, objection.objector_id):
            raise Refused("id-taken", rule=None, zh="这个异议编号已被使用", en="this objection id is taken already")
        return False

    def is_due(self, objection_id: UUID, by: UUID, *, upheld: bool) -> bool:
        """Whether it is still to be answered; False when it was answered so."""
        if objection_id not in self.raised:
            raise Refused(
                "no-objection", rule="SIL-01", objection_id=str(objection_id),
                zh="没有编号为{objection_id}的异议", en="there is no objection {objection_id}",
            )  # fmt: skip
        answer = self.answers.get(objection_id)
        if answer == upheld:
            return False
        if answer is not None:
            raise Refused(
                "already-answered", rule="SIL-01",
                zh="该异议已答复，不能更改", en="the objection is answered already, and the answer stands",
            )  # fmt: skip
        if by == self.raised[objection_id].objector_id:
            raise Refused(
                "own-objection", rule="SIL-01",
                zh="不得答复本人提出的异议", en="nobody answers their own objection",
            )  # fmt: skip
        return True

    def wait_besides(self, objection_id: UUID) -> bool:
        """Whether the result still waits when this one is answered."""
        return any(id not in self.answers for id in self.raised if id != objection_id)

    def apply(self, happened: Any) -> None:
        match happened:
            case ResultObjected(objection_id=id):
                self.raised[id] = happened
            case ObjectionAnswered(objection_id=id, upheld=upheld):
                self.answers[id] = upheld


@dataclass
class Recheck:
    """Other experts score again: the host asked for it, or an upheld objection did; once for a result."""

    is_open: bool = False
    is_done: bool = False

    def check_not_done(self, stage: Stage) -> None:
        if self.is_done:
            raise Refused(
                "recheck-once", rule="SIL-03", stage=stage,
                zh="{stage}结果已经复核，只复核一次", en="the result of the {stage} was re-checked, which happens once",
            )  # fmt: skip

    def check_open(self, stage: Stage, *, under_way: bool = True) -> None:
        """`under_way`: what else it takes, that a second panel sits."""
        if not (self.is_open and under_way):
            raise Refused(
                "no-recheck", rule="SIL-03", stage=stage,
                zh="{stage}没有待办的复核", en="no re-check of the {stage} is under way",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case RecheckRequested():
                self.is_open = True
            case ObjectionAnswered(upheld=upheld):
                self.is_open = self.is_open or upheld
            case Rescored(by_recheck=True, for_the_record=False):
                self.is_open, self.is_done = False, True
            case ScoreWithdrawn():
                self.is_open = False
            case RectificationOrdered():
                self.is_open = self.is_done = False
