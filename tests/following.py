"""What applications says of the school's book and of who is erased, as every other service is asked to follow."""

from datetime import date
from uuid import UUID

from shared.kernel.erasing import EraseTexts
from shared.kernel.following import FollowDelegation, FollowSettings, FollowYear
from shared.kernel.values import Label

ERASE_TEXTS = EraseTexts(person_id=UUID(int=0xF2))
FOLLOW_SETTINGS = FollowSettings(number=1, effective_from=date(2023, 4, 1), values={})
FOLLOW_YEAR = FollowYear(
    year=2027, holidays=(date(2027, 1, 1),), makeups=(date(2027, 1, 9),), notice=Label("国办发明电〔2026〕1号")
)
FOLLOW_DELEGATION = FollowDelegation(
    delegation_id=UUID(int=0xDE), role="personnel", bound_to=None, from_person=UUID(int=0xF0),
    to_person=UUID(int=0xF1), first_on=date(2024, 5, 1), last_on=date(2024, 5, 9),
)  # fmt: skip
