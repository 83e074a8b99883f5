"""Settings are adopted, and a round is opened with them."""

from collections.abc import Sequence
from dataclasses import field
from typing import Any, ClassVar, cast

from services.applications.aggregates.round import ROUND_SCOPED, Round
from services.applications.aggregates.settings import OwnBook
from services.applications.events import Level
from shared.kernel.context import Context
from shared.kernel.model import Aggregate, History, Refused, command
from shared.kernel.settings import check_change, check_values
from shared.kernel.values import ChosenId, Day, Flag, Label, Points, Text, Whole


@command
class AdoptSettings:
    """What is not named stays as it is in force on that day."""

    effective_from: Day
    values: dict[str, Any]

    example: ClassVar[Any] = {"effective_from": "2026-09-01", "values": {"pass_score_points": 65}}


def adopt_settings(asked: AdoptSettings, history: History, context: Context) -> Sequence[Aggregate]:
    if not asked.values:
        raise Refused("nothing-adopted", rule="A.7", zh="请至少写明一项设置", en="name at least one setting")
    check_values(asked.values)
    book = history.find(OwnBook, OwnBook.id_for(context.school))
    book.adopt(asked.effective_from, asked.values, context.done_on)
    return [book]


@command
class OpenRound:
    """`settings`: those that this round has of its own, by name; the school's in force stand for all others.

    `review_chain` and `min_score_points` may be given by themselves; `require_class_honor` waives with a reason.
    """

    round_id: ChosenId
    title: Label
    deadline: Day
    places: Whole
    min_score_points: Points | None = None
    require_class_honor: Flag = True
    waiver_reason: Text | None = None
    review_chain: tuple[Level, ...] | None = None
    settings: dict[str, Any] = field(default_factory=dict)


def open_round(asked: OpenRound, history: History, context: Context) -> Sequence[Aggregate]:
    known = history.find(Round, asked.round_id)
    if known.exists:
        return [known]
    _check_overrides(asked.settings)
    settings, least = context.settings.overlaid(asked.settings), asked.min_score_points
    if asked.deadline < context.on:
        raise Refused(
            "deadline-past", rule="A.5", deadline=asked.deadline.isoformat(), on=context.on.isoformat(),
            zh="截止日{deadline}早于{on}", en="the deadline {deadline} is before {on}",
        )  # fmt: skip
    chain = asked.review_chain or cast("tuple[Level, ...]", settings.review_chain)
    check_values({"review_chain": list(chain)})
    opened = Round.open(
        asked.round_id, title=asked.title, deadline=asked.deadline, places=asked.places,
        min_score=Points(settings.selection_min_score_points if least is None else least),
        require_class_honor=asked.require_class_honor and settings.require_class_honor,
        waiver_reason=asked.waiver_reason, review_chain=chain, settings=context.settings, overrides=asked.settings,
    )  # fmt: skip
    return [opened]


def _check_overrides(overrides: dict[str, Any]) -> None:
    if strange := sorted(set(overrides) - set(ROUND_SCOPED)):
        raise Refused(
            "not-a-round-setting", rule="A.7", name=strange[0][:100],
            zh="{name}不是申报轮次可以自定的设置", en="{name} is no setting that a round has of its own",
        )  # fmt: skip
    if overrides:
        check_change(overrides)
