"""What assessment has in writing about a person."""

from services.assessment.events import TextsErased
from shared.kernel.erasing import PersonalTexts


class KnownTexts(PersonalTexts):
    """Erased at once when applications says so: no retention asks for them (A.9-21)."""

    opens = TextsErased
