"""The school's policy settings as membership knows them."""

from services.membership.events import SettingsFollowed
from shared.kernel.settings import SettingsBook


class KnownSettings(SettingsBook):
    """A copy of what applications published."""

    opens = SettingsFollowed
