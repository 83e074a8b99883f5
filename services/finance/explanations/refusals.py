"""Why a claim was refused, or could be paid (A.9-8, FIN-05)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from services.finance.aggregates.fund import Fund
from services.finance.aggregates.paying import Payable, cut_dates, wound_down
from services.finance.events import ExpenseClaimed, ExpenseRefused, ExpenseSpent, FundingCut, WindingDown
from services.finance.explanations.terms import (
    OF_ENDS,
    Midterm,
    Terms,
    day_input,
    fund_at,
    midterm_at,
    money_input,
    terms_of,
)
from shared.kernel.context import Context
from shared.kernel.explaining import Decision, Explanation, Input, Past, step, told
from shared.kernel.model import Happened


def explain(happened: Happened, past: Past, context: Context) -> Iterable[Explanation]:
    """At a refusal, and at a payment, which a shorter wind-down would have refused."""
    fund, event = fund_at(happened, past), happened.event
    claim = fund.claims.all[event.expense_id].asked
    claimed = past.sources(
        happened.stream, ExpenseClaimed, only=lambda told: told.expense_id == event.expense_id
    )  # fmt: skip
    subject = {"studio_id": fund.studio_id, "expense_id": event.expense_id}
    amount = money_input("fen", claim.fen, "报销金额", "amount of the claim", claimed)
    if isinstance(event, ExpenseRefused) and event.reason == "by_office":
        yield Explanation(
            kind="refusal", subject=subject, outcome="refused", rules=("A.9-8",), inputs=(amount, _by("by_office")),
            steps=(), settings=(), amounts={"fen": claim.fen},
            **told("该报销由管理办公室拒绝", "an office turned the claim down"),
        )  # fmt: skip
        return
    terms, midterm = terms_of(fund, happened, past, context), midterm_at(happened, past, fund.studio_id)
    window = window_of(fund, terms, midterm)
    is_payable = window.verdict(claim.activity_on, happened.on) == "payable"
    ends = past.sources(happened.stream, FundingCut, WindingDown)
    zh, en = ("在付款期内，可以付款", "is paid in time") if is_payable else ("不予付款", "is not paid")
    yield Explanation(
        kind="refusal", subject=subject, outcome="payable" if is_payable else "refused",
        rules=("FIN-05", "A.9-8", "AMB-17") if midterm.failed_on or fund.ending.is_cut else ("A.9-8", "AMB-17"),
        inputs=(
            amount,
            _by("in_time" if is_payable else "wind_down_over"),
            day_input("activity_on", claim.activity_on, "活动日期", "the activity was on", claimed),
            day_input("on", happened.on, "业务日期", "judged on"),
            day_input("activities_through", window.activities_through, "受理活动至", "activities through", ends),
            day_input("payable_through", window.payable_through, "付款至", "paid through", ends),
            midterm.input(),
            *terms.unknown(),
        ),
        steps=(
            step("A.9-8", "ordinal of activity_on ≤ ordinal of activities_through",
                 claim.activity_on.toordinal(), "≤", window.activities_through.toordinal()),
            step("A.9-8", "ordinal of on ≤ ordinal of payable_through",
                 happened.on.toordinal(), "≤", window.payable_through.toordinal()),
        ),
        settings=OF_ENDS, amounts={"fen": claim.fen},
        **told(
            "{activity_on}的活动，付款至{through}：" + zh,
            "the activity of {activity_on}, paid through {through}, " + en,
            activity_on=claim.activity_on, through=window.payable_through,
        ),
    )  # fmt: skip


def window_of(fund: Fund, terms: Terms, midterm: Midterm) -> Payable:
    """What is paid and until when, under these terms and with this mid-term."""
    cycle = Payable(
        first=fund.cycle.starts_on,
        activities_through=terms.ends_on,
        payable_through=wound_down(terms.ends_on, terms.wind_down_days),
    )
    if midterm.failed_on and (midterm.is_supposed or fund.ending.activities_through is None):
        activities, payable = cut_dates(midterm.failed_on, cycle, terms.wind_down_days)
        return replace(cycle, activities_through=activities, payable_through=payable)
    undone = midterm.is_supposed and midterm.passed_on and fund.ending.is_cut
    if fund.ending.payable_through is None or fund.ending.activities_through in (None, fund.cycle.ends_on) or undone:
        return cycle
    ended_on = fund.ending.payable_through - timedelta(days=fund.cycle.wind_down_days)
    return replace(
        cycle,
        activities_through=fund.payable.activities_through,
        payable_through=wound_down(ended_on, terms.wind_down_days),
    )


REASONS = {
    "by_office": ("管理办公室拒绝", "turned down by an office"),
    "wind_down_over": ("清算期已过，或活动在终止之后", "too late, or for an activity after the end"),
    "in_time": ("在付款期内", "in time"),
}


def _by(reason: str) -> Input:
    zh, en = REASONS[reason]
    return Input(name="reason", value=reason, zh=zh, en=en)


REFUSAL = Decision(kind="refusal", facts=(ExpenseRefused, ExpenseSpent), explain=explain)
