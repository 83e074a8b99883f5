"""What holds for the whole school, as assessment knows it."""

from services.assessment.events import DelegationFollowed, SettingsFollowed, YearFollowed
from shared.kernel.settings import SchoolBook


class KnownBook(SchoolBook):
    """A copy of what applications published."""

    opens = (SettingsFollowed, YearFollowed, DelegationFollowed)
