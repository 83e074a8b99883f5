"""The school's policy settings, owned here."""

from shared.kernel.published import SettingsAdopted
from shared.kernel.settings import SettingsBook


class PolicyBook(SettingsBook):
    """Every version that the office adopted."""

    opens = SettingsAdopted
