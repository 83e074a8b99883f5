"""A panel of a stage: who sits, who stepped aside, what they wrote (A.9-25, SIL-02)."""

from dataclasses import dataclass, field
from uuid import UUID

from services.assessment.aggregates.impartiality import Impartiality
from shared.kernel.model import Refused
from shared.kernel.panels import is_panel


@dataclass
class Sitting:
    """The first panel, a re-check's, or a second acceptance's. A sheet names its rubric."""

    experts: tuple[UUID, ...] = ()
    sheets: dict[UUID, tuple[int, tuple[int, ...]]] = field(default_factory=dict)
    recused: set[UUID] = field(default_factory=set)
    voided: set[UUID] = field(default_factory=set)

    def everyone(self) -> tuple[UUID, ...]:
        """Who sits or wrote a sheet."""
        return tuple(dict.fromkeys((*self.experts, *self.sheets)))

    def check_seated(self, expert_id: UUID) -> None:
        if expert_id not in self.experts:
            raise Refused(
                "not-on-panel", rule="ASM-02", person_id=str(expert_id),
                zh="{person_id}不在本次专家组中", en="{person_id} is not on this panel",
            )  # fmt: skip

    def check_impartial(self, experts: tuple[UUID, ...], known: Impartiality) -> None:
        aside = sorted(str(one) for one in experts if one in self.recused or known.against(one))
        if aside:
            raise Refused(
                "recusal", rule="SIL-02", persons=aside,
                zh="工作室的主持人、成员、同系部或有回避关系者以及已回避者不参与考核：" + "、".join(aside),
                en="hosts, members, their colleagues and kin, and who stepped aside, do not judge it: "
                + ", ".join(aside),
            )  # fmt: skip

    def check_others(self, experts: tuple[UUID, ...]) -> None:
        """For a re-check: none of those who judged first (SIL-03)."""
        first = {*self.everyone(), *self.recused}
        if same := sorted(str(expert) for expert in experts if expert in first):
            raise Refused(
                "recheck-same-experts", rule="SIL-03", persons=same,
                zh="原专家组成员不参加复核：" + "、".join(same),
                en="who judged first does not judge again: " + ", ".join(same),
            )  # fmt: skip


def check_odd(experts: tuple[UUID, ...], least: int) -> None:
    if not is_panel(experts, least):
        raise Refused(
            "panel-not-odd", rule="A.9-25", experts=len(experts), least=least,
            zh="专家组应为不少于{least}人的单数且不重复，现为{experts}人",
            en="a panel is an odd number of at least {least} different experts, {experts} were named",
        )  # fmt: skip
