"""Publicity: where and when a studio's results were made known (ASM-11)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.assessment.events import ResultPublicised
from shared.kernel.model import Happened, ReadModel


@dataclass(frozen=True)
class PublicityRow:
    studio_id: UUID
    channel: str
    title: str
    document: str
    publicised_on: date


def fold(_key: str, _row: PublicityRow | None, happened: Happened) -> PublicityRow | None:
    told: ResultPublicised = happened.event
    return PublicityRow(told.studio_id, told.channel, told.title, told.document, told.publicised_on)


publicity = ReadModel("publicity", row=PublicityRow, fold=fold, facts=(ResultPublicised,), filters=("studio_id",))
