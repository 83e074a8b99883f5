"""What a studio hands in and what is made known of it: evidence, self-reports, publicity (SIL-15, ASM-11)."""

from typing import Any
from uuid import UUID

from services.assessment.events import EvidenceEntered, Occasion, ResultPublicised, SelfReported
from shared.kernel.model import Aggregate, Refused
from shared.kernel.personal import PersonalText
from shared.kernel.values import Digest, derived_id


class Evidence(Aggregate):
    """A document entered once and used in as many reports as it serves."""

    opens = EvidenceEntered
    called = "佐证材料"

    entered: EvidenceEntered | None = None

    def enter(self, evidence: EvidenceEntered) -> None:
        if self.entered is not None and self.entered != evidence:
            raise Refused(
                "evidence-entered", rule="SIL-15", evidence_id=str(self.id),
                zh="编号为{evidence_id}的佐证材料已录入，内容不同",
                en="other evidence was entered under {evidence_id}",
            )  # fmt: skip
        if self.entered is None:
            self.record(evidence)

    def apply(self, happened: Any) -> None:
        self.entered = happened


class SelfReport(Aggregate):
    """A studio's report for one occasion; a later one takes its place."""

    opens = SelfReported

    newest: SelfReported | None = None

    @staticmethod
    def id_for(studio_id: UUID, occasion: Occasion) -> UUID:
        return derived_id("self-report", studio_id, occasion)

    def file(
        self, studio_id: UUID, host_id: UUID, occasion: Occasion, text: PersonalText, evidence_ids: tuple[UUID, ...]
    ) -> None:
        known = self.newest
        if known is not None and (known.text, known.evidence_ids) == (text, evidence_ids):
            return
        former = known.evidence_ids if known else ()
        self.record(
            SelfReported(
                studio_id=studio_id, occasion=occasion, text=text, evidence_ids=evidence_ids,
                dropped=tuple(one for one in former if one not in evidence_ids), host_id=host_id,
            )
        )  # fmt: skip

    def apply(self, happened: Any) -> None:
        self.newest = happened


class Publicity(Aggregate):
    """One piece of publicity for a studio's results (ASM-11)."""

    opens = ResultPublicised

    made: ResultPublicised | None = None

    @staticmethod
    def id_for(studio_id: UUID, document: Digest) -> UUID:
        return derived_id("publicity", studio_id, document)

    def make(self, publicity: ResultPublicised) -> None:
        if self.made != publicity:
            self.record(publicity)

    def apply(self, happened: Any) -> None:
        self.made = happened
