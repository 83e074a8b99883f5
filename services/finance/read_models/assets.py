"""The register of assets: what was bought to keep, who keeps it, and what became of it (SIL-09)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.finance.events import AssetDisposed, AssetRegistered, AssetsCalledIn, AssetStruckOff, HostNoted
from shared.kernel.model import Happened, ReadModel
from shared.kernel.money import Fen
from shared.kernel.personal import PersonalText


@dataclass(frozen=True)
class AssetRow:
    """Status: in_use, handed_over, scrapped. `to_hand_over`: the fund is closed and the school wants it."""

    asset_id: UUID
    studio_id: UUID
    host_id: UUID
    name: str
    quantity: int
    unit_price: Fen
    registered_on: date
    status: str = "in_use"
    to_hand_over: bool = False
    disposed_on: date | None = None
    disposed_by: UUID | None = None
    reason: PersonalText | None = None


def keys(happened: Happened) -> Iterable[str]:
    match happened.event:
        case AssetsCalledIn(asset_ids=assets) | HostNoted(assets=assets):
            return [f"{happened.stream}:{asset}" for asset in assets]
    return (f"{happened.stream}:{happened.event.asset_id}",)


def fold(_key: str, row: AssetRow | None, happened: Happened) -> AssetRow | None:
    match happened.event:
        case AssetRegistered() as bought:
            return AssetRow(
                asset_id=bought.asset_id, studio_id=bought.studio_id, host_id=bought.keeper_id, name=bought.name,
                quantity=bought.quantity, unit_price=bought.unit_fen, registered_on=happened.on,
            )  # fmt: skip
        case AssetDisposed(status=status, reason=reason) if row:
            gone = replace(row, status=status, to_hand_over=False, reason=reason)
            return replace(gone, disposed_on=happened.on, disposed_by=happened.person)
        case AssetStruckOff():
            return None
        case HostNoted(host_id=host) if row:
            return replace(row, host_id=host)
        case AssetsCalledIn() if row:
            return replace(row, to_hand_over=True)
    return row


assets = ReadModel(
    "assets", row=AssetRow, keys=keys, fold=fold, filters=("studio_id", "host_id", "status"),
    facts=(AssetRegistered, AssetDisposed, AssetStruckOff, AssetsCalledIn, HostNoted),
)  # fmt: skip
