"""What a studio hands in, once, and uses again; what an office makes known of it; who leads it."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.assessment.aggregates.handed_in import Evidence, Publicity, SelfReport
from services.assessment.api import ANNEX_2
from services.assessment.commands import (
    AdoptRubric,
    EnterEvidence,
    FileSelfReport,
    NoteHost,
    Publicise,
    adopt_rubric,
    enter_evidence,
    file_self_report,
    note_host,
    publicise,
)
from services.assessment.events import (
    EvidenceEntered,
    HostNoted,
    Leaf,
    ResultPublicised,
    SelfReported,
    SelfReportIn,
    leaves,
)
from shared.chassis.stored import reader
from shared.kernel.people import Role
from shared.kernel.values import Digest, Label, Text, Unfit
from tests.assessment.examples import (
    A_MIDTERM_DAY,
    LIN_JING,
    STUDIO,
    WANG_FANG,
    WU_MIN,
    cancelled,
    case,
    evaluation,
    rubric,
    scored,
    seated,
)
from tests.scenario import Given, given, stream

E1, E2, OF_ANOTHER = (UUID(int=n) for n in (0xE1, 0xE2, 0xE3))
DOCUMENT = Digest("a" * 64)
ENTER = EnterEvidence(
    evidence_id=E1, studio_id=STUDIO, title=Label("研修记录"), document=DOCUMENT, happened_on=date(2024, 9, 27),
    leaves=(Leaf("3.1.1"), Leaf("1.1.1"), Leaf("3.1.1")),
)  # fmt: skip
REPORT = FileSelfReport(studio_id=STUDIO, occasion="midterm", text=Text("自评"), evidence_ids=(E1, E2))


def entered(id: UUID, *codes: str, studio: UUID = STUDIO) -> EvidenceEntered:
    return EvidenceEntered(
        evidence_id=id, studio_id=studio, title=Label("研修记录"), document=DOCUMENT, happened_on=date(2024, 9, 27),
        leaves=codes,
    )  # fmt: skip


def reported(occasion: Any, *ids: UUID, dropped: tuple[UUID, ...] = ()) -> SelfReported:
    return SelfReported(studio_id=STUDIO, occasion=occasion, text=Text("自评"), evidence_ids=ids, dropped=dropped)


def host(*midterm: Any, reports: tuple[SelfReported, ...] = ()) -> Given:
    kept = (
        stream(Evidence, E1, entered(E1, "1.1.1")),
        stream(Evidence, E2, entered(E2, "1.1.1", "3.2.1")),
        stream(Evidence, OF_ANOTHER, entered(OF_ANOTHER, studio=UUID(int=0x57D11))),
    )
    before = [stream(SelfReport, SelfReport.id_for(STUDIO, one.occasion), one) for one in reports]
    known = given(case(), rubric(), evaluation("midterm", *midterm), *kept, *before)
    return known.on(A_MIDTERM_DAY).by(Role.HOST, LIN_JING)


@pytest.mark.rule("SIL-15", "ASM-10")
def test_asm_10_annex_2_has_29_statements_each_with_a_code() -> None:
    (adopted,) = given().by(Role.PERSONNEL, WU_MIN).when(adopt_rubric, reader(AdoptRubric)(ANNEX_2)).events
    codes = list(leaves(adopted.sections))

    assert len(codes) == len(set(codes)) == 29
    assert codes[:3] == ["1.1.1", "1.2.1", "1.3.1"]
    assert {"3.2.1", "5.1.1"} <= set(codes)


@pytest.mark.rule("SIL-15")
def test_sil_15_evidence_is_entered_once_with_the_statements_it_speaks_to() -> None:
    fresh = given(case(), rubric()).on("2024-09-27").by(Role.HOST, LIN_JING)

    fresh.when(enter_evidence, ENTER).then(entered(E1, "1.1.1", "3.1.1"))


@pytest.mark.rule("SIL-15")
def test_sil_15_the_same_evidence_once_more_records_nothing_and_other_is_refused() -> None:
    asked = replace(ENTER, leaves=(Leaf("1.1.1"),))

    host().when(enter_evidence, asked).then_nothing()
    host().when(enter_evidence, replace(asked, title=Label("另一份"))).then_refused(
        "evidence-entered", "SIL-15", evidence_id=str(E1)
    )


@pytest.mark.rule("SIL-15")
@pytest.mark.parametrize("code", ["3.1.2", "6.1.1"])
def test_sil_15_a_statement_that_the_rubric_does_not_have_is_refused(code: str) -> None:
    host().when(enter_evidence, replace(ENTER, leaves=(Leaf(code),))).then_refused(
        "leaf-unknown", "SIL-15", leaves=code
    )


@pytest.mark.rule("SIL-15")
@pytest.mark.parametrize("text", ["3.1", "3.1.0", "3.1.1.1", "x", "３.1.1", "3.1.100"])
def test_sil_15_a_code_has_a_section_an_item_and_a_statement(text: str) -> None:
    assert Leaf.fit("3.12.1") == "3.12.1"
    with pytest.raises(Unfit):
        Leaf.fit(text)


@pytest.mark.rule("SIL-15")
def test_sil_15_what_has_not_happened_yet_is_no_evidence() -> None:
    host().when(enter_evidence, replace(ENTER, happened_on=date(2024, 9, 28))).then_refused(
        "not-yet-happened", "SIL-15", day="2024-09-28", on="2024-09-27"
    )


@pytest.mark.rule("SIL-15")
def test_sil_15_a_report_for_a_stage_shows_which_statements_are_covered() -> None:
    host().when(file_self_report, REPORT).then(reported("midterm", E1, E2), SelfReportIn(leaves=("1.1.1", "3.2.1")))


@pytest.mark.rule("SIL-15")
def test_sil_15_the_same_evidence_serves_a_yearly_report_too() -> None:
    known = host(reports=(reported("midterm", E1, E2),))

    known.when(file_self_report, replace(REPORT, occasion="year-2", evidence_ids=(E2,))).then(reported("year-2", E2))


@pytest.mark.rule("SIL-15")
def test_sil_15_a_later_report_takes_the_place_of_the_first() -> None:
    known = host(SelfReportIn(leaves=("1.1.1", "3.2.1")), reports=(reported("midterm", E1, E2),))

    known.when(file_self_report, REPORT).then_nothing()
    known.when(file_self_report, replace(REPORT, evidence_ids=(E2,))).then(reported("midterm", E2, dropped=(E1,)))


@pytest.mark.rule("SIL-15")
@pytest.mark.parametrize("strange", [OF_ANOTHER, UUID(int=0xE9)], ids=["another studio's", "never entered"])
def test_sil_15_evidence_that_is_not_the_studios_is_refused(strange: UUID) -> None:
    host().when(file_self_report, replace(REPORT, evidence_ids=(E1, strange))).then_refused(
        "evidence-unknown", "SIL-15", evidence=str(strange)
    )


@pytest.mark.rule("SIL-15", "ASM-02")
def test_sil_15_after_the_score_no_report_for_the_stage_is_taken() -> None:
    host(seated(), scored("midterm", 8000)).when(file_self_report, REPORT).then_refused(
        "already-scored", "ASM-02", stage="midterm"
    )


@pytest.mark.rule("AMB-16")
def test_amb_16_a_studio_that_ended_reports_for_no_stage() -> None:
    host(cancelled("midterm")).when(file_self_report, REPORT).then_refused("studio-ended", "AMB-16")


PUBLICISED = ResultPublicised(
    studio_id=STUDIO, channel=Label("校园网"), title=Label("成果展示"), document=DOCUMENT,
    publicised_on=date(2024, 9, 27),
)  # fmt: skip
PUBLICISE = Publicise(
    studio_id=STUDIO, channel=Label("校园网"), title=Label("成果展示"), document=DOCUMENT,
    publicised_on=date(2024, 9, 27),
)  # fmt: skip


@pytest.mark.rule("ASM-11")
def test_asm_11_an_office_records_where_results_were_made_known() -> None:
    office = given(case()).on("2024-09-27").by(Role.PERSONNEL, WU_MIN)

    office.when(publicise, PUBLICISE).then(PUBLICISED)
    office.when(publicise, replace(PUBLICISE, publicised_on=date(2024, 9, 28))).then_refused(
        "not-yet-happened", "ASM-11", day="2024-09-28", on="2024-09-27"
    )


@pytest.mark.rule("ASM-11")
def test_asm_11_the_same_once_more_records_nothing() -> None:
    made = stream(Publicity, Publicity.id_for(STUDIO, DOCUMENT), PUBLICISED)

    given(case(), made).on("2024-09-27").when(publicise, PUBLICISE).then_nothing()
    given().on("2024-09-27").when(publicise, PUBLICISE).then_unknown()


@pytest.mark.rule("SIL-04")
def test_sil_04_another_host_leads_from_now_on() -> None:
    changed = HostNoted(former_host_id=LIN_JING, host_id=WANG_FANG)
    asked = NoteHost(studio_id=STUDIO, host_id=WANG_FANG)

    given(case()).when(note_host, asked).then(changed)
    given(case(changed)).when(note_host, asked).then_nothing()
    given().when(note_host, asked).then_waits_for("applications", "studio-established")


@pytest.mark.rule("SIL-15")
def test_sil_15_evidence_that_speaks_to_nothing_is_refused() -> None:
    host().when(enter_evidence, replace(ENTER, leaves=())).then_refused("no-leaf", "SIL-15")
