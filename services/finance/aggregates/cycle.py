"""What the plaque laid out for a fund: its years, what each brings, and how it winds down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Self
from uuid import UUID

from services.finance.aggregates.years import years_of
from services.finance.events import ProjectYear, YearsLaidOut
from shared.kernel.model import NotYet
from shared.kernel.money import Fen
from shared.kernel.policy import PolicySettings
from shared.kernel.published import StudioPlaqued

NOTHING = Fen(0)


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """Before the plaque: no years, and no end in sight."""

    is_laid_out: bool = False
    years: Mapping[int, ProjectYear] = field(default_factory=dict)
    year_fen: Fen = NOTHING
    starts_on: date = date.min
    midterm_due_on: date | None = None
    ends_on: date = date.max - timedelta(days=366)
    wind_down_days: int = 0
    lapses: bool = False

    @classmethod
    def of(cls, laid_out: YearsLaidOut) -> Self:
        first = min((year.starts_on for year in laid_out.years), default=date.min)
        return cls(
            is_laid_out=True, years={year.number: year for year in laid_out.years}, year_fen=laid_out.year_fen,
            starts_on=laid_out.starts_on or first, midterm_due_on=laid_out.midterm_due_on, ends_on=laid_out.ends_on,
            wind_down_days=laid_out.wind_down_days, lapses=laid_out.lapses,
        )  # fmt: skip

    @staticmethod
    def of_studio(studio: StudioPlaqued, host_id: UUID, settings: PolicySettings) -> YearsLaidOut:
        """As the settings of the plaque's day have it; later ones change nothing of it."""
        starts_on = studio.starts_on or studio.plaqued_on
        return YearsLaidOut(
            studio_id=studio.studio_id, years=years_of(starts_on, studio.midterm_due_on, settings),
            year_fen=settings.release_fen, ends_on=studio.ends_on, wind_down_days=settings.wind_down_days,
            host_id=host_id, starts_on=starts_on, midterm_due_on=studio.midterm_due_on,
            lapses=settings.carry_forward == "lapse_at_year_end",
        )  # fmt: skip

    def check_laid_out(self) -> None:
        if not self.is_laid_out:
            raise NotYet("applications", "studio-plaqued")

    def year_on(self, day: date) -> int | None:
        """The project year that a day's activities belong to: the last that has begun."""
        return max((n for n, year in self.years.items() if year.starts_on <= day), default=None)

    def lapses_after(self, number: int) -> bool:
        """What is left at this year's end goes back; of one that ends with the cycle at the fund's end (A.9-8)."""
        return self.lapses and self.years[number].ends_on < self.ends_on
