"""Each policy setting: what it may be, up to its bounds, and that one beyond is refused under the setting's own rule."""

from typing import Any

import pytest

from shared.kernel.model import Refused
from shared.kernel.policy import CATALOGUE, PolicySettings
from shared.kernel.settings import check_change

SHORT, LONG = (
    ["department", "office", "panel", "school"],
    ["department", "personnel", "student_affairs", "panel", "school"],
)
YES_NO = ([True, False], [1, "yes", None])
DAYS = ([0, 1, 366], [-1, 367, 1.0, "5", True])
POINTS = ([0, 60, 100], [-1, 101])
LEVEL = (["school", "county", "prefecture", "province", "nation"], ["galaxy", "", "COUNTY"])

# By setting: values that it takes, its bounds among them, and values just beyond or of another kind.
TABLE: dict[str, tuple[list[Any], list[Any]]] = {
    "backdate_max_days": DAYS,
    "review_chain": ([SHORT, LONG], [SHORT[1:], SHORT[:-1], ["department", "panel", "school"], [*SHORT, "school"], []]),
    "tenure_semesters": ([0, 12, 100], [-1, 101]),
    "tenure_unit": (["semester", "calendar_year"], ["month"]),
    "require_class_honor": YES_NO,
    "honor_min_level": LEVEL,
    "contest_min_level": LEVEL,
    "research_min_level": LEVEL,
    "recency_years": ([1, 5, 50], [0, 51]),
    "recency_mode": (["date", "calendar_year"], ["lunar_year"]),
    "selection_min_score_points": POINTS,
    "publication_notice_workdays": DAYS,
    "notice_extension_workdays": DAYS,
    "ban_years": ([0, 6, 20], [-1, 21]),
    "plan_party_review": YES_NO,
    "panel_min_experts": ([1, 5, 99], [0, 4, 6, 101]),
    "panel_quorum": ([[1, 2], [2, 3], [1, 1], [100, 100]], [[3, 2], [0, 3], [2], [1, 101], [1, 2, 3]]),
    "panel_trim_from": ([0, 3, 5, 99], [1, 2, 100]),
    "score_rounding": (["half_up", "half_even", "down"], ["up"]),
    "recusal_same_department": YES_NO,
    "recusal_years": ([0, 3, 20], [-1, 21]),
    "recheck_workdays": DAYS,
    "cycle_start": (["plaque_date", "publication_date"], ["new_year"]),
    "cycle_months": ([22, 36, 120], [0, 121]),
    "midterm_due_months": ([15, 18, 21], [0, 121]),
    "midterm_window_months": ([[15, 21], [18, 19], [0, 35]], [[21, 15], [18, 18], [15], [15, 121], [1, 2, 3]]),
    "midterm_rectification_months": ([0, 3, 12], [-1, 13]),
    "final_extension_months": ([0, 6], [-1, 7]),
    "pass_score_points": ([0, 60, 85], [-1, 101]),
    "excellent_score_points": ([60, 85, 100], [-1, 101]),
    "result_notice_workdays": DAYS,
    "level_one_weights": ([[20, 20, 30, 25, 5], [100, 0, 0, 0, 0]], [[15, 15, 35, 30, 6], [15, 15, 35, 30, 4], [100]]),
    "host_change_min_share": ([[1, 2], [1, 100], [1, 1]], [[2, 1], [0, 2]]),
    "yearly_report": YES_NO,
    "membership_exclusive": YES_NO,
    "host_may_be_trainee": YES_NO,
    "join_until": (["midterm", "cycle_end"], ["never"]),
    "transfer_days": DAYS,
    "size_min_warn": ([0, 4, 12], [-1, 101]),
    "size_max_warn": ([4, 12, 500], [501, -1]),
    "absence_limit": ([[1, 3], [1, 1], [99, 100], [1, 100]], [[4, 3], [0, 3], [1], [1, 101]]),
    "absence_inclusive": YES_NO,
    "absence_window": (["project_year", "whole_cycle", "rolling"], ["week"]),
    "absence_rolling_sessions": ([1, 12, 366], [0, 367]),
    "absence_trigger": (["irrecoverable_or_close", "close"], ["running"]),
    "absence_counted_kinds": ([["unexcused"], ["unexcused", "late"]], [["yawning"], ["late", "late"], []]),
    "absence_excluded_kinds": ([["official_duty"], ["statutory_leave", "sick_leave"]], [["holiday"], []]),
    "late_per_absence": ([0, 3, 100], [-1, 101]),
    "sick_leave_needs_proof": YES_NO,
    "absence_min_sessions": DAYS,
    "absence_warn": ([[6, 4], [1], [100]], [[0], [101], []]),
    "removal_objection_workdays": DAYS,
    "roll_closes_after_days": DAYS,
    "release_fen": ([0, 300_000, 1_000_000_000], [-1, 1_000_000_001, 3000.0]),
    "release_count": ([0, 3], [-1, 4]),
    "allocation_calendar": (["project_year", "fiscal_year"], ["school_year"]),
    "hold_from_midterm": YES_NO,
    "carry_forward": (["within_cycle", "lapse_at_year_end"], ["for_ever"]),
    "accounting_retention_years": ([0, 30, 100], [-1, 101]),
    "wind_down_days": DAYS,
    "expert_fee_caps_fen": ([[0, 0, 0], [50_000, 100_000, 150_000]], [[2, 1, 3], [1, 2], [1, 2, 3, 4]]),
    "expert_hours_per_half_day": ([1, 4, 12], [0, 13]),
    "budget_plan_required": YES_NO,
    "asset_min_fen": ([0, 100_000, 1_000_000_000], [-1, 1_000_000_001]),
    "trainee_pass_points": ([0, 60, 85], [-1, 101]),
    "trainee_excellent_points": ([60, 85, 100], [-1, 101]),
    "excellent_quota_percent": POINTS,
    "excellent_max_unexcused": DAYS,
    "trainee_award_requires_studio_pass": YES_NO,
    "credit_hours": ([1, 8, 1_000], [0, 1_001]),
    "credits_cap_per_year": ([0, 1_250, 100_000], [-1, 100_001]),
}  # fmt: skip
TAKEN = [(name, value) for name, (taken, _) in TABLE.items() for value in taken]
NOT_TAKEN = [(name, value) for name, (_, not_taken) in TABLE.items() for value in not_taken]


def test_each_setting_stands_in_this_table() -> None:
    assert list(TABLE) == list(CATALOGUE)


@pytest.mark.parametrize(("name", "value"), TAKEN, ids=[f"{name}={value}" for name, value in TAKEN])
def test_a_setting_takes_what_decisions_can_be_made_with(name: str, value: Any) -> None:
    check_change({name: value})

    assert getattr(PolicySettings.read({name: value}), name) == (tuple(value) if isinstance(value, list) else value)


@pytest.mark.parametrize(("name", "value"), NOT_TAKEN, ids=[f"{name}={value}" for name, value in NOT_TAKEN])
def test_what_makes_no_sense_is_refused_under_the_settings_own_rule(name: str, value: Any) -> None:
    with pytest.raises(Refused) as said:
        check_change({name: value})

    assert (said.value.code, said.value.rule) == ("setting-invalid", CATALOGUE[name].rule)
    assert CATALOGUE[name].zh in said.value.zh
    assert CATALOGUE[name].en in said.value.en


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"midterm_due_months": 14}, "AMB-13"),
        ({"midterm_window_months": [19, 24]}, "AMB-13"),
        ({"cycle_months": 21}, "AMB-13"),
        ({"pass_score_points": 86}, "AMB-14"),
        ({"trainee_excellent_points": 59}, "AMB-23"),
        ({"absence_counted_kinds": ["official_duty"]}, "AMB-04"),
        ({"size_min_warn": 13}, "AMB-26"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(values: dict[str, Any], rule: str) -> None:
    with pytest.raises(Refused) as said:
        check_change(values)

    assert (said.value.code, said.value.rule) == ("settings-contradict", rule)


def test_both_may_change_together() -> None:
    check_change({"pass_score_points": 90, "excellent_score_points": 95})


def test_each_setting_says_in_both_languages_what_it_is_and_in_which_unit() -> None:
    for one in CATALOGUE.values():
        assert one.zh, one.name
        assert any("一" <= character <= "鿿" for character in one.zh), one.name
        assert one.en.isascii(), one.name
        assert one.unit, one.name
