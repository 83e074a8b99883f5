"""What a decision rests on besides the history: who, where, on which day, under which settings."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.kernel.calendar import WorkCalendar, business_date
from shared.kernel.people import Actor, Role
from shared.kernel.policy import PolicySettings
from shared.kernel.settings import InForce


@dataclass(frozen=True, slots=True)
class Context:
    """The third argument of each handler.

    `on` is the business date (Asia/Shanghai), `at` when it is recorded (UTC). `correlation` names the
    request that started it all, `causation` the command's key or upstream and position.
    """

    actor: Actor
    school: str
    on: date
    at: datetime
    in_force: InForce
    calendar: WorkCalendar
    correlation: str
    causation: str

    @property
    def person(self) -> UUID:
        """Who asks; only for commands that no timer and no reaction gives."""
        assert self.actor.person is not None
        return self.actor.person

    @property
    def done_on(self) -> date:
        """The day from which notices run and on which deadlines bind: for what people do, the day they did it.

        A business date may lie 30 days back (A.9-11); it must not shorten anybody's time to object. What a
        timer does late counts from its due day.
        """
        return self.on if self.actor.role == Role.SYSTEM else max(self.on, business_date(self.at))

    @property
    def settings(self) -> PolicySettings:
        return self.in_force.values
