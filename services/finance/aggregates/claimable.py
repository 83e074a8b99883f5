"""Whether an expense can be claimed, signed, approved and paid: the rules it is held to each time."""

from datetime import date
from uuid import UUID

from services.finance.aggregates.claim import Claim
from services.finance.aggregates.releasing import Releasing
from services.finance.events import BudgetPlanned, ExpenseClaimed
from shared.kernel.model import Refused
from shared.kernel.policy import PolicySettings


class Claimable(Releasing):
    """The fund as a judge of its claims; nothing is recorded here."""

    def claim_of(self, expense_id: UUID) -> Claim:
        if expense_id not in self.claims:
            raise Refused(
                "expense-unknown", rule=None, expense_id=str(expense_id),
                zh="该工作室没有报销{expense_id}", en="this studio has no expense {expense_id}",
            )  # fmt: skip
        return self.claims[expense_id]

    def plan_of(self, activity_on: date, settings: PolicySettings) -> BudgetPlanned | None:
        """The signed plan of the activity's year; a school may want one before it pays (SIL-09)."""
        number = self.year_on(activity_on)
        if number in self.signed_plans:
            return self.plans[number]
        if settings.budget_plan_required:
            raise Refused(
                "budget-plan-missing", rule="SIL-09", year=number or 0, activity_on=activity_on.isoformat(),
                zh="{activity_on}所在的第{year}年没有两人签字的年度预算，不能报销",
                en="year {year}, of the activity on {activity_on}, has no budget plan that two signed",
            )  # fmt: skip
        return None

    def is_over(self, plan: BudgetPlanned, asked: ExpenseClaimed) -> bool:
        planned = sum(line.fen for line in plan.lines if line.category == asked.category)
        return asked.fen + self._used(plan.year, asked.category) > planned

    def _used(self, year: int, category: str) -> int:
        return sum(
            claim.asked.fen
            for claim in self.claims.values()
            if claim.is_counted and claim.asked.category == category and self.year_on(claim.asked.activity_on) == year
        )

    def check_host_away(self) -> None:
        if self.host_standing == "present":
            raise Refused(
                "host-present", rule="A.9-8", standing=self.host_standing,
                zh="主持人在任，须由本人签字", en="the host is there and signs in person",
            )  # fmt: skip

    def check_payable(self, activity_on: date, day: date) -> None:
        """After a cut or the cycle's end: earlier activities only, and only through day 30 (A.9-8)."""
        window = self.payable
        verdict = window.verdict(activity_on, day)
        if verdict == "funding-over":
            raise Refused(
                "funding-over", rule="FIN-05" if self.is_cut else "A.9-8",
                activity_on=activity_on.isoformat(), on=day.isoformat(),
                activities_through=window.activities_through.isoformat(),
                payable_through=window.payable_through.isoformat(),
                zh="经费支持已终止：只受理{activities_through}及以前的活动，付款至{payable_through}",
                en="funding has ended: activities through {activities_through}, paid through {payable_through}",
            )  # fmt: skip
        self.check_laid_out()
        if verdict == "activity-out-of-time":
            raise Refused(
                "activity-out-of-time", rule="FIN-03",
                activity_on=activity_on.isoformat(), on=day.isoformat(), first=window.first.isoformat(),
                zh="活动日期{activity_on}须在周期首日{first}与业务日期{on}之间",
                en="the activity on {activity_on} is not between the cycle's first day, {first}, and {on}",
            )  # fmt: skip

    def check_expert(self, asked: ExpenseClaimed) -> None:
        if asked.category == "expert_guidance" and asked.payee_id is None:
            raise Refused(
                "payee-missing", rule="AMB-21",
                zh="专家指导须写明收款专家", en="expert guidance names the expert who is paid",
            )  # fmt: skip
        if asked.category != "expert_guidance" and (asked.expert_rank or asked.class_hours):
            raise Refused(
                "expert-unasked", rule="AMB-21",
                zh="只有专家指导才写专家职级和学时",
                en="an expert's rank and class hours are said of expert guidance alone",
            )  # fmt: skip

    def check_payee(self, payee_id: UUID | None) -> None:
        """Whoever is or was host or trainee is not paid as an expert; asked again when it is paid."""
        if payee_id is not None and payee_id in self.hosts | self.trainees:
            raise Refused(
                "payee-is-member", rule="AMB-21", payee_id=str(payee_id),
                zh="不得向本工作室主持人或学员支付专家费",
                en="the studio's own host and trainees are not paid as experts",
            )  # fmt: skip


def check_thing(asked: ExpenseClaimed) -> None:
    """What was bought cannot be worth more than is claimed (SIL-09)."""
    if (thing := asked.asset) is None or thing.quantity * thing.unit_fen <= asked.fen:
        return
    worth = thing.quantity * thing.unit_fen
    raise Refused(
        "asset-above-claim", rule="SIL-09", worth_fen=worth, asked_fen=int(asked.fen), quantity=int(thing.quantity),
        unit=thing.unit_fen.yuan, worth=f"{worth // 100}.{worth % 100:02d}", asked=asked.fen.yuan,
        zh="资产{quantity}件×{unit}元＝{worth}元，超过报销的{asked}元",
        en="{quantity} × {unit} yuan = {worth} yuan of things is more than the {asked} yuan claimed",
    )  # fmt: skip
