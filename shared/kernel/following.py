"""How every service but their owner keeps the policy settings: one command, one handler, one reaction."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from shared.kernel.context import Context
from shared.kernel.model import Aggregate, Happened, History, command
from shared.kernel.published import SettingsAdopted
from shared.kernel.settings import SettingsBook


@command
class FollowSettings:
    number: int
    effective_from: date
    values: dict[str, Any]


def following(book: type[SettingsBook]) -> Callable[[FollowSettings, History, Context], Sequence[Aggregate]]:
    """The handler that keeps a service's own book."""

    def follow_settings(asked: FollowSettings, history: History, context: Context) -> Sequence[Aggregate]:
        known = history.find(book, SettingsBook.id_for(context.school))
        known.follow(asked.number, asked.effective_from, asked.values)
        return [known]

    return follow_settings


def follow_settings_after_adoption(happened: Happened) -> Iterator[FollowSettings]:
    adopted: SettingsAdopted = happened.event
    yield FollowSettings(number=adopted.number, effective_from=adopted.effective_from, values=adopted.values)
