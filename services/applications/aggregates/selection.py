"""How the panel's sheets become a score, scores a ranking, and a ranking the list (A.9-7)."""

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from itertools import groupby
from uuid import UUID

from services.applications.events import Candidate
from shared.kernel.policy import PolicySettings
from shared.kernel.scoring import to_hundredths, trimmed_mean
from shared.kernel.values import Points

CONDITIONS = 6

Order = tuple[UUID, ...]


def panel_score(sheets: Iterable[tuple[Points, ...]], settings: PolicySettings) -> int:
    """The trimmed mean of the experts' means, in hundredths."""
    means = [Fraction(sum(points), CONDITIONS) for points in sheets]
    return to_hundredths(trimmed_mean(means, settings.panel_trim_from), settings.score_rounding)


def reaches(score_hundredths: int, settings: PolicySettings) -> bool:
    """The mark itself passes (AMB-14)."""
    return score_hundredths >= settings.selection_min_score_points * 100


def merit(candidate: Candidate) -> tuple[int, int, int]:
    """What ranks, the best first; equal in all three is tied."""
    return -candidate.score_hundredths, -len(candidate.flags), -candidate.semesters


def ranked(candidates: Iterable[Candidate]) -> tuple[tuple[Candidate, ...], tuple[Order, ...]]:
    """By score, then the number of flags met, then semesters; and the groups that are equal in all three."""
    ranking = tuple(sorted(candidates, key=lambda one: (*merit(one), str(one.application_id))))
    groups = (tuple(one.application_id for one in group) for _, group in groupby(ranking, merit))
    return ranking, tuple(group for group in groups if len(group) > 1)


def put_in_order(order: Order, tied: Sequence[Order], decided: Order) -> tuple[Order, tuple[Order, ...]]:
    """The order with one tied group as the school decided it, and the groups still tied."""
    if not any(set(group) == set(decided) for group in tied):
        return order, tuple(tied)
    first = min(order.index(id) for id in decided)
    return (
        order[:first] + decided + order[first + len(decided) :],
        tuple(group for group in tied if set(group) != set(decided)),
    )


def across_last_place(order: Order, tied: Sequence[Order], places: int) -> Order:
    """The tied group of which only a part would be on the list; () for none."""
    within = set(order[:places])
    return next((group for group in tied if 0 < len(within & set(group)) < len(group)), ())


def on_list(order: Order, places: int, out: Collection[UUID]) -> Order:
    """The first, as many as there are places, less those who are out: nobody takes their place."""
    return tuple(id for id in order[:places] if id not in out)
