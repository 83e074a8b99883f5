"""From an expert's entries to a total of 100, from totals to the score: exact until the one rounding (A.9-16)."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from uuid import UUID

from services.assessment.events import RubricItem, RubricSection
from shared.kernel.policy import PolicySettings
from shared.kernel.published import Grade
from shared.kernel.scoring import is_trimmed

WRONG = {
    "no-scored-item": ("没有计分项", "has no item that gives points"),
    "no-full-mark": ("满分应大于0", "needs a full mark above 0"),
    "no-unit": ("每单位分值应大于0", "needs more than 0 points a unit"),
    "cap-missing": ("应有封顶分", "needs a cap"),
    "cap-below-floor": ("封顶分应大于0且不低于保底分", "needs a cap above 0 and not below the floor"),
    "floor-above-full": ("保底分不得高于满分", "has a floor above the full mark"),
    "level-twice": ("等级重复", "names a level twice"),
    "level-missing": ("等级应从0起连续", "needs levels from 0 on without a gap"),
    "levels-not-descending": ("等级分值应逐级递减", "needs fewer points for each further level"),
}
"""What can be wrong with an item or a section, in both languages."""


def faults(sections: Sequence[RubricSection]) -> Iterator[tuple[str, str]]:
    """Each item or section that cannot be scored by: its code, and which of `WRONG` it is."""
    for number, section in enumerate(sections, start=1):
        for place, item in enumerate(section.items, start=1):
            if wrong := _fault(item, section):
                yield f"{number}.{place}", wrong
        if not any(item.kind != "veto" for item in section.items):
            yield str(number), "no-scored-item"
        elif section.mode == "sum" and not any(most(item) for item in section.items):
            yield str(number), "cap-missing"


def _fault(item: RubricItem, section: RubricSection) -> str | None:
    if item.kind in ("per_unit", "deduction", "open") and item.unit == 0:
        return "no-unit"
    match item.kind:
        case "points" | "deduction" if item.full == 0:
            return "no-full-mark"
        case "deduction" if item.floor > item.full:
            return "floor-above-full"
        case "per_unit" if item.cap is None:
            return "cap-missing"
        case "open" if item.cap is None and section.mode == "mean":
            return "cap-missing"
        case "per_unit" | "open" if item.cap is not None and item.cap < max(item.floor, 1):
            return "cap-below-floor"
        case "levels":
            return _fault_of_levels(item)
    return None


def _fault_of_levels(item: RubricItem) -> str | None:
    levels = [level.level for level in item.levels]
    if len(set(levels)) != len(levels):
        return "level-twice"
    if not levels or sorted(levels) != list(range(len(levels))):
        return "level-missing"
    points = [level.points for level in sorted(item.levels, key=lambda level: level.level)]
    if points[0] == 0:
        return "no-full-mark"
    descends = all(better > worse for better, worse in pairwise(points))
    return None if descends else "levels-not-descending"


def takes(item: RubricItem, entry: int) -> bool:
    """Whether an expert may enter this for the item."""
    match item.kind:
        case "points":
            return 0 <= entry <= item.full
        case "levels":
            return 0 <= entry < len(item.levels)
        case "veto":
            return entry in (0, 1)
    return entry >= 0


def most(item: RubricItem) -> int | None:
    """The most points of an item: the whole of its share. None for an open end, 0 for a veto."""
    match item.kind:
        case "points" | "deduction":
            return item.full
        case "levels":
            return max(level.points for level in item.levels)
        case "per_unit" | "open":
            return item.cap
    return 0


def points(item: RubricItem, entry: int) -> int:
    """What an entry is worth."""
    match item.kind:
        case "points":
            return entry
        case "deduction":
            return max(item.full - entry * item.unit, item.floor)
        case "levels":
            return next(level.points for level in item.levels if level.level == entry)
        case "per_unit" | "open":
            earned = max(entry * item.unit, item.floor)
            return earned if item.cap is None else min(earned, item.cap)
    return 0


def share(section: RubricSection, entries: Sequence[int]) -> Fraction:
    """The part of a section that was reached, 0 to 1; what an open end adds beyond the whole is cut off."""
    entered = zip(section.items, entries, strict=True)
    scored = [(points(item, entry), most(item)) for item, entry in entered if most(item) != 0]
    if section.mode == "sum":
        return min(Fraction(1), Fraction(sum(earned for earned, _ in scored), sum(whole or 0 for _, whole in scored)))
    return sum((Fraction(earned, whole or 1) for earned, whole in scored), Fraction(0)) / len(scored)


def total(sections: Sequence[RubricSection], entries: Sequence[int]) -> Fraction:
    """One expert's total of 100."""
    rest, reached = list(entries), Fraction(0)
    for section in sections:
        mine, rest = rest[: len(section.items)], rest[len(section.items) :]
        reached += section.weight * share(section, mine)
    return reached


def is_vetoing(sections: Sequence[RubricSection], entries: Sequence[int]) -> bool:
    """Whether an expert says yes to a veto item."""
    items = (item for section in sections for item in section.items)
    return any(item.kind == "veto" and entry == 1 for item, entry in zip(items, entries, strict=True))


def left_out(totals: Mapping[UUID, Fraction], trim_from: int) -> tuple[UUID, ...]:
    """Whose totals the mean leaves out: of equal ones it does not matter whose, the id decides. From 0 on: nobody's."""
    if not is_trimmed(len(totals), trim_from):
        return ()
    ranked = sorted(totals, key=lambda expert: (totals[expert], str(expert)))
    return ranked[0], ranked[-1]


def grade_of(hundredths: int, settings: PolicySettings, *, is_vetoed: bool) -> Grade:
    """A ladder of lower bounds, each included; no points outweigh a veto (AMB-14)."""
    if is_vetoed or hundredths < settings.pass_score_points * 100:
        return "failed"
    return "excellent" if hundredths >= settings.excellent_score_points * 100 else "passed"
