"""What a decision rests on besides the history: who, where, on which day, under which settings."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.kernel.calendar import WorkCalendar
from shared.kernel.people import Actor
from shared.kernel.settings import InForce, PolicySettings


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
    def settings(self) -> PolicySettings:
        return self.in_force.values
