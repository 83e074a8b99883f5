"""What holds for the whole school, as membership knows it."""

from services.membership.events import DelegationFollowed, SettingsFollowed, YearFollowed
from shared.kernel.settings import SchoolBook


class KnownBook(SchoolBook):
    """A copy of what applications published."""

    opens = (SettingsFollowed, YearFollowed, DelegationFollowed)
