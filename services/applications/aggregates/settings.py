"""What holds for the whole school: owned here."""

from shared.kernel.published import DutyDelegated, SettingsAdopted, YearAnnounced
from shared.kernel.settings import SchoolBook


class OwnBook(SchoolBook):
    """Settings that the office adopted, years that it loaded, duties that somebody else does for a time."""

    opens = (SettingsAdopted, YearAnnounced, DutyDelegated)
