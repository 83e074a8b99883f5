"""The register of things that were bought with the fund's money (SIL-09)."""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from services.finance.events import AssetDisposed, AssetRegistered, AssetStruckOff
from shared.kernel.model import Refused


@dataclass(kw_only=True)
class Assets:
    """How each thing stands; called in or not, it is in use until it is handed over or scrapped."""

    status: dict[UUID, str] = field(default_factory=dict)

    @property
    def in_use(self) -> tuple[UUID, ...]:
        return tuple(asset for asset, status in self.status.items() if status == "in_use")

    def is_so(self, asset_id: UUID, status: Literal["handed_over", "scrapped"]) -> bool:
        known = self.status.get(asset_id)
        if known in (None, "struck_off"):
            raise Refused(
                "asset-unknown", rule="SIL-09", asset_id=str(asset_id),
                zh="该工作室的资产登记中没有{asset_id}", en="{asset_id} is not in this studio's register of assets",
            )  # fmt: skip
        return known == status

    def apply(self, happened: Any) -> None:
        match happened:
            case AssetRegistered(asset_id=asset):
                self.status[asset] = "in_use"
            case AssetDisposed(asset_id=asset, status=status):
                self.status[asset] = status
            case AssetStruckOff(asset_id=asset):
                self.status[asset] = "struck_off"
