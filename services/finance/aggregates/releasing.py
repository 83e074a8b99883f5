"""The years' money: laid out with the plaque, released, lapsed, cut, and what is left returned."""

from datetime import date
from typing import Literal
from uuid import UUID

from services.finance.aggregates.books import Books
from services.finance.aggregates.paying import cut_dates, wound_down
from services.finance.aggregates.years import lapsing, release_of, released_from, years_of
from services.finance.events import (
    AssetsCalledIn,
    ExpenseRefused,
    FundingCut,
    FundsLapsed,
    FundsReleased,
    FundsReturned,
    MidtermPassed,
    MidtermPassedTooLate,
    ReleaseCancelled,
    WindingDown,
    YearsLaidOut,
)
from shared.kernel.money import Fen
from shared.kernel.policy import PolicySettings
from shared.kernel.published import StudioPlaqued


class Releasing(Books):
    """How money comes and how it goes back."""

    def lay_out(self, studio: StudioPlaqued, settings: PolicySettings) -> None:
        if self.is_laid_out:
            return
        starts_on = studio.starts_on or studio.plaqued_on
        self.record(
            YearsLaidOut(
                studio_id=self.studio_id, years=years_of(starts_on, studio.midterm_due_on, settings),
                year_fen=settings.release_fen, ends_on=studio.ends_on, wind_down_days=settings.wind_down_days,
                host_id=self.host_id, starts_on=starts_on, midterm_due_on=studio.midterm_due_on,
                lapses=settings.carry_forward == "lapse_at_year_end",
            )
        )  # fmt: skip

    def release(self, number: int, day: date) -> None:
        """A year's money on its first day; a held one waits for the pass (A.9-13)."""
        first = released_from(self.years[number], date.min if self.is_midterm_passed else None)
        over = self.activities_through is not None or day > self.ends_on
        if number in self.released_years or over or first is None or day < first:
            return
        self._release(number, day.year)

    def pass_midterm(self, day: date) -> None:
        """The pass's own date decides: of before the end it frees a year that the end cancelled (A.9-13)."""
        last = self.activities_through
        if self.is_midterm_passed or self.is_pass_too_late or self.is_cut or (last is not None and day > last):
            return
        if self.is_returned:
            self.record(MidtermPassedTooLate(studio_id=self.studio_id))
            return
        self.record(MidtermPassed(studio_id=self.studio_id))
        for number, year in self.years.items():
            if last is None:
                self.release(number, day)
            elif number in self.cancelled_years and release_of(year, day, last) == "released":
                self._release(number, max(day, year.starts_on).year)

    def lapse(self, number: int) -> None:
        """At a year's end, once; of one that ends with the cycle at the fund's end instead (AMB-19, A.9-8)."""
        if not self.lapses or number in self.lapsed_years or self.activities_through:
            return
        if self.years[number].ends_on >= self.ends_on:
            return
        through = sum(fen for year, fen in self.released_years.items() if year <= number)
        fen = lapsing(through, self.spent, self.reserved, self.lapsed)
        self.record(FundsLapsed(studio_id=self.studio_id, year=number, fen=Fen(fen)))

    def cut(self, cause: Literal["midterm", "ethics"], day: date) -> None:
        """Once: later years are cancelled, the balance is frozen for the wind-down (FIN-05, AMB-17)."""
        if self.is_cut or self.is_returned:
            return
        cancelled = self._cancel_waiting()
        activities_through, payable_through = cut_dates(day, self.payable, self.wind_down_days)
        self.record(
            FundingCut(
                studio_id=self.studio_id, cause=cause, cancelled_fen=Fen(cancelled), frozen_fen=Fen(self.rest),
                activities_through=activities_through, payable_through=payable_through,
            )
        )  # fmt: skip

    def wind_down(self, last_activity_on: date, decided_on: date) -> None:
        """The studio ended without a cut; what was not released is cancelled.

        After the cycle's last day, while its timer is late, it ends as the timer would have ended it.
        """
        if self.activities_through or self.is_returned:
            return
        last_activity_on, decided_on = min(last_activity_on, self.ends_on), min(decided_on, self.ends_on)
        self._cancel_waiting()
        self.record(
            WindingDown(
                studio_id=self.studio_id, activities_through=last_activity_on,
                payable_through=wound_down(decided_on, self.wind_down_days),
            )
        )  # fmt: skip

    def return_rest(self) -> None:
        """The wind-down is over: open claims are refused, the rest goes back, once, even if it is 0."""
        if self.is_returned or not self.activities_through:
            return
        for expense_id, claim in self.claims.items():
            if not claim.is_resolved:
                self.turn_down(expense_id, "wind_down_over")
        if in_use := tuple(asset for asset, status in self.assets.items() if status == "in_use"):
            self.record(AssetsCalledIn(studio_id=self.studio_id, asset_ids=in_use))
        self.record(FundsReturned(studio_id=self.studio_id, fen=Fen(self.rest)))

    def turn_down(self, expense_id: UUID, reason: Literal["by_office", "wind_down_over"]) -> None:
        fen = self.claims[expense_id].asked.fen
        self.record(ExpenseRefused(expense_id=expense_id, reason=reason, studio_id=self.studio_id, fen=fen))

    def _release(self, number: int, fiscal_year: int) -> None:
        self.record(
            FundsReleased(studio_id=self.studio_id, year=number, fen=self.year_fen, fiscal_year=fiscal_year)
        )  # fmt: skip

    def _cancel_waiting(self) -> int:
        waiting = sorted(set(self.years) - set(self.released_years) - self.cancelled_years)
        for number in waiting:
            self.record(ReleaseCancelled(studio_id=self.studio_id, year=number, fen=self.year_fen))
        return self.year_fen * len(waiting)
