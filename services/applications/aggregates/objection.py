"""An objection to a name on a posted list."""

from typing import Any, Self
from uuid import UUID

from services.applications.events import ObjectionAnswered, ObjectionRaised
from shared.kernel.model import Aggregate, Refused
from shared.kernel.personal import PersonalText


class Objection(Aggregate):
    """Raised while the notice runs, answered by an office, once (SIL-01)."""

    opens = ObjectionRaised
    called = "异议"

    raised: ObjectionRaised
    upheld: bool | None = None

    @classmethod
    def begin(cls, raised: ObjectionRaised) -> Self:
        objection = cls(raised.objection_id)
        objection.record(raised)
        return objection

    def answer(self, by: UUID, reason: PersonalText, applicant_id: UUID, *, upheld: bool) -> bool:
        """True when it was answered just now."""
        if self.upheld == upheld:
            return False
        if self.upheld is not None:
            raise Refused(
                "already-answered", rule="SIL-01",
                zh="该异议已答复，不能更改", en="the objection is answered already, and the answer stands",
            )  # fmt: skip
        if by == self.raised.objector_id:
            raise Refused(
                "own-objection", rule="SIL-01",
                zh="不得答复本人提出的异议", en="nobody answers their own objection",
            )  # fmt: skip
        answered = ObjectionAnswered(
            objection_id=self.id, upheld=upheld, reason=reason, answered_by=by, applicant_id=applicant_id
        )
        self.record(answered)
        return True

    @property
    def is_open(self) -> bool:
        return self.upheld is None

    def apply(self, happened: Any) -> None:
        match happened:
            case ObjectionRaised():
                self.raised = happened
            case ObjectionAnswered(upheld=upheld):
                self.upheld = upheld
