"""Under which settings a round's decisions are judged again."""

from services.applications.aggregates.round import ROUND_SCOPED, Round
from services.applications.aggregates.settings import OwnBook
from shared.kernel.context import Context
from shared.kernel.explaining import Past
from shared.kernel.model import Happened
from shared.kernel.policy import PolicySettings


def deciding_settings(opened: Round, happened: Happened, past: Past, context: Context) -> PolicySettings:
    """The round's own settings over those to judge by; what differs from what was in force then is supposed."""
    return opened.settings(context.settings, supposed(happened, past, context))


def supposed(happened: Happened, past: Past, context: Context) -> set[str]:
    """The settings of a round that are other than they were when this was decided."""
    book = past.find(OwnBook, OwnBook.id_for(context.school))
    then, now = book.numbered(happened.rules).values, context.settings
    return {name for name in ROUND_SCOPED if getattr(then, name) != getattr(now, name)}
