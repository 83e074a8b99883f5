"""A violation of the code of conduct: on record, then decided (MEM-21, SIL-07)."""

from typing import Any
from uuid import UUID

from services.membership.events import ConductDescribed, ConductReasoned
from shared.kernel.model import Aggregate, Refused
from shared.kernel.personal import PersonalText
from shared.kernel.published import ConductViolationDecided, ConductViolationRecorded


class Conduct(Aggregate):
    """One violation."""

    opens = ConductViolationRecorded
    called = "师德记录"

    recorded: ConductViolationRecorded | None = None
    described: ConductDescribed | None = None
    decided: ConductViolationDecided | None = None
    reason: PersonalText | None = None

    @property
    def person_id(self) -> UUID:
        """Whom its texts are about."""
        assert self.recorded is not None
        return self.recorded.person_id

    def put_on_record(self, violation: ConductViolationRecorded, described: ConductDescribed) -> bool:
        """True when it is new."""
        if (self.recorded, self.described) == (violation, described):
            return False
        if self.exists:
            raise Refused("id-taken", rule=None, zh="这个编号已被使用", en="this id is taken already")
        self.record(violation)
        self.record(described)
        return True

    def decide(self, reason: PersonalText, *, confirmed: bool) -> bool:
        """The school's decision, once; True when it is new."""
        violation = self.recorded
        assert violation is not None
        decided = ConductViolationDecided(
            violation_id=violation.violation_id, studio_id=violation.studio_id, person_id=violation.person_id,
            is_host=violation.is_host, confirmed=confirmed,
        )  # fmt: skip
        if self.decided is None:
            self.record(decided)
            self.record(ConductReasoned(violation_id=violation.violation_id, reason=reason))
            return True
        if (self.decided, self.reason) != (decided, reason):
            raise Refused(
                "conduct-decided", rule="SIL-07", zh="该师德问题已有处理决定", en="this violation is decided already"
            )
        return False

    def apply(self, happened: Any) -> None:
        match happened:
            case ConductViolationRecorded():
                self.recorded = happened
            case ConductDescribed():
                self.described = happened
            case ConductViolationDecided():
                self.decided = happened
            case ConductReasoned(reason=reason):
                self.reason = reason
