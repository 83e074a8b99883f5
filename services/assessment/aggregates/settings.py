"""The school's policy settings as assessment knows them."""

from services.assessment.events import SettingsFollowed
from shared.kernel.settings import SettingsBook


class KnownSettings(SettingsBook):
    """A copy of what applications published."""

    opens = SettingsFollowed
