"""Settings are adopted, and a round is opened with them."""

from collections.abc import Sequence
from typing import Any, cast

from services.applications.aggregates.round import Round
from services.applications.aggregates.settings import PolicyBook
from services.applications.events import Level
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, command
from shared.kernel.settings import check_change
from shared.kernel.values import ChosenId, Day, Flag, Label, Points, Text, Whole


@command
class AdoptSettings:
    effective_from: Day
    values: dict[str, Any]


def adopt_settings(asked: AdoptSettings, history: History, context: Context) -> Sequence[Aggregate]:
    check_change(asked.values)
    book = history.find(PolicyBook, PolicyBook.id_for(context.school))
    book.adopt(asked.effective_from, asked.values)
    return [book]


@command
class OpenRound:
    """`review_chain` and `min_score_points`: those of the settings in force unless given."""

    round_id: ChosenId
    title: Label
    deadline: Day
    places: Whole
    min_score_points: Points | None = None
    require_class_honor: Flag = True
    waiver_reason: Text | None = None
    review_chain: tuple[Level, ...] | None = None


def open_round(asked: OpenRound, history: History, context: Context) -> Sequence[Aggregate]:
    known = history.find(Round, asked.round_id)
    if known.exists:
        return [known]
    least = asked.min_score_points
    if asked.deadline < context.on:
        raise Refused(
            "deadline-past", rule="A.5", deadline=asked.deadline.isoformat(), on=context.on.isoformat(),
            zh="截止日{deadline}早于{on}", en="the deadline {deadline} is before {on}",
        )  # fmt: skip
    chain = asked.review_chain or cast("tuple[Level, ...]", context.settings.review_chain)
    check_change({"review_chain": list(chain)})
    opened = Round.open(
        asked.round_id, title=asked.title, deadline=asked.deadline, places=asked.places,
        min_score=Points(context.settings.selection_min_score_points if least is None else least),
        require_class_honor=asked.require_class_honor, waiver_reason=asked.waiver_reason,
        review_chain=chain, settings=context.settings,
    )  # fmt: skip
    return [opened]
