"""Which quarters nobody has reported on yet."""

from typing import Any

import pytest

from services.finance.events import HostNoted, Quarter, ReportFiled
from services.finance.read_models.missing import MissingReport, missing_reports
from shared.kernel.money import Fen
from shared.kernel.values import Text
from tests.finance.examples import CUT, CYCLE_OVER, LAID_OUT, LIN_JING, STUDIO, WANG_FANG, happened


def missing(*events: Any) -> dict[str, MissingReport]:
    rows: dict[str, MissingReport] = {}
    for event in events:
        told = happened(event)
        for key in missing_reports.keys(told):
            row = missing_reports.fold(key, rows.pop(key, None), told)
            if row is not None:
                rows[key] = row
    return {row.period: row for row in rows.values()}


FILED = ReportFiled(
    studio_id=STUDIO, host_id=LIN_JING, period=Quarter("2024-Q2"), text=Text("用于培训。"), released_fen=Fen(1),
    reserved_fen=Fen(0), spent_fen=Fen(0), available_fen=Fen(1), utilisation_percent_hundredths=0,
)  # fmt: skip


@pytest.mark.rule("FIN-06", "SIL-12")
def test_fin_06_from_the_plaque_to_the_return_each_quarter_is_to_be_reported_on_the_day_after_it() -> None:
    rows = missing(LAID_OUT)

    assert (min(rows), max(rows), len(rows)) == ("2023-Q1", "2026-Q2", 14)
    assert rows["2024-Q2"].due_from.isoformat() == "2024-07-01"


@pytest.mark.rule("FIN-06", "SIL-12")
def test_fin_06_a_filed_quarter_is_missing_no_more() -> None:
    assert "2024-Q2" not in missing(LAID_OUT, FILED)
    assert len(missing(LAID_OUT, FILED)) == 13


@pytest.mark.rule("FIN-06", "SIL-12")
def test_fin_06_after_a_cut_the_quarters_after_the_return_are_not_missing() -> None:
    assert max(missing(LAID_OUT, CUT)) == "2024-Q4"
    assert max(missing(LAID_OUT, CYCLE_OVER)) == "2026-Q2"


@pytest.mark.rule("FIN-06", "SIL-04")
def test_sil_04_what_is_missing_from_the_change_on_is_the_new_hosts() -> None:
    changed = HostNoted(
        studio_id=STUDIO, former_host_id=LIN_JING, host_id=WANG_FANG, open_expenses=(), assets=(),
        periods=(Quarter("2024-Q3"),),
    )  # fmt: skip
    rows = missing(LAID_OUT, FILED, changed)

    assert (rows["2024-Q1"].host_id, rows["2024-Q3"].host_id) == (LIN_JING, WANG_FANG)
