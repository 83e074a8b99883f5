"""Lines of a log as services write them, about few studios and persons, so that they meet."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from eventsourcing.persistence import StoredEvent

from shared.chassis.batch import Entry
from shared.chassis.log import Log
from shared.kernel.published import (
    DutyDelegated,
    Evaluated,
    ExpertAppointed,
    MemberJoined,
    MemberRemoved,
    RosterEntry,
    StudioRosterClosed,
)

SCHOOLS = ("jiangyin", "wuxi")
PERSONS = [UUID(int=0xAAAA0000 + n) for n in range(4)]
STUDIOS = [UUID(int=0xBBBB0000 + n) for n in range(3)]
STREAMS = [UUID(int=0xCCCC0000 + n) for n in range(5)]
MONDAY = datetime.fromisoformat("2026-03-02T10:00:00+08:00")


def joined(person: UUID, studio: UUID) -> MemberJoined:
    return MemberJoined(studio_id=studio, membership_id=UUID(int=5), person_id=person)


def removed(person: UUID, studio: UUID) -> MemberRemoved:
    return MemberRemoved(studio_id=studio, membership_id=UUID(int=5), person_id=person)


def appointed(person: UUID, _studio: UUID) -> ExpertAppointed:
    return ExpertAppointed(person_id=person, until=date(2027, 1, 1))


def evaluated(_person: UUID, studio: UUID) -> Evaluated:
    return Evaluated(studio_id=studio, stage="final", passed=True, score_hundredths=6000)


def closed(person: UUID, studio: UUID) -> StudioRosterClosed:
    entry = RosterEntry(
        person_id=person, membership_id=UUID(int=5), status="active", attended_hours=0, sessions_obliged=0,
        sessions_attended=0, unexcused_absences=0, host_points=None, plan_filed=False,
    )  # fmt: skip
    return StudioRosterClosed(studio_id=studio, members=(entry,))


def delegated(person: UUID, _studio: UUID) -> DutyDelegated:
    day = date(2026, 1, 1)
    return DutyDelegated(
        delegation_id=UUID(int=6), role="personnel", bound_to=None, from_person=person, to_person=PERSONS[0],
        first_on=day, last_on=day,
    )  # fmt: skip


SAYINGS = (joined, removed, appointed, evaluated, closed, delegated)


@dataclass
class Scribe:
    """Writes lines one after the other into a log; a stream belongs to one school, as everywhere."""

    log: Log
    now: datetime = MONDAY
    versions: dict[UUID, int] = field(default_factory=dict)

    def writes(self, event: Any, stream: UUID = STREAMS[0], actor: UUID | None = None, hours: int = 0) -> int:
        """Its position."""
        self.log.commit([Entry(events=[self.line(event, stream, actor, hours)])])
        return self.log.head()

    def line(self, event: Any, stream: UUID, actor: UUID | None, hours: int) -> StoredEvent:
        self.now += timedelta(hours=hours)
        version = self.versions[stream] = self.versions.get(stream, 0) + 1
        state = {
            "actor": {"person": actor, "role": "personnel" if actor else "system"}, "at": self.now, "causation": "c",
            "correlation": "c", "on": self.now.date(), "rules": 0, "school": school_of(stream), "nonce": "0" * 32,
            "body": event,
        }  # fmt: skip
        return StoredEvent(stream, version, event.__event_name__, orjson.dumps(state))

    def writes_all(self, events: Iterable[Any], **more: Any) -> list[int]:
        return [self.writes(event, **more) for event in events]


def school_of(stream: UUID) -> str:
    return SCHOOLS[stream.int % 2]
