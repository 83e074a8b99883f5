"""The one clock: machine time, or in a rehearsal machine time plus the service's own offset."""

from datetime import UTC, date, datetime, timedelta

from shared.chassis.log import Log
from shared.kernel.calendar import business_date


class Clock:
    """`now` is an aware UTC instant. In a rehearsal `refresh` reads the offset that all processes share."""

    def __init__(self, log: Log, *, rehearsal: bool, start: str | None) -> None:
        self._log, self.rehearsal = log, rehearsal
        self._offset = timedelta()
        if rehearsal:
            if start:
                begin = datetime.fromisoformat(start)
                log.set_clock_offset(_seconds_from_now(begin), only_first=True)
            self.refresh()

    def refresh(self) -> None:
        if self.rehearsal:
            self._offset = timedelta(seconds=self._log.clock_offset() or 0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def today(self) -> date:
        """The business date, Asia/Shanghai."""
        return business_date(self.now())

    def move_to(self, instant: datetime) -> None:
        """Set this service's clock, never back: what was recorded at a time stays in the past."""
        self.refresh()
        if instant <= self.now():
            return
        self._log.set_clock_offset(_seconds_from_now(instant))
        self.refresh()


def _seconds_from_now(instant: datetime) -> int:
    # Rounded up, so that a clock set to the instant at which something is due has reached it.
    return int((instant - datetime.now(UTC)).total_seconds() // 1) + 1
