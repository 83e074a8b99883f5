"""Who sits on a round's panel."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.applications.events import PanelSeated
from shared.kernel.model import Happened, ReadModel


@dataclass(frozen=True)
class PanelRow:
    round_id: UUID
    experts: tuple[UUID, ...]
    seated_on: date


def fold(_key: str, _row: PanelRow | None, happened: Happened) -> PanelRow:
    seated: PanelSeated = happened.event
    return PanelRow(seated.round_id, seated.experts, happened.on)


panels = ReadModel("selection-panels", row=PanelRow, facts=(PanelSeated,), fold=fold, filters=("round_id",))
