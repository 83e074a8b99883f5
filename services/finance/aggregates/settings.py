"""What holds for the whole school, as finance knows it."""

from services.finance.events import DelegationFollowed, SettingsFollowed, YearFollowed
from shared.kernel.settings import SchoolBook


class KnownBook(SchoolBook):
    """A copy of what applications published."""

    opens = (SettingsFollowed, YearFollowed, DelegationFollowed)
