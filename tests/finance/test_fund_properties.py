"""Whatever people and time do to a fund, in any order and by anybody: the money adds up and the rules hold.

`MINGBAN_FUND_EXAMPLES=10000` tries so many stories instead of 200.
"""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.finance import commands as c
from services.finance.aggregates.fund import Fund
from services.finance.authorization import authorize
from services.finance.events import (
    ExpenseApproved,
    ExpenseClaimed,
    ExpenseRefused,
    ExpenseReversed,
    ExpenseSigned,
    ExpenseSpent,
    FundingCut,
    FundsLapsed,
    FundsReleased,
    FundsReturned,
    HostStandingNoted,
    MemberNoted,
    MidtermPassed,
    MidtermPassedTooLate,
    Quarter,
    ReleaseCancelled,
    ReportFiled,
    WindingDown,
)
from services.finance.read_models.funds import funds
from services.finance.read_models.reports import reports
from shared.kernel.money import Price
from shared.kernel.people import SYSTEM, Actor, Role
from shared.kernel.values import Label, Text
from tests.finance.examples import (
    ENDS,
    FUND,
    HAN_XUE,
    LI_NA,
    LIN_JING,
    MEMBERS,
    OPENED,
    PLAQUED,
    QIAN_JIN,
    STUDIO,
    WANG_FANG,
    WU_MIN,
    YEAR,
    YEARS,
    ZHENG_TAO,
    happened,
)
from tests.finance.ledger import Ledger
from tests.scenario import Given, given, stream

PEOPLE = (LIN_JING, WANG_FANG, LI_NA, WU_MIN, ZHENG_TAO, QIAN_JIN, HAN_XUE)
MEMBERS_MOSTLY = st.sampled_from((*(WANG_FANG, LIN_JING) * 8, *PEOPLE))
APPROVERS = st.sampled_from((*(WU_MIN, ZHENG_TAO) * 8, *PEOPLE))
PAYERS = st.sampled_from((*(QIAN_JIN,) * 16, *PEOPLE))
AMOUNTS = st.sampled_from((1, 20_000, 50_000, 90_000, 90_000, YEAR - 1, YEAR, YEAR + 1))
AROUND = st.sampled_from((-1, -1, 0, 0, 1)).map(lambda days: timedelta(days=days))
PAYEES = st.sampled_from((None, None, None, *PEOPLE))
BACK = st.sampled_from((0, 0, 0, 1, 7, 30))
"""Days that a business date lies back (A.9-11)."""
CATEGORIES = st.sampled_from(("training", "training", "research", "expert_guidance", "other"))
REASONS = st.sampled_from((None, None, Text("属建设方案内容")))
CHOICES = st.fixed_dictionaries(
    {
        "allocation_calendar": st.sampled_from(("project_year", "fiscal_year")),
        "hold_from_midterm": st.booleans(),
        "carry_forward": st.sampled_from(("within_cycle", "lapse_at_year_end")),
        "release_count": st.sampled_from((3, 3, 3, 2)),
    }
)
ONE_DAY = timedelta(days=1)
MONEY_AFTER_AN_END = (ExpenseClaimed, ExpenseSigned, ExpenseApproved, ExpenseSpent)


def payee_of(category: str) -> UUID | None:
    return HAN_XUE if category == "expert_guidance" else None


def state(fund: Fund) -> dict[str, Any]:
    return {name: value for name, value in vars(fund).items() if name != "pending"}


class FundMachine(RuleBasedStateMachine):
    """One fund as a running service holds it; `story` is its log: the business date, and what was recorded."""

    @initialize(
        days=st.sampled_from((0, 180, 400, 550, 800, 1090)),
        claims=st.lists(st.tuples(AMOUNTS, st.sampled_from((WANG_FANG, LIN_JING)), CATEGORIES), min_size=1, max_size=4),
        chosen=CHOICES,
        lapse_first=st.booleans(),
    )
    def begin(
        self, days: int, claims: list[tuple[int, UUID, Any]], chosen: dict[str, Any], *, lapse_first: bool
    ) -> None:
        """A school's choices: by project or calendar year, holding or not, carrying forward or lapsing."""
        laying = given(stream(Fund, FUND, OPENED)).under(**chosen)
        [laid_out] = laying.when(c.lay_out_years, c.LayOutYears(studio=PLAQUED)).events
        self.years = laid_out.years
        self.lapse_first = lapse_first
        self.day = YEARS[0].starts_on
        self.story: list[tuple[date, Any]] = []
        self.books: list[Ledger] = [Ledger()]
        self.row: Any = None
        self.quarters: dict[str, Any] = {}
        self.fund: Any = stream(Fund, FUND, OPENED, laid_out, *MEMBERS)
        self.enter(self.day, [OPENED, laid_out, *MEMBERS])
        self.release_what_begins()
        self.pass_days(days)
        for fen, by, category in claims:
            self.claim(fen, self.day, by, category, payee_of(category), back=0)

    def enter(self, day: date, events: list[Any]) -> None:
        """In the log, in the second bookkeeper's books, and in the rows."""
        for event in events:
            one = happened(event, on=day.isoformat())
            self.story.append((day, event))
            self.books.append(self.books[-1].enter(event))
            self.row = funds.fold(str(FUND), self.row, one)
            if type(event) in reports.facts:
                self.quarters |= {key: reports.fold(key, self.quarters.get(key), one) for key in reports.keys(one)}

    def ask(self, handler: Any, command: Any, actor: Actor = SYSTEM, back: int = 0) -> None:
        """As the service does: by the table, then by the rules; what is refused leaves no trace."""
        day = self.day - timedelta(days=back)
        asked: Given = given(self.fund).on(day.isoformat())
        if actor.person is not None:
            asked = asked.by(actor.role, actor.person)
        if not authorize(actor, command, asked.history):
            return
        before = self.fund.version
        outcome = asked.when(handler, command)
        if outcome.said is not None:
            assert self.fund.version == before, "refused half-way"
        self.enter(day, outcome.events)
        self.fund.pending.clear()

    def told(self, *kinds: type[Any]) -> list[tuple[date, Any]]:
        return [(day, event) for day, event in self.story if isinstance(event, kinds)]

    @property
    def ends(self) -> list[Any]:
        return [event for _, event in self.told(WindingDown, FundingCut)]

    def since_the_end(self) -> Iterator[tuple[Any, date, Any]]:
        places = [place for place, (_, event) in enumerate(self.story) if event in self.ends[:1]]
        return ((self.ends[0], day, event) for place in places for day, event in self.story[place + 1 :])

    def pass_days(self, days: int) -> None:
        """Years are released on their first days; the timers of the two ends may be late."""
        for _ in range(days):
            self.day += ONE_DAY
            self.release_what_begins()

    def release_what_begins(self) -> None:
        """A year ends on the day before the next begins: their two timers come in either order."""
        if self.lapse_first:
            self.lapse_what_ended()
        for number in (year.number for year in self.years if year.starts_on == self.day):
            self.ask(c.release_year, c.ReleaseYear(studio_id=STUDIO, number=number))
        if not self.lapse_first:
            self.lapse_what_ended()

    def lapse_what_ended(self) -> None:
        for number in (year.number for year in self.years if year.ends_on + ONE_DAY == self.day):
            self.ask(c.lapse_year, c.LapseYear(studio_id=STUDIO, number=number))

    @rule(days=st.sampled_from((1, 1, 7, 30, 90)))
    def time_passes(self, days: int) -> None:
        self.pass_days(days)

    @precondition(lambda self: self.ends)
    @rule(around=AROUND)
    def the_last_days_of_the_wind_down_come(self, around: timedelta) -> None:
        self.pass_days((self.ends[-1].payable_through + around - self.day).days)

    @rule(number=st.integers(0, 2), back=BACK)
    def the_midterm_passes_and_a_release_is_asked_for(self, number: int, back: int) -> None:
        """The pass may reach finance late."""
        self.ask(c.pass_midterm, c.PassMidterm(studio_id=STUDIO), back=back)
        number = self.years[number % len(self.years)].number
        self.ask(c.release_year, c.ReleaseYear(studio_id=STUDIO, number=number))

    @precondition(lambda self: self.told(ExpenseClaimed))
    @rule(cause=st.sampled_from(("midterm", "ethics")))
    def the_funding_is_cut(self, cause: Any) -> None:
        self.ask(c.cut_funding, c.CutFunding(studio_id=STUDIO, cause=cause))

    @precondition(lambda self: self.told(ExpenseClaimed))
    @rule()
    def the_host_goes(self) -> None:
        self.ask(c.wind_down, c.WindDown(studio_id=STUDIO))

    @precondition(lambda self: self.day > ENDS)
    @rule()
    def the_cycle_ends(self) -> None:
        self.ask(c.end_cycle, c.EndCycle(studio_id=STUDIO))

    @rule(
        person=st.sampled_from((WANG_FANG, LI_NA, HAN_XUE)),
        standing=st.sampled_from(("joined", "joined", "joined", "left")),
        kind=st.sampled_from(("trainee", "supplementary")),
    )
    def a_member_comes_or_goes(self, person: UUID, standing: Any, kind: Any) -> None:
        noted = c.NoteMember(studio_id=STUDIO, person_id=person, standing=standing, kind=kind)
        self.ask(c.note_member, noted)

    def claim(self, fen: int, activity_on: date, by: UUID, category: Any, payee: UUID | None, back: int) -> UUID:
        asked = c.ClaimExpense(
            studio_id=STUDIO, expense_id=UUID(int=len(self.story)), fen=Price(fen), category=category,
            activity_on=activity_on, purpose=Label("培训"), payee_id=payee,
        )  # fmt: skip
        role = Role.HOST if by == LIN_JING else Role.TRAINEE
        self.ask(c.claim_expense, asked, Actor(by, role), back)
        return asked.expense_id

    @rule(
        fen=AMOUNTS, around=AROUND, by=MEMBERS_MOSTLY, category=CATEGORIES, payee=PAYEES, back=BACK,
        chosen=st.data(),
    )  # fmt: skip
    def somebody_claims(
        self, fen: int, around: timedelta, by: UUID, category: Any, payee: UUID | None, back: int, chosen: Any
    ) -> None:
        """For an activity around today, or around the last day whose activities are paid."""
        near = chosen.draw(st.sampled_from([self.day, *(end.activities_through for end in self.ends * 3)]))
        self.claim(fen, near + around, by, category, payee or payee_of(category), back)

    def settle(self, expense: UUID, approver: UUID, payer: UUID, why: Text | None, days: int, back: int) -> None:
        one = {"studio_id": STUDIO, "expense_id": expense}
        self.ask(c.approve_expense, c.ApproveExpense(**one, other_reason=why), Actor(approver, Role.PERSONNEL), back)
        self.pass_days(days)
        self.ask(c.pay_expense, c.PayExpense(**one), Actor(payer, Role.PAYER), back)

    @rule(fen=AMOUNTS, by=MEMBERS_MOSTLY, approver=APPROVERS, payer=PAYERS, category=CATEGORIES)
    def an_expense_goes_its_way(self, fen: int, by: UUID, approver: UUID, payer: UUID, category: Any) -> None:
        expense = self.claim(fen, self.day, by, category, payee_of(category), back=0)
        self.ask(c.sign_expense, c.SignExpense(studio_id=STUDIO, expense_id=expense), Actor(LIN_JING, Role.HOST))
        why = Text("属建设方案内容") if category == "other" else None
        self.settle(expense, approver, payer, why, days=0, back=0)

    @precondition(lambda self: self.told(ExpenseClaimed))
    @rule(chosen=st.data(), host=st.sampled_from((LIN_JING, LIN_JING, WANG_FANG)))
    def the_host_signs(self, chosen: Any, host: UUID) -> None:
        asked = c.SignExpense(studio_id=STUDIO, expense_id=self.one_of(chosen))
        self.ask(c.sign_expense, asked, Actor(host, Role.HOST))

    @precondition(lambda self: self.told(ExpenseClaimed))
    @rule(
        chosen=st.data(), approver=APPROVERS, payer=PAYERS, why=REASONS, days=st.sampled_from((0, 0, 1, 30)), back=BACK
    )
    def an_older_expense_goes_on(
        self, chosen: Any, approver: UUID, payer: UUID, why: Text | None, days: int, back: int
    ) -> None:
        self.settle(self.one_of(chosen), approver, payer, why, days, back)

    @rule(standing=st.sampled_from(("suspended", "present", "present", "gone")))
    def the_host_is_suspended_or_back(self, standing: Any) -> None:
        self.ask(c.note_host_standing, c.NoteHostStanding(studio_id=STUDIO, standing=standing))

    @precondition(lambda self: self.told(ExpenseClaimed))
    @rule(chosen=st.data(), office=APPROVERS)
    def an_office_signs_in_the_hosts_stead(self, chosen: Any, office: UUID) -> None:
        asked = c.SignExpense(studio_id=STUDIO, expense_id=self.one_of(chosen))
        self.ask(c.sign_expense, asked, Actor(office, Role.PERSONNEL))

    @precondition(lambda self: len(self.books[-1].open) > 1)
    @rule(chosen=st.data())
    def the_office_refuses(self, chosen: Any) -> None:
        asked = c.RefuseExpense(studio_id=STUDIO, expense_id=self.one_of(chosen))
        self.ask(c.refuse_expense, asked, Actor(WU_MIN, Role.PERSONNEL))

    @precondition(lambda self: self.told(ExpenseSpent))
    @rule(chosen=st.data(), payer=PAYERS)
    def a_payment_is_taken_back(self, chosen: Any, payer: UUID) -> None:
        asked = c.ReverseExpense(studio_id=STUDIO, expense_id=self.one_of(chosen), reason=Text("付错了"))
        self.ask(c.reverse_expense, asked, Actor(payer, Role.PAYER))

    @rule(months=st.sampled_from((0, 3, 6)), text=st.sampled_from((Text("一"), Text("二"))))
    def the_host_reports(self, months: int, text: Text) -> None:
        period = Quarter.of(self.day - timedelta(days=30 * months))
        asked = c.FileReport(studio_id=STUDIO, period=period, text=text)
        self.ask(c.file_report, asked, Actor(LIN_JING, Role.HOST))

    def one_of(self, chosen: Any) -> UUID:
        """An expense that was claimed, whatever became of it."""
        id: UUID = chosen.draw(st.sampled_from([event.expense_id for _, event in self.told(ExpenseClaimed)]))
        return id

    @precondition(lambda self: any(self.day > end.payable_through for end in self.ends))
    @rule()
    def the_rest_goes_back(self) -> None:
        self.ask(c.return_rest, c.ReturnRest(studio_id=STUDIO))

    @invariant()
    def fin_08_reserved_and_spent_never_exceed_what_was_released(self) -> None:
        assert all(then.reserved + then.spent + then.lapsed <= then.released for then in self.books)

    @invariant()
    def what_was_released_is_spent_returned_or_still_there(self) -> None:
        now, row = self.books[-1], self.row

        assert (row.released, row.reserved, row.spent, row.returned) == (
            now.released,
            now.reserved,
            now.spent,
            now.returned,
        )
        assert now.released == now.spent + now.returned + now.lapsed + now.reserved + row.available
        assert row.lapsed == now.lapsed == sum(year.lapsed for year in row.years)
        assert row.available == self.fund.balance.available >= 0
        assert sum(row.spent_by_category.values()) == now.spent

    @invariant()
    def fin_06_the_quarters_add_up_to_the_ledger(self) -> None:
        def total(name: str) -> int:
            return sum(getattr(quarter, name) for quarter in self.quarters.values())

        now = self.books[-1]

        assert total("released") == now.released
        assert total("spent") - total("reversed") == now.spent
        assert total("claimed") - total("refused") - total("spent") == now.reserved
        assert total("returned") == now.returned
        assert total("lapsed") == now.lapsed

    @invariant()
    def replaying_the_events_gives_the_same_fund(self) -> None:
        assert state(stream(Fund, FUND, *(event for _, event in self.story))) == state(self.fund)

    @invariant()
    def a_9_8_after_the_end_only_the_wind_down_pays(self) -> None:
        asked = {event.expense_id: event for _, event in self.told(ExpenseClaimed)}
        kept = [(end, day, event) for end, day, event in self.since_the_end() if isinstance(event, MONEY_AFTER_AN_END)]

        assert all(asked[event.expense_id].activity_on <= end.activities_through for end, _, event in kept)
        assert all(day <= end.payable_through for end, day, _ in kept)

    @invariant()
    def a_9_8_after_the_return_no_money_moves(self) -> None:
        places = [place for place, (_, event) in enumerate(self.story) if isinstance(event, FundsReturned)]
        later = [type(event) for place in places for _, event in self.story[place + 1 :]]

        assert set(later) <= {ReportFiled, MemberNoted, HostStandingNoted, MidtermPassedTooLate}

    @invariant()
    def a_9_8_no_activity_after_the_cycle_is_reserved_and_no_year_released_be_the_timer_late(self) -> None:
        assert all(event.activity_on <= ENDS for _, event in self.told(ExpenseClaimed))
        assert all(day <= ENDS for day, _ in self.told(FundsReleased))

    @invariant()
    def fin_05_nothing_is_released_after_the_end_but_for_a_pass_of_before_it(self) -> None:
        later = [(end, day, event) for end, day, event in self.since_the_end() if isinstance(event, FundsReleased)]
        passes = [day for _, day, event in self.since_the_end() if isinstance(event, MidtermPassed)]

        assert all(day in passes and day <= end.activities_through for end, day, _ in later)
        assert all(isinstance(end, WindingDown) for end, _, _ in later)

    @invariant()
    def amb_20_a_held_year_comes_only_after_the_pass(self) -> None:
        held = {year.number for year in self.years if year.held}
        kinds = [(type(event), getattr(event, "year", None)) for _, event in self.story]
        released = [place for place, (kind, year) in enumerate(kinds) if kind is FundsReleased and year in held]

        assert all((MidtermPassed, None) in kinds[:place] for place in released)

    @invariant()
    def amb_19_each_year_that_ends_before_the_cycle_lapses_once_at_most_if_the_school_chose_so(self) -> None:
        lapsed = [event.year for _, event in self.told(FundsLapsed)]

        assert len(set(lapsed)) == len(lapsed)
        assert set(lapsed) <= {year.number for year in self.years if year.ends_on < ENDS}
        assert self.fund.cycle.lapses or not lapsed

    @invariant()
    def fin_01_three_years_at_most_are_released_each_once_and_bring_the_same(self) -> None:
        for kind in (FundsReleased, ReleaseCancelled):
            years = [event for _, event in self.told(kind)]
            assert len({event.year for event in years}) == len(years) <= 3
            assert {event.fen for event in years} <= {YEAR}
        assert self.books[-1].released <= 3 * YEAR

    @invariant()
    def a_9_8_a_reservation_resolves_once(self) -> None:
        resolved = [event.expense_id for _, event in self.told(ExpenseSpent, ExpenseRefused)]

        assert len(set(resolved)) == len(resolved)

    @invariant()
    def a_9_27_three_persons_had_a_part_in_each_payment(self) -> None:
        asked = {event.expense_id: {event.claimant_id, LIN_JING} for _, event in self.told(ExpenseClaimed)}
        approvers = {event.expense_id: event.approver_id for _, event in self.told(ExpenseApproved)}
        paid = [event for _, event in self.told(ExpenseSpent, ExpenseReversed)]
        for _, event in self.told(ExpenseSigned):
            asked[event.expense_id].add(event.office_id or event.host_id)

        assert all(approver not in asked[expense] for expense, approver in approvers.items())
        assert all(event.payer_id not in asked[event.expense_id] | {approvers[event.expense_id]} for event in paid)

    @invariant()
    def a_9_8_the_host_stood_for_each_claim_that_an_office_approved(self) -> None:
        stood_for = {event.expense_id for _, event in self.told(ExpenseClaimed) if event.claimant_id == LIN_JING}
        stood_for |= {event.expense_id for _, event in self.told(ExpenseSigned)}

        assert {event.expense_id for _, event in self.told(ExpenseApproved)} <= stood_for

    @invariant()
    def fin_04_another_purpose_was_approved_with_a_reason_and_only_that(self) -> None:
        other = {event.expense_id: event.category == "other" for _, event in self.told(ExpenseClaimed)}
        approvals = [event for _, event in self.told(ExpenseApproved)]

        assert all((event.other_reason is not None) == other[event.expense_id] for event in approvals)

    @invariant()
    def amb_21_no_host_and_no_trainee_was_paid_as_an_expert(self) -> None:
        excluded, payees = {LIN_JING}, dict[UUID, UUID | None]()
        for _, event in self.story:
            match event:
                case MemberNoted(person_id=person, standing="joined", kind="trainee"):
                    excluded.add(person)
                case ExpenseClaimed(expense_id=id, payee_id=payee):
                    payees[id] = payee
                case ExpenseSpent(expense_id=id):
                    assert payees[id] not in excluded

    @invariant()
    def fin_05_a_cut_happens_once_at_most(self) -> None:
        assert len(self.told(FundingCut)) <= 1

    @invariant()
    def fin_06_each_quarter_is_reported_once_and_after_it(self) -> None:
        filed = [(day, event.period) for day, event in self.told(ReportFiled)]

        assert len({period for _, period in filed}) == len(filed)
        assert all(day > period.ends_on for day, period in filed)

    def teardown(self) -> None:
        """In the end, and whatever happened: the rest has gone back exactly once, and nothing is reserved."""
        self.pass_days(max(1, (ENDS + ONE_DAY - self.day).days))
        self.the_cycle_ends()
        self.pass_days(31)
        self.the_rest_goes_back()
        books = self.books[-1]

        assert len(self.told(FundsReturned)) == 1
        assert (books.reserved, books.returned) == (0, books.released - books.spent - books.lapsed)


FundMachine.TestCase.settings = settings(
    max_examples=int(os.environ.get("MINGBAN_FUND_EXAMPLES", "200")),
    stateful_step_count=50,
    deadline=None,
    database=None,
)
TestFund = pytest.mark.rule(
    "FIN-01", "FIN-05", "FIN-06", "FIN-08", "AMB-18", "AMB-19", "AMB-20", "AMB-21", "A.9-8", "A.9-27"
)(FundMachine.TestCase)  # fmt: skip
