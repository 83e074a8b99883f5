"""The words that membership's events are made of."""

from typing import Literal

from shared.kernel.values import Whole

Side = Literal["host", "trainee"]
Kind = Literal["trainee", "supplementary"]
Absence = Literal["unexcused", "personal_leave", "sick_leave", "statutory_leave", "official_duty", "late", "left_early"]
Mark = Literal["present", Absence]
"""What a roll says of one person: present, or the kind of the absence."""
ExcuseKind = Literal["personal_leave", "sick_leave", "statutory_leave", "official_duty"]
"""What one may be excused for beforehand or afterwards (MEM-07)."""
SigningMethod = Literal["electronic", "scanned"]
ItemKind = Literal["study", "practice", "research", "output"]
OutputKind = Literal["project", "course_package", "exchange", "article", "other"]


class ConductItem(Whole):
    """One of the ten norms of the code of conduct (MEM-21)."""

    least, most = 1, 10


class ProjectYear(Whole):
    """The first, second or third year from the plaque day (A.9-13)."""

    least, most = 1, 3
