"""The agreement is filed with both offices, after the studio's plan; the second receipt makes a member."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.membership.commands import FileAgreement, NotePlan, file_agreement, note_plan
from services.membership.events import AgreementReceived, JoiningEnded, RosterEnded, TransferAdmitted
from shared.kernel.people import Role
from shared.kernel.published import MemberLeft
from tests.membership.examples import (
    ACTIVE,
    AGREEMENT,
    AT_PERSONNEL,
    AT_STUDENT_AFFAIRS,
    CHENS_STUDIO,
    CHOSEN_BY_HOST,
    HU_JUN,
    HUS,
    JOINED,
    LIU_OF_PERSONNEL,
    MEMBER,
    PAIR,
    PLAN_NOTED,
    SIGNED,
    SIGNED_BY_HOST,
    SIGNED_BY_TRAINEE,
    SUN_OF_STUDENT_AFFAIRS,
    WANGS_STUDIO,
    listed,
    membership,
    roster,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("MEM-04", "MEM-05", "A.9-4", "A.9-23")

FILE = FileAgreement(membership_id=HUS)
NOTE_PLAN = NotePlan(studio_id=CHENS_STUDIO, sessions_a_year=(12, 12, 12))
HU_LEFT = MemberLeft(studio_id=CHENS_STUDIO, membership_id=HUS, person_id=HU_JUN, reason="withdrawn")


def personnel(*events: Any, roster_events: tuple[Any, ...] = (PLAN_NOTED,)) -> Given:
    return given(membership(*events), roster(*roster_events)).by(Role.PERSONNEL, LIU_OF_PERSONNEL)


def student_affairs(*events: Any, roster_events: tuple[Any, ...] = (PLAN_NOTED,)) -> Given:
    return given(membership(*events), roster(*roster_events)).by(Role.STUDENT_AFFAIRS, SUN_OF_STUDENT_AFFAIRS)


def test_the_first_office_takes_the_agreement_on_file() -> None:
    personnel(*SIGNED).when(file_agreement, FILE).then(AT_PERSONNEL)


def test_the_second_receipt_makes_a_member() -> None:
    student_affairs(*SIGNED, AT_PERSONNEL).on("2023-04-20").when(file_agreement, FILE).then(
        AT_STUDENT_AFFAIRS, JOINED, listed(HU_JUN, date(2023, 4, 20))
    )


def test_the_offices_may_come_in_either_order() -> None:
    personnel(*SIGNED, AT_STUDENT_AFFAIRS).on("2023-04-20").when(file_agreement, FILE).then(
        AT_PERSONNEL, JOINED, listed(HU_JUN, date(2023, 4, 20))
    )


@pytest.mark.parametrize(
    ("day", "since"),
    [("2023-04-23", date(2023, 4, 24)), ("2023-04-24", date(2023, 4, 24)), ("2023-04-25", date(2023, 4, 25))],
)
def test_sessions_oblige_a_member_from_the_later_of_joining_and_plaque(day: str, since: date) -> None:
    running = student_affairs(*SIGNED, AT_PERSONNEL, roster_events=(PLAN_NOTED, ACTIVE))

    running.on(day).when(file_agreement, FILE).then(AT_STUDENT_AFFAIRS, JOINED, listed(HU_JUN, since))


@pytest.mark.parametrize("history", [(*SIGNED, AT_PERSONNEL), MEMBER], ids=["one receipt", "joined"])
def test_an_office_receives_once(history: tuple[Any, ...]) -> None:
    personnel(*history).when(file_agreement, FILE).then_nothing()


def test_one_person_does_not_receive_for_both_offices() -> None:
    given(membership(*SIGNED, AT_PERSONNEL), roster(PLAN_NOTED)).by(Role.STUDENT_AFFAIRS, LIU_OF_PERSONNEL).when(
        file_agreement, FILE
    ).then_refused("one-person-two-offices", "A.9-14")


@pytest.mark.parametrize(
    ("history", "signatures"),
    [(PAIR, 0), ((*PAIR, AGREEMENT), 0), (SIGNED[:-1], 1), ((*SIGNED, AGREEMENT), 0)],
    ids=["no agreement", "unsigned", "one signature", "changed after signing"],
)
def test_no_agreement_is_filed_without_both_signatures(history: tuple[Any, ...], signatures: int) -> None:
    personnel(*history).when(file_agreement, FILE).then_refused("not-signed-by-both", "MEM-02", signatures=signatures)


@pytest.mark.parametrize("history", [SIGNED, (*SIGNED, AT_PERSONNEL)], ids=["first receipt", "second receipt"])
def test_no_agreement_is_filed_before_the_studios_plan(history: tuple[Any, ...]) -> None:
    student_affairs(*history, roster_events=()).when(file_agreement, FILE).then_refused("plan-not-filed", "MEM-05")


@pytest.mark.parametrize(
    ("history", "state"), [((CHOSEN_BY_HOST,), "proposed"), ((*SIGNED, HU_LEFT), "left")], ids=["one side", "left"]
)
def test_only_a_matched_pairs_agreement_is_filed(history: tuple[Any, ...], state: str) -> None:
    personnel(*history).when(file_agreement, FILE).then_refused("not-matched", "MEM-04", state=state)


def test_a_changed_agreement_needs_both_receipts_again() -> None:
    again = (*SIGNED, AT_PERSONNEL, AGREEMENT, SIGNED_BY_HOST, SIGNED_BY_TRAINEE)

    student_affairs(*again).when(file_agreement, FILE).then(
        AgreementReceived(office="student_affairs", receiver_id=SUN_OF_STUDENT_AFFAIRS)
    )


def test_nobody_joins_after_the_mid_term_took_effect() -> None:
    ended = (PLAN_NOTED, ACTIVE, JoiningEnded())

    student_affairs(*SIGNED, AT_PERSONNEL, roster_events=ended).when(file_agreement, FILE).then_refused(
        "joining-over", "A.9-10"
    )


def test_nobody_joins_a_studio_that_has_ended() -> None:
    ended = (PLAN_NOTED, ACTIVE, RosterEnded(reason="studio_disqualified"))

    student_affairs(*SIGNED, AT_PERSONNEL, roster_events=ended).when(file_agreement, FILE).then_refused(
        "roster-ended", "AMB-16", reason="studio_disqualified"
    )


def test_that_the_studios_plan_is_on_file_is_noted() -> None:
    given(roster()).when(note_plan, NOTE_PLAN).then(PLAN_NOTED)


def test_that_the_plan_is_on_file_is_noted_once() -> None:
    given(roster(PLAN_NOTED)).when(note_plan, NOTE_PLAN).then_nothing()


def test_a_plan_waits_for_its_studio_to_be_established() -> None:
    given().when(note_plan, NOTE_PLAN).then_waits_for("applications", "studio-established")


@pytest.mark.rule("MEM-15")
def test_a_supplementary_member_joins_as_such() -> None:
    helper = (replace(CHOSEN_BY_HOST, kind="supplementary"), *SIGNED[1:], AT_PERSONNEL)

    student_affairs(*helper).on("2023-04-20").when(file_agreement, FILE).then(
        AT_STUDENT_AFFAIRS, replace(JOINED, kind="supplementary"), listed(HU_JUN, date(2023, 4, 20))
    )


@pytest.mark.rule("A.9-10")
def test_an_admitted_transfer_is_filed_though_joining_is_over() -> None:
    admitted = TransferAdmitted(studio_id=CHENS_STUDIO, person_id=HU_JUN, from_studio_id=WANGS_STUDIO)

    student_affairs(*SIGNED, AT_PERSONNEL, roster_events=(PLAN_NOTED, JoiningEnded(), admitted)).on("2025-01-20").when(
        file_agreement, FILE
    ).then(AT_STUDENT_AFFAIRS, JOINED, listed(HU_JUN, date(2025, 1, 20)))
