"""A member's training file: what they studied and made, and what the host says of it (MEM-09, MEM-13, MEM-18)."""

from datetime import date
from typing import Any
from uuid import UUID

from services.membership.aggregates.membership import Membership
from services.membership.events import FeedbackGiven, HandedOver, ItemKind, TrainingFileOpened, TrainingItemFiled
from shared.kernel.model import Aggregate, Refused
from shared.kernel.personal import PersonalText
from shared.kernel.values import Digest, Label, derived_id


class TrainingFile(Aggregate):
    """One a membership; documents are kept elsewhere, their digests here."""

    opens = TrainingFileOpened
    called = "研修档案"

    person_id: UUID

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.entries: dict[UUID, TrainingItemFiled | FeedbackGiven] = {}

    @staticmethod
    def id_for(membership_id: UUID) -> UUID:
        return derived_id("training-file", membership_id)

    def file_item(
        self, member: Membership, item_id: UUID, kind: ItemKind, title: Label, document: Digest, day: date
    ) -> None:
        self._enter(
            member,
            item_id,
            TrainingItemFiled(item_id=item_id, kind=kind, title=title, document=document, happened_on=day),
        )

    def give_feedback(self, member: Membership, feedback_id: UUID, text: PersonalText) -> None:
        self._enter(member, feedback_id, FeedbackGiven(feedback_id=feedback_id, text=text))

    def follow_host(self, handed: HandedOver) -> None:
        """Shown to whoever is host now (SIL-04)."""
        if self.exists:
            self.record(handed)

    def _enter(self, member: Membership, id: UUID, entry: TrainingItemFiled | FeedbackGiven) -> None:
        if self.entries.get(id) == entry:
            return
        if id in self.entries:
            raise Refused("id-taken", rule=None, zh="这个编号已被使用", en="this id is taken already")
        if not self.exists:
            self.record(
                TrainingFileOpened(
                    membership_id=member.id, studio_id=member.studio_id, host_id=member.host_id,
                    person_id=member.person_id,
                )
            )  # fmt: skip
        self.record(entry)

    def apply(self, happened: Any) -> None:
        match happened:
            case TrainingFileOpened(person_id=person):
                self.person_id = person
            case TrainingItemFiled(item_id=id) | FeedbackGiven(feedback_id=id):
                self.entries[id] = happened
