"""What assessment knows of a studio: its people, its roster at the end."""

from typing import Any, Self
from uuid import UUID

from services.assessment.events import CaseOpened, EventId, FinalNoted, PartyNoted, RosterNoted, Standing
from shared.kernel.model import Aggregate
from shared.kernel.published import RosterEntry
from shared.kernel.values import derived_id


class Case(Aggregate):
    """One studio before the panel, through both stages."""

    opens = CaseOpened
    called = "工作室"

    studio_id: UUID
    host_id: UUID
    roster: tuple[RosterEntry, ...] | None = None
    roster_source: EventId | None = None
    final_passed: bool | None = None
    final_source: EventId | None = None

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.standings: dict[UUID, str] = {}
        self.ever: set[UUID] = set()

    @staticmethod
    def id_for(studio_id: UUID) -> UUID:
        return derived_id("case", studio_id)

    @classmethod
    def open(cls, studio_id: UUID, host_id: UUID) -> Self:
        case = cls(cls.id_for(studio_id))
        case.record(CaseOpened(studio_id=studio_id, host_id=host_id))
        return case

    def note_party(self, person_id: UUID, standing: Standing) -> None:
        if self.standings.get(person_id) != standing:
            self.record(PartyNoted(person_id=person_id, standing=standing))

    def note_roster(self, members: tuple[RosterEntry, ...], source: EventId) -> None:
        if self.roster is None:
            self.record(RosterNoted(members=members, source=source))

    def note_final(self, *, passed: bool, source: EventId) -> None:
        if self.final_passed is None:
            self.record(FinalNoted(passed=passed, source=source))

    def is_party(self, person_id: UUID) -> bool:
        """Host or member, now or before: they do not judge this studio (SIL-02)."""
        return person_id == self.host_id or person_id in self.ever

    def unevaluated(self) -> int:
        """Active trainees without the host's closing evaluation (A.9-15); supplementary members need none."""
        return sum(standing == "joined" for standing in self.standings.values())

    def apply(self, happened: Any) -> None:
        match happened:
            case CaseOpened():
                self.studio_id, self.host_id = happened.studio_id, happened.host_id
            case PartyNoted(person_id=person, standing=standing):
                self.standings[person] = standing
                self.ever.add(person)
            case RosterNoted(members=members, source=source):
                self.roster, self.roster_source = members, source
            case FinalNoted(passed=passed, source=source):
                self.final_passed, self.final_source = passed, source
