"""Who belongs to the studio whose fund it is."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from services.finance.aggregates.texts import AccountingTexts
from services.finance.commands.years import known_fund
from services.finance.events import HostStanding, Kind
from shared.kernel.context import Context
from shared.kernel.erasing import EraseTexts
from shared.kernel.model import Aggregate, History, command
from shared.kernel.values import Day


@command
class NoteMember:
    studio_id: UUID
    person_id: UUID
    standing: Literal["joined", "left"]
    kind: Kind = "trainee"


def note_member(asked: NoteMember, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.note_member(asked.person_id, asked.standing, asked.kind)
    return [fund]


@command
class NoteHost:
    studio_id: UUID
    host_id: UUID
    changed_on: Day


def note_host(asked: NoteHost, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.note_host(asked.host_id, asked.changed_on)
    return [fund]


@command
class NoteHostStanding:
    """Of the host named, or of whoever is host when none is."""

    studio_id: UUID
    standing: HostStanding
    host_id: UUID | None = None


def note_host_standing(asked: NoteHostStanding, history: History, context: Context) -> Sequence[Aggregate]:
    fund = known_fund(asked.studio_id, history)
    fund.note_host_standing(asked.host_id or fund.people.host_id, asked.standing)
    return [fund]


def erase_texts(asked: EraseTexts, history: History, context: Context) -> Sequence[Aggregate]:
    """Asked for with the person's erasure, and again by time when accounting records may go (A.9-21)."""
    texts = history.find(AccountingTexts, AccountingTexts.id_for(context.school, asked.person_id))
    texts.erase_after(asked.person_id, context.on, context.settings.accounting_retention_years)
    return [texts]
