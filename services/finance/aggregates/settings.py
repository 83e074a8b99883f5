"""The school's policy settings as finance knows them."""

from services.finance.events import SettingsFollowed
from shared.kernel.settings import SettingsBook


class KnownSettings(SettingsBook):
    """A copy of what applications published."""

    opens = SettingsFollowed
