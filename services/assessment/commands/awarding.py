"""What a studio brings its people, revocations, and new certificates for old."""

from collections.abc import Sequence
from uuid import UUID

from services.assessment.aggregates.award import Award
from services.assessment.aggregates.case import Case
from services.assessment.commands.looking import known_case
from services.assessment.events import EventId, ReasonCode
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, command
from shared.kernel.personal import PersonalText
from shared.kernel.published import RosterEntry
from shared.kernel.values import Flag


@command
class NoteFinal:
    studio_id: UUID
    passed: Flag
    source: EventId


def note_final(asked: NoteFinal, history: History, context: Context) -> Sequence[Aggregate]:
    case = known_case(asked.studio_id, history)
    if not history.find(Award, Award.id_for(case.studio_id)).is_complete:
        case.note_final(passed=asked.passed, source=asked.source)
    return [case, _conferred(case, history, context)]


@command
class NoteRoster:
    studio_id: UUID
    members: tuple[RosterEntry, ...]
    source: EventId


def note_roster(asked: NoteRoster, history: History, context: Context) -> Sequence[Aggregate]:
    case = known_case(asked.studio_id, history)
    case.note_roster(asked.members, asked.source)
    return [case, _conferred(case, history, context)]


def _conferred(case: Case, history: History, context: Context) -> Award:
    award = history.find(Award, Award.id_for(case.studio_id))
    award.confer(case, context.settings)
    return award


@command
class Revoke:
    """A certificate by its id, or the title of a person: one of the two (SIL-08)."""

    studio_id: UUID
    reason_code: ReasonCode
    reason: PersonalText
    certificate_id: UUID | None = None
    person_id: UUID | None = None


def revoke(asked: Revoke, history: History, context: Context) -> Sequence[Aggregate]:
    award = history.load(Award, Award.id_for(asked.studio_id))
    match asked.certificate_id, asked.person_id:
        case UUID() as certificate, None:
            award.revoke_certificate(asked.studio_id, certificate, asked.reason_code, asked.reason)
        case None, UUID() as person:
            award.revoke_title(asked.studio_id, person, asked.reason_code, asked.reason)
        case _:
            raise Refused(
                "revocation-of-one", rule="SIL-08",
                zh="撤销须写明证书编号或称号所属人，二者择一",
                en="a revocation names either a certificate or the person of a title",
            )  # fmt: skip
    return [award]


@command
class Reissue:
    """A new certificate for one that was lost or printed wrong (SIL-08)."""

    studio_id: UUID
    certificate_id: UUID
    reason: PersonalText


def reissue(asked: Reissue, history: History, context: Context) -> Sequence[Aggregate]:
    award = history.load(Award, Award.id_for(asked.studio_id))
    award.reissue(asked.studio_id, asked.certificate_id, asked.reason)
    return [award]
