"""Why a stage passed, and why each person received what they did: judged again, under these settings or others."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.assessment.aggregates.award import Award
from services.assessment.aggregates.case import Case
from services.assessment.aggregates.evaluation import Evaluation
from services.assessment.aggregates.impartiality import Ties
from services.assessment.aggregates.rubric import Appointment, Rubric
from services.assessment.commands import PostScore, post_score
from services.assessment.events import (
    BackboneDesignated,
    CaseOpened,
    CertificateIssued,
    CertificateReissued,
    CertificateRevoked,
    ConductNoted,
    EvaluationRevised,
    FinalNoted,
    Rescored,
    RosterNoted,
    RubricAdopted,
    RubricItem,
    SheetVoided,
    TitleRevoked,
    certificate_id,
)
from services.assessment.explanations import CERTIFICATE, CREDIT, DECISIONS, EVALUATION, RECOMMENDATION, TITLE
from services.assessment.service import assessment
from shared.kernel.explaining import Explanation
from shared.kernel.people import Role
from shared.kernel.published import ExpertAppointed, RosterEntry, TieDeclared
from shared.kernel.values import Label, Slug, Text, Whole
from tests.assessment.examples import (
    A_MIDTERM_DAY,
    FENG_LEI,
    FINAL_SOURCE,
    FIVE,
    HAN_XUE,
    LI_NA,
    LIN_JING,
    LIU_YANG,
    ROSTER_SOURCE,
    SECTIONS,
    STUDIO,
    WANG_FANG,
    WU_MIN,
    evaluated,
    evaluation,
    noted,
    planned,
    recused,
    rubric,
    scored,
    seated,
    sheet,
    sheets,
)
from tests.assessment.examples import case as case_of
from tests.past import At, at, inputs_of
from tests.scenario import SCHOOL, given

MIDTERM, CASE = Evaluation.id_for(STUDIO, "midterm"), Case.id_for(STUDIO)
RUBRIC = Rubric.id_for(SCHOOL)
OPENED = CaseOpened(studio_id=STUDIO, host_id=LIN_JING, department=Slug("mechanical"))
PASSED, FAILED = FinalNoted(passed=True, source=FINAL_SOURCE), FinalNoted(passed=False, source=FINAL_SOURCE)
WANG = RosterEntry(
    person_id=WANG_FANG, membership_id=UUID(int=0x3E1), status="active", attended_hours=36, sessions_obliged=10,
    sessions_attended=9, unexcused_absences=0, host_points=90, plan_filed=True, hours_by_year=(20, 12, 4),
)  # fmt: skip
LI = replace(WANG, person_id=LI_NA, membership_id=UUID(int=0x3E2), host_points=84)
LIU = replace(WANG, person_id=LIU_YANG, membership_id=UUID(int=0x3E3), status="removed", host_points=None)


def posting(*told: Any, stage: Any = "midterm", case: tuple[Any, ...] = ()) -> At:
    """The moment at which the score is posted, whatever was posted."""
    stream = Evaluation.id_for(STUDIO, stage)
    moment = at(scored(stage, 0), stream, on=A_MIDTERM_DAY).after(RUBRIC, RubricAdopted(number=1, sections=SECTIONS))
    return moment.after(CASE, OPENED, *case).after(stream, planned(stage), seated(), *told)


def one(moment: At, decision: Any = EVALUATION) -> Explanation:
    (explained,) = moment.explain(decision, "assessment")
    assert explained.zh
    assert explained.en
    assert explained.settings or decision is TITLE
    return explained


def test_all_kinds_are_registered_in_the_order_in_which_they_rest_on_each_other() -> None:
    assert assessment.decisions is DECISIONS
    assert [one.kind for one in DECISIONS] == [
        "evaluation", "title", "certificate", "credit", "recommendation", "certificate",
    ]  # fmt: skip


@pytest.mark.rule("AMB-14", "A.9-16", "ASM-02")
@pytest.mark.parametrize(
    ("points", "settings", "outcome"),
    [
        (60, {}, "passed"),
        (59, {}, "failed"),
        (69, {"pass_score_points": 70}, "failed"),
        (70, {"pass_score_points": 70}, "passed"),
        (59, {"pass_score_points": 59}, "passed"),
    ],
)
def test_amb_14_a_stage_is_judged_again_under_the_mark_that_is_asked_for(
    points: int, settings: dict[str, Any], outcome: str
) -> None:
    explained = one(posting(*sheets(*[points] * 5)).under(**settings))

    assert (explained.kind, explained.outcome) == ("evaluation", outcome)
    assert explained.subject == {"studio_id": STUDIO, "stage": "midterm"}
    assert explained.rules[0] == "AMB-14"


@pytest.mark.rule("A.9-16", "A.9-25")
def test_a_9_16_the_explanation_shows_sheets_sources_and_arithmetic() -> None:
    explained = one(posting(*sheets(0, 61, 62, 63), recused(HAN_XUE), case=(noted(FENG_LEI, "left"),)).under(
        panel_quorum=(1, 3), recusal_years=1
    ))  # fmt: skip

    inputs = {given.name: given for given in explained.inputs}
    assert inputs_of(explained) == {
        "experts": 5, "sheets": 2, "rubric": 1, "total_1": "62", "total_2": "63", "set_aside_1": "recused",
        "set_aside_2": "party",
    }  # fmt: skip
    assert [source.event for source in inputs["set_aside_1"].sources] == [
        "assessment.sheet-submitted", "assessment.recused"
    ]  # fmt: skip
    assert [source.event for source in inputs["set_aside_2"].sources][-1] == "assessment.party-noted"
    assert [(step.text, step.left, step.sign, step.right, step.holds) for step in explained.steps] == [
        ("sheets ≥ panel_quorum × experts", 2, "≥", 2, True),
        ("score_hundredths ≥ pass_score_points × 100", 6250, "≥", 6000, True),
        ("score_hundredths ≥ excellent_score_points × 100", 6250, "≥", 8500, False),
    ]
    assert "62.50" in explained.zh


@pytest.mark.rule("A.9-25")
@pytest.mark.parametrize(("quorum", "outcome"), [((4, 5), "passed"), ((5, 5), "not_held")])
def test_a_9_25_without_the_quorum_that_is_asked_for_there_is_no_score(quorum: Any, outcome: str) -> None:
    assert one(posting(*sheets(80, 80, 80, 80)).under(panel_quorum=quorum)).outcome == outcome


@pytest.mark.rule("A.9-16")
@pytest.mark.parametrize(
    ("settings", "outcome"),
    [({}, "failed"), ({"panel_trim_from": 0}, "passed"), ({"panel_trim_from": 7}, "passed")],
)
def test_a_9_16_trimming_may_decide(settings: dict[str, Any], outcome: str) -> None:
    assert one(posting(*sheets(59, 59, 59, 59, 100)).under(**settings)).outcome == outcome


@pytest.mark.rule("SIL-02")
@pytest.mark.parametrize(
    ("settings", "aside"),
    [({}, {"same_department", "tie"}), ({"recusal_same_department": False}, {"tie"}),
     ({"recusal_years": 0}, {"same_department"})],
)  # fmt: skip
def test_sil_02_whose_sheet_counts_follows_from_the_recusal_settings(settings: dict[str, Any], aside: set[str]) -> None:
    tie = TieDeclared(expert_id=FENG_LEI, person_id=LIN_JING, relation="co_author", last_on=date(2022, 1, 1))
    colleague = ExpertAppointed(person_id=HAN_XUE, until=date(2026, 12, 31), department=Slug("mechanical"))
    moment = posting(*sheets(80, 80, 80, 80, 80)).after(Ties.id_for(SCHOOL, FENG_LEI), tie)
    explained = one(moment.after(Appointment.id_for(SCHOOL, HAN_XUE), colleague).under(**settings, panel_quorum=(1, 2)))

    assert {v for name, v in inputs_of(explained).items() if name.startswith("set_aside")} == aside
    named = {s.event for given in explained.inputs if given.name.startswith("set_aside") for s in given.sources}
    assert ("assessment.tie-declared" in named) == ("tie" in aside)
    assert ("assessment.expert-appointed" in named) == ("same_department" in aside)


@pytest.mark.rule("AMB-14")
def test_the_explanation_says_what_the_panels_score_decides() -> None:
    told = (seated(), *sheets(58, 59, 60, 61, 90))
    streams = rubric(), case_of(), evaluation("midterm", *told)
    (posted,) = given(*streams).on(A_MIDTERM_DAY).by(Role.PERSONNEL, WU_MIN).when(
        post_score, PostScore(studio_id=STUDIO, stage="midterm")
    ).events  # fmt: skip
    explained = one(posting(*sheets(58, 59, 60, 61, 90)))

    assert explained.steps[1].left == posted.score_hundredths == 6000


@pytest.mark.rule("AMB-14", "SIL-07")
@pytest.mark.parametrize(("vetoes", "outcome"), [(1, "passed"), (2, "passed"), (3, "failed")])
def test_amb_14_a_majority_of_vetoes_fails_whatever_the_score(vetoes: int, outcome: str) -> None:
    ethics = RubricItem(title=Label("师德"), guidance=(), kind="veto")
    guarded = replace(SECTIONS[0], weight=Whole(100), items=(SECTIONS[0].items[0], ethics))
    told = [sheet(expert, (Whole(90), Whole(int(place < vetoes))), rubric=2) for place, expert in enumerate(FIVE)]
    explained = one(posting(*told).after(RUBRIC, RubricAdopted(number=2, sections=(guarded,))))

    assert explained.outcome == outcome
    assert ("vetoes × 2 ≤ sheets", vetoes * 2, 5, outcome == "passed") in [
        (step.text, step.left, step.right, step.holds) for step in explained.steps
    ]
    assert ("否决" in explained.zh) == (outcome == "failed")


@pytest.mark.rule("SIL-02", "A.9-1")
def test_a_rescored_stage_is_explained_without_the_voided_sheet() -> None:
    rescored = Rescored(
        studio_id=STUDIO, stage="midterm", score_hundredths=0, totals={}, rubric=1, supersedes=8
    )  # fmt: skip
    voided = SheetVoided(expert_id=HAN_XUE, reason=Text("与主持人同一系部"))
    told = (planned("midterm"), seated(), *sheets(100, 50, 50, 50, 100), scored("midterm", 6667), voided)
    moment = at(rescored, MIDTERM, on=A_MIDTERM_DAY).after(RUBRIC, RubricAdopted(number=1, sections=SECTIONS))
    explained = one(moment.after(CASE, OPENED).after(MIDTERM, *told))

    assert (explained.outcome, inputs_of(explained)["set_aside_1"]) == ("passed", "voided")
    assert explained.steps[1].left == 6250


@pytest.mark.rule("A.9-1")
def test_a_score_for_the_record_decides_nothing_and_its_revision_does() -> None:
    record = Rescored(
        studio_id=STUDIO, stage="midterm", score_hundredths=0, totals={}, rubric=1, supersedes=8, for_the_record=True
    )
    revised = EvaluationRevised(
        studio_id=STUDIO, stage="midterm", passed=False, score_hundredths=0, grade="failed", reason=Text("重新计算")
    )
    told = (
        planned("midterm"), seated(), *sheets(100, 50, 60, 60, 100), scored("midterm", 7333),
        evaluated("midterm", 7333, passed=True), SheetVoided(expert_id=HAN_XUE, reason=Text("回避")),
    )  # fmt: skip

    def moment(event: Any) -> At:
        known = at(event, MIDTERM).after(RUBRIC, RubricAdopted(number=1, sections=SECTIONS)).after(CASE, OPENED)
        return known.after(MIDTERM, *told)

    assert moment(record).explain(EVALUATION, "assessment") == []
    assert one(moment(revised)).outcome == "passed"
    assert one(moment(revised).under(pass_score_points=68)).outcome == "failed"


@pytest.mark.rule("A.9-13", "ASM-03")
@pytest.mark.parametrize(("midterm", "outcome"), [("failed", "not_held"), ("passed", "passed")])
def test_a_9_13_after_a_supposed_failure_at_mid_term_there_is_no_final(midterm: str, outcome: str) -> None:
    moment = posting(*sheets(80, 80, 80, 80, 80), stage="final").supposing(
        "evaluation", midterm, studio_id=STUDIO, stage="midterm"
    )
    (explained,) = moment.explain(EVALUATION, "assessment")

    assert explained.outcome == outcome
    assert explained.zh
    assert explained.en


def ending(*members: RosterEntry, final: FinalNoted = PASSED, case: CaseOpened = OPENED, **settings: Any) -> At:
    """The roster closes, the final being in effect."""
    closed = RosterNoted(members=members, source=ROSTER_SOURCE)
    return at(closed, CASE, on="2026-04-20").after(CASE, case, final, on="2026-04-10").under(**settings)


def outcomes(decision: Any, moment: At) -> dict[UUID, str]:
    told = moment.explain(decision, "assessment")
    assert all(one.zh and one.en for one in told)
    return {one.subject["person_id"]: one.outcome for one in told}


@pytest.mark.rule("A.9-3")
@pytest.mark.parametrize("decision", DECISIONS[1:5])
def test_a_9_3_nothing_is_awarded_or_withheld_before_both_are_known(decision: Any) -> None:
    assert at(PASSED, CASE).after(CASE, OPENED).explain(decision, "assessment") == []
    roster = RosterNoted(members=(WANG,), source=ROSTER_SOURCE)
    assert at(roster, CASE).after(CASE, OPENED).explain(decision, "assessment") == []
    assert len(at(PASSED, CASE).after(CASE, OPENED, roster).explain(decision, "assessment")) == 1


@pytest.mark.rule("ASM-05", "AMB-28")
@pytest.mark.parametrize(
    ("lead", "final", "outcome"),
    [("host", PASSED, "awarded"), ("coordinator", PASSED, "not_awarded"), ("host", FAILED, "not_awarded")],
)
def test_asm_05_the_title_is_for_the_host_of_a_passed_studio(lead: Any, final: FinalNoted, outcome: str) -> None:
    moment = ending(WANG, final=final, case=replace(OPENED, lead_kind=lead))
    explained = one(moment, TITLE)

    assert (explained.outcome, explained.subject["person_id"]) == (outcome, LIN_JING)
    assert explained.rules[0] == "ASM-05"
    assert [source.event for source in explained.inputs[0].sources] == ["assessment.final-noted"]


@pytest.mark.rule("ASM-07", "AMB-22", "AMB-23")
@pytest.mark.parametrize(
    ("final", "settings", "wang", "li"),
    [
        (PASSED, {}, "issued", "issued"),
        (PASSED, {"trainee_pass_points": 85}, "issued", "not_issued"),
        (PASSED, {"trainee_pass_points": 84}, "issued", "issued"),
        (FAILED, {}, "not_issued", "not_issued"),
        (FAILED, {"trainee_award_requires_studio_pass": False}, "issued", "issued"),
    ],
)
def test_asm_07_every_member_of_the_roster_is_told(
    final: FinalNoted, settings: dict[str, Any], wang: str, li: str
) -> None:
    told = outcomes(CERTIFICATE, ending(WANG, LI, LIU, final=final, **settings))

    assert told == {WANG_FANG: wang, LI_NA: li, LIU_YANG: "not_issued"}


@pytest.mark.rule("ASM-07", "MEM-06")
def test_a_removal_that_would_have_come_otherwise_changes_what_follows() -> None:
    def supposing(entry: RosterEntry, removal: str) -> At:
        return ending(entry).supposing(
            "removal", removal, membership_id=entry.membership_id, studio_id=STUDIO, person_id=entry.person_id
        )

    assert outcomes(CERTIFICATE, supposing(LIU, "kept")) == {LIU_YANG: "open"}
    assert outcomes(CREDIT, supposing(LIU, "kept")) == {LIU_YANG: "open"}
    assert outcomes(CERTIFICATE, supposing(WANG, "removal_due")) == {WANG_FANG: "not_issued"}
    assert outcomes(CREDIT, supposing(WANG, "removal_due")) == {WANG_FANG: "not_granted"}
    assert outcomes(CERTIFICATE, supposing(WANG, "kept")) == {WANG_FANG: "issued"}


@pytest.mark.rule("AMB-22", "ASM-05")
@pytest.mark.parametrize(
    ("supposed", "settings", "outcome"),
    [
        ("failed", {}, "not_issued"),
        ("failed", {"trainee_award_requires_studio_pass": False}, "issued"),
        ("not_held", {"trainee_award_requires_studio_pass": False}, "not_issued"),
        ("passed", {}, "issued"),
    ],
)
def test_a_final_that_would_have_come_otherwise_changes_what_follows(
    supposed: str, settings: dict[str, Any], outcome: str
) -> None:
    moment = ending(WANG, **settings).supposing("evaluation", supposed, studio_id=STUDIO, stage="final")

    assert outcomes(CERTIFICATE, moment) == {WANG_FANG: outcome}


@pytest.mark.rule("ASM-08", "AMB-24", "A.9-17")
@pytest.mark.parametrize(
    ("settings", "credits"),
    [
        ({}, 450),
        ({"credit_hours": 7}, 514),
        ({"credits_cap_per_year": 250}, 450),
        ({"credits_cap_per_year": 249}, 449),
        ({"credits_cap_per_year": 100}, 250),
    ],
    ids=["eight hours", "seven hours", "at the cap", "just beyond", "two years capped"],
)
def test_amb_24_credits_are_computed_again_a_years_part_capped_first(settings: dict[str, Any], credits: int) -> None:
    explained = one(ending(WANG, **settings), CREDIT)

    assert (explained.outcome, explained.amounts) == ("granted", {"credits_hundredths": credits})
    assert explained.steps[-1].holds
    assert {"credit_hours", "credits_cap_per_year"} <= set(explained.settings)
    assert inputs_of(explained)["hours_by_year"] == [20, 12, 4]


@pytest.mark.rule("AMB-24")
def test_amb_24_who_is_granted_nothing_has_nothing_at_stake() -> None:
    explained = one(ending(replace(WANG, plan_filed=False)), CREDIT)

    assert (explained.outcome, explained.amounts) == ("not_granted", {"credits_hundredths": 0})


@pytest.mark.rule("ASM-09", "AMB-23", "A.9-15")
@pytest.mark.parametrize(
    ("settings", "recommended"),
    [
        ({}, {WANG_FANG}),
        ({"trainee_excellent_points": 91}, set[UUID]()),
        ({"trainee_excellent_points": 84}, {WANG_FANG}),
        ({"trainee_excellent_points": 84, "excellent_quota_percent": 100}, {WANG_FANG, LI_NA}),
    ],
)
def test_asm_09_who_is_recommended_follows_from_points_and_quota(
    settings: dict[str, Any], recommended: set[UUID]
) -> None:
    told = outcomes(RECOMMENDATION, ending(WANG, LI, LIU, **settings))

    assert {person for person, outcome in told.items() if outcome == "recommended"} == recommended
    assert set(told) == {WANG_FANG, LI_NA, LIU_YANG}


@pytest.mark.rule("ASM-09", "AMB-23")
@pytest.mark.parametrize(("most", "outcome"), [(0, "not_recommended"), (1, "not_recommended"), (2, "recommended")])
def test_amb_23_how_many_unexcused_absences_are_excellent_is_a_setting(most: int, outcome: str) -> None:
    absent = replace(WANG, unexcused_absences=2)

    assert outcomes(RECOMMENDATION, ending(absent, excellent_max_unexcused=most)) == {WANG_FANG: outcome}


@pytest.mark.rule("SIL-07")
@pytest.mark.parametrize(
    ("standing", "certificate", "credit"),
    [("recorded", "open", "open"), ("confirmed", "not_issued", "not_granted"), ("dismissed", "issued", "granted")],
)
def test_sil_07_a_violation_on_record_leaves_awards_open(standing: Any, certificate: str, credit: str) -> None:
    noted_ = ConductNoted(violation_id=UUID(int=9), person_id=WANG_FANG, standing=standing)
    closed = RosterNoted(members=(WANG,), source=ROSTER_SOURCE)
    moment = at(closed, CASE).after(CASE, OPENED, PASSED, noted_)
    (explained,) = moment.explain(CERTIFICATE, "assessment")

    assert (explained.outcome, outcomes(CREDIT, moment)[WANG_FANG]) == (certificate, credit)
    assert any("assessment.conduct-noted" in {s.event for s in given.sources} for given in explained.inputs) == (
        standing != "dismissed"
    )


@pytest.mark.rule("SIL-07")
def test_sil_07_a_decision_is_asked_again_for_whom_it_is_about_until_it_was_conferred() -> None:
    closed = RosterNoted(members=(WANG, LI), source=ROSTER_SOURCE)
    recorded = ConductNoted(violation_id=UUID(int=9), person_id=WANG_FANG, standing="recorded")
    waiting = at(replace(recorded, standing="dismissed"), CASE).after(CASE, OPENED, PASSED, recorded, closed)
    conferred = at(recorded, CASE).after(CASE, OPENED, PASSED, closed).after(
        Award.id_for(STUDIO),
        BackboneDesignated(studio_id=STUDIO, person_id=WANG_FANG, grounds=()),
        CertificateIssued(
            certificate_id=certificate_id(STUDIO, WANG_FANG), studio_id=STUDIO, person_id=WANG_FANG, grounds=()
        ),
    )  # fmt: skip

    assert outcomes(CERTIFICATE, waiting) == {WANG_FANG: "issued"}
    assert waiting.explain(TITLE, "assessment") == []
    assert outcomes(CREDIT, conferred) == {}


HELD = {"studio_id": STUDIO, "person_id": WANG_FANG}
REVOKED = CertificateRevoked(
    certificate_id=UUID(int=9), **HELD, reason_code="error", reason=Text("学时登记有误")
)  # fmt: skip


@pytest.mark.rule("SIL-08")
def test_what_was_revoked_is_not_explained_as_if_it_held() -> None:
    told = at(REVOKED, Award.id_for(STUDIO)).explain(DECISIONS[5], "assessment")

    assert [(one.kind, one.outcome, one.rules) for one in told] == [
        ("certificate", "revoked", ("SIL-08",)),
        ("credit", "revoked", ("SIL-08",)),
    ]
    assert inputs_of(told[0]) == {"reason": "学时登记有误"}
    assert [one.event for one in told[0].inputs[0].sources] == ["assessment.certificate-revoked"]


@pytest.mark.rule("SIL-08")
def test_a_title_is_explained_as_revoked_and_a_reissued_certificate_as_reissued() -> None:
    title = TitleRevoked(studio_id=STUDIO, person_id=LIN_JING, reason_code="ethics", reason=Text("师德"))
    anew = CertificateReissued(
        certificate_id=UUID(int=10), supersedes=UUID(int=9), **HELD, class_hours=36, credits_hundredths=450,
        reason=Text("姓名有误"),
    )  # fmt: skip

    kinds = [
        (one.kind, one.outcome)
        for event in (title, anew)
        for one in at(event, Award.id_for(STUDIO)).explain(DECISIONS[5], "assessment")
    ]
    assert kinds == [("title", "revoked"), ("certificate", "reissued")]


@pytest.mark.rule("SIL-08")
def test_who_would_never_have_held_it_cannot_lose_it() -> None:
    told = (
        at(REVOKED, Award.id_for(STUDIO))
        .supposing("certificate", "not_issued", **HELD)
        .explain(DECISIONS[5], "assessment")
    )

    assert [one.outcome for one in told if one.kind == "certificate"] == ["not_issued"]
