"""What assessment knows of a studio: its people, its roster at the end."""

from typing import Any, Self
from uuid import UUID

from services.assessment.events import (
    CaseOpened,
    Conduct,
    ConductNoted,
    EventId,
    FinalNoted,
    HostNoted,
    PartyNoted,
    RosterNoted,
    Standing,
)
from shared.kernel.model import Aggregate
from shared.kernel.published import LeadKind, RosterEntry, StudioDisqualified
from shared.kernel.values import Slug, derived_id


class Case(Aggregate):
    """One studio before the panel, through both stages."""

    opens = CaseOpened
    called = "工作室"

    studio_id: UUID
    host_id: UUID
    lead_kind: LeadKind = "host"
    department: Slug | None = None
    roster: tuple[RosterEntry, ...] | None = None
    roster_source: EventId | None = None
    final_passed: bool | None = None
    final_source: EventId | None = None
    is_disqualified = False
    """For a violation of the code of conduct; for a failed mid-term, the evaluation says so."""

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.standings: dict[UUID, str] = {}
        self.ever: set[UUID] = set()
        self.violations: dict[UUID, tuple[UUID, Conduct]] = {}

    @staticmethod
    def id_for(studio_id: UUID) -> UUID:
        return derived_id("case", studio_id)

    @classmethod
    def open(cls, studio_id: UUID, host_id: UUID, lead_kind: LeadKind, department: Slug | None) -> Self:
        case = cls(cls.id_for(studio_id))
        case.record(CaseOpened(studio_id=studio_id, host_id=host_id, lead_kind=lead_kind, department=department))
        return case

    def note_host(self, host_id: UUID) -> None:
        if self.host_id != host_id:
            self.record(HostNoted(former_host_id=self.host_id, host_id=host_id))

    def note_party(self, person_id: UUID, standing: Standing) -> None:
        if self.standings.get(person_id) != standing:
            self.record(PartyNoted(person_id=person_id, standing=standing))

    def note_conduct(self, violation_id: UUID, person_id: UUID, standing: Conduct) -> None:
        if self.violations.get(violation_id) != (person_id, standing):
            self.record(ConductNoted(violation_id=violation_id, person_id=person_id, standing=standing))

    def disqualify_for_conduct(self) -> None:
        """The host violated the code of conduct: qualification and funding end, once (SIL-07)."""
        if not self.is_disqualified:
            self.record(StudioDisqualified(studio_id=self.studio_id, cause="ethics"))

    def note_roster(self, members: tuple[RosterEntry, ...], source: EventId) -> None:
        if self.roster is None:
            self.record(RosterNoted(members=members, source=source))

    def note_final(self, *, passed: bool, source: EventId) -> None:
        """A revision is noted too, as long as it may still decide about the awards."""
        if self.final_passed != passed:
            self.record(FinalNoted(passed=passed, source=source))

    def is_party(self, person_id: UUID) -> bool:
        """Host or member, now or before: they do not judge this studio (SIL-02)."""
        return person_id == self.host_id or person_id in self.ever

    def conduct_of(self, person_id: UUID) -> Conduct | None:
        """Confirmed once is confirmed; on record, the person's awards wait (SIL-07)."""
        mine = {standing for person, standing in self.violations.values() if person == person_id}
        of_weight: tuple[Conduct, ...] = ("confirmed", "recorded")
        return next((standing for standing in of_weight if standing in mine), None)

    def unevaluated(self) -> int:
        """Active trainees without the host's closing evaluation (A.9-15); supplementary members need none."""
        return sum(standing == "joined" for standing in self.standings.values())

    def apply(self, happened: Any) -> None:
        match happened:
            case CaseOpened():
                self.studio_id, self.host_id = happened.studio_id, happened.host_id
                self.lead_kind, self.department = happened.lead_kind, happened.department
            case HostNoted(former_host_id=former, host_id=host):
                self.host_id = host
                self.ever.add(former)
            case PartyNoted(person_id=person, standing=standing):
                self.standings[person] = standing
                self.ever.add(person)
            case ConductNoted(violation_id=violation, person_id=person, standing=standing):
                self.violations[violation] = person, standing
            case StudioDisqualified():
                self.is_disqualified = True
            case RosterNoted(members=members, source=source):
                self.roster, self.roster_source = members, source
            case FinalNoted(passed=passed, source=source):
                self.final_passed, self.final_source = passed, source
