"""The host reports on each quarter, once; what moved in it stands beside."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from services.finance.aggregates.fund import Fund
from services.finance.commands import FileReport, file_report
from services.finance.events import FundsReturned, Quarter, ReleaseCancelled, ReportFiled, utilisation
from services.finance.read_models.reports import ReportRow, SchoolReportRow, reports, school_reports
from shared.kernel.money import Fen
from shared.kernel.values import Text
from tests.finance.examples import (
    CUT,
    FUND,
    LAID_OUT,
    LIN_JING,
    MEMBERS,
    OPENED,
    REPORT,
    STUDIO,
    TRIP,
    YEAR,
    approved,
    claimed,
    fund,
    funded,
    happened,
    lin,
    refused,
    released,
    reversed_,
    signed,
    spent,
)
from tests.scenario import Outcome, given, stream

TEXT = REPORT.text
FILED = ReportFiled(
    studio_id=STUDIO, host_id=LIN_JING, period=Quarter("2024-Q2"), text=TEXT, released_fen=Fen(600_000),
    reserved_fen=Fen(80_000), spent_fen=Fen(120_000), available_fen=Fen(400_000), utilisation_percent_hundredths=2000,
)  # fmt: skip
BUSY = claimed(), signed(), approved(), spent(), claimed(fen=80_000, expense=TRIP)
RETURNED = FundsReturned(studio_id=STUDIO, fen=Fen(600_000))


def filing(known: Fund, period: str, day: str) -> Outcome:
    return lin(known, day).when(file_report, replace(REPORT, period=Quarter(period)))


@pytest.mark.rule("FIN-06")
def test_fin_06_the_host_reports_with_the_ledgers_figures_of_that_moment() -> None:
    lin(funded(*BUSY)).when(file_report, REPORT).then(FILED)


@pytest.mark.rule("FIN-06")
def test_fin_06_a_quarter_without_money_is_reported_too() -> None:
    [told] = filing(fund(), "2023-Q1", "2023-04-01").events

    assert (told.released_fen, told.utilisation_percent_hundredths) == (0, 0)


@pytest.mark.rule("FIN-06")
def test_fin_06_the_same_report_once_more_records_nothing() -> None:
    lin(funded(*BUSY, FILED)).when(file_report, REPORT).then_nothing()


@pytest.mark.rule("FIN-06")
def test_fin_06_another_report_on_the_same_quarter_is_refused() -> None:
    another = replace(REPORT, text=Text("更正：用于课程资源。"))

    lin(funded(*BUSY, FILED)).when(file_report, another).then_refused("report-filed", "FIN-06", period="2024-Q2")


@pytest.mark.rule("FIN-06")
def test_fin_06_a_quarter_is_reported_from_the_day_after_it() -> None:
    filing(funded(), "2024-Q3", "2024-09-30").then_refused(
        "period-running", "FIN-06", period="2024-Q3", ends_on="2024-09-30", on="2024-09-30"
    )
    assert filing(funded(), "2024-Q3", "2024-10-01").said is None


@pytest.mark.rule("FIN-06")
@pytest.mark.parametrize(("period", "allowed"), [("2022-Q4", False), ("2023-Q1", True)])
def test_fin_06_reports_begin_with_the_plaques_quarter(period: str, *, allowed: bool) -> None:
    outcome = filing(funded(), period, "2024-09-27")

    assert (outcome.said is None) == allowed
    if not allowed:
        outcome.then_refused("period-out-of-time", "FIN-06", period=period, first="2023-Q1", last="2026-Q2")


@pytest.mark.rule("FIN-06")
def test_fin_06_reports_end_with_the_quarter_of_the_return() -> None:
    closed = funded(ReleaseCancelled(studio_id=STUDIO, year=3, fen=YEAR), CUT, RETURNED)

    assert filing(closed, "2024-Q4", "2025-01-02").events[0].available_fen == 0
    filing(closed, "2025-Q1", "2025-04-01").then_refused("period-out-of-time", "FIN-06", last="2024-Q4")


@pytest.mark.rule("FIN-06")
def test_fin_06_a_report_before_the_plaque_waits_for_it() -> None:
    lin(stream(Fund, FUND, OPENED, *MEMBERS)).when(file_report, REPORT).then_waits_for("applications", "studio-plaqued")


@pytest.mark.rule("FIN-06")
def test_a_report_on_a_studio_not_heard_of_yet_waits_for_its_establishment() -> None:
    given().when(file_report, REPORT).then_waits_for("applications", "studio-established")


@pytest.mark.rule("FIN-06")
@pytest.mark.parametrize("period", ["2024-Q0", "2024-Q5", "2024Q1", "1824-Q1", "2024-Q1 x", "", None, 20241])
def test_fin_06_a_period_is_a_quarter(period: object) -> None:
    with pytest.raises(ValidationError, match="period"):
        TypeAdapter(FileReport).validate_python({"studio_id": str(STUDIO), "period": period, "text": "x"})


@pytest.mark.rule("FIN-06")
@pytest.mark.parametrize(
    ("day", "quarter", "first", "last"),
    [
        ("2024-01-01", "2024-Q1", "2024-01-01", "2024-03-31"),
        ("2024-03-31", "2024-Q1", "2024-01-01", "2024-03-31"),
        ("2024-04-01", "2024-Q2", "2024-04-01", "2024-06-30"),
        ("2024-12-31", "2024-Q4", "2024-10-01", "2024-12-31"),
    ],
)
def test_a_day_lies_in_its_quarter(day: str, quarter: str, first: str, last: str) -> None:
    found = Quarter.of(date.fromisoformat(day))

    assert (found, found.starts_on.isoformat(), found.ends_on.isoformat()) == (quarter, first, last)


@pytest.mark.rule("FIN-07")
@pytest.mark.parametrize(
    ("spent_fen", "released_fen", "hundredths"),
    [
        (0, 0, 0),
        (0, 300_000, 0),
        (1, 300_000, 0),
        (15, 300_000, 1),
        (100_000, 300_000, 3333),
        (300_000, 300_000, 10_000),
    ],
)
def test_fin_07_utilisation_is_rounded_half_up(spent_fen: int, released_fen: int, hundredths: int) -> None:
    assert utilisation(spent_fen, released_fen) == hundredths


def told(model: Any, *story: tuple[str, Any]) -> dict[str, Any]:
    """All rows after these events on these days."""
    rows: dict[str, Any] = {}
    for day, event in story:
        one = happened(event, on=day)
        rows |= {key: model.fold(key, rows.get(key), one) for key in model.keys(one)}
    return rows


MOVED = (
    ("2023-03-27", LAID_OUT),
    ("2024-03-28", released(2)),
    ("2024-06-30", claimed()),
    ("2024-07-01", signed()),
    ("2024-07-01", approved()),
    ("2024-07-02", spent()),
    ("2024-07-02", claimed(fen=80_000, expense=TRIP)),
    ("2024-07-03", refused(TRIP, fen=80_000)),
    ("2024-10-01", reversed_()),
    ("2024-10-12", ReleaseCancelled(studio_id=STUDIO, year=3, fen=YEAR)),
    ("2024-11-12", RETURNED),
)
FACTS = [(day, event) for day, event in MOVED if type(event) in reports.facts]


def row(period: str, **moved: Any) -> ReportRow:
    quarter = Quarter(period)
    plain = {
        "studio_id": STUDIO, "host_id": LIN_JING, "period": period, "starts_on": quarter.starts_on,
        "ends_on": quarter.ends_on, "spent_by_category": {},
    }  # fmt: skip
    return ReportRow(**plain | moved)


@pytest.mark.rule("FIN-06")
def test_fin_06_each_quarter_shows_what_moved_in_it_and_the_quiet_ones_too() -> None:
    rows = told(reports, *FACTS)

    assert len(rows) == 14
    assert rows[f"{FUND}:2024-Q1"] == row("2024-Q1", released=Fen(300_000))
    assert rows[f"{FUND}:2024-Q2"] == row("2024-Q2", claimed=Fen(120_000))
    assert rows[f"{FUND}:2024-Q3"] == row(
        "2024-Q3", claimed=Fen(80_000), spent=Fen(120_000), refused=Fen(80_000),
        spent_by_category={"training": Fen(120_000)},
    )  # fmt: skip
    assert rows[f"{FUND}:2024-Q4"] == row(
        "2024-Q4", reversed=Fen(120_000), returned=Fen(600_000), cancelled=Fen(300_000)
    )
    assert rows[f"{FUND}:2026-Q2"] == row("2026-Q2")


@pytest.mark.rule("FIN-06")
def test_fin_06_a_filed_report_shows_text_and_figures_in_the_quarter_it_is_on() -> None:
    rows = told(reports, *FACTS, ("2024-09-27", FILED))

    assert rows[f"{FUND}:2024-Q2"] == row(
        "2024-Q2", claimed=Fen(120_000), filed_on=date(2024, 9, 27), filed_by=LIN_JING, text=TEXT,
        figures={
            "released": Fen(600_000), "reserved": Fen(80_000), "spent": Fen(120_000), "available": Fen(400_000),
        },
        utilisation_percent_hundredths=2000,
    )  # fmt: skip


@pytest.mark.rule("FIN-06")
def test_a_movement_outside_the_laid_out_quarters_is_shown_too() -> None:
    rows = told(reports, *FACTS, ("2026-07-01", replace(RETURNED, fen=Fen(7))))

    assert rows[f"{FUND}:2026-Q3"] == row("2026-Q3", host_id=None, returned=Fen(7))


@pytest.mark.rule("FIN-06")
def test_a_refusal_stored_before_it_named_its_amount_moves_nothing() -> None:
    old = replace(refused(), studio_id=None, fen=None)
    rows = told(reports, *FACTS)

    assert told(reports, *FACTS, ("2024-09-27", old)) == rows
    assert told(reports, ("2024-09-27", old)) == {f"{FUND}:2024-Q3": None}


@pytest.mark.rule("FIN-07")
def test_fin_07_the_schools_report_adds_all_studios_up() -> None:
    story = [(day, event) for day, event in (*FACTS, ("2024-09-27", FILED)) if type(event) in school_reports.facts]
    rows = told(school_reports, *story, *story)

    quarter = Quarter("2024-Q3")
    assert rows["2024-Q3"] == SchoolReportRow(
        period="2024-Q3", starts_on=quarter.starts_on, ends_on=quarter.ends_on, claimed=Fen(160_000),
        spent=Fen(240_000), refused=Fen(160_000), spent_by_category={"training": Fen(240_000)},
    )  # fmt: skip
    assert rows["2024-Q2"].reports_filed == 2
