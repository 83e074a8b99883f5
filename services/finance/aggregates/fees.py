"""The soft check of an expert's fee (AMB-21)."""

from services.finance.events import FeeCheck, Rank
from shared.kernel.policy import PolicySettings

RANKS: tuple[Rank, ...] = ("associate", "full", "academician")
HALF_DAYS = 2
"""Of the one day that an activity is on."""


def fee_cap(rank: Rank, class_hours: int, settings: PolicySettings) -> int:
    """The most that is usual in fen: by rank for each class hour, of so many hours in half a day."""
    counted = min(class_hours, settings.expert_hours_per_half_day * HALF_DAYS)
    return int(settings.expert_fee_caps_fen[RANKS.index(rank)]) * counted


def fee_check(fen: int, rank: Rank | None, class_hours: int | None, settings: PolicySettings) -> FeeCheck:
    if rank is None or class_hours is None:
        return "unknown"
    return "within" if fen <= fee_cap(rank, class_hours, settings) else "above"
