"""A matched pair agrees on duties, tasks and assessment, and both sign."""

from dataclasses import replace
from typing import Any

import pytest

from services.membership.commands import DraftAgreement, SignAgreement, draft_agreement, sign_agreement
from shared.kernel.people import Role
from shared.kernel.published import MemberLeft
from tests.membership.examples import (
    AGREEMENT,
    ANOTHER_DOCUMENT,
    CHEN_JING,
    CHENS_STUDIO,
    CHOSEN_BY_HOST,
    DOCUMENT,
    HU_JUN,
    HUS,
    MEMBER,
    PAIR,
    SIGNED,
    SIGNED_BY_HOST,
    SIGNED_BY_TRAINEE,
    membership,
)
from tests.scenario import Given, given

pytestmark = pytest.mark.rule("MEM-02", "MEM-03", "AMB-27")

DRAFT = DraftAgreement(
    membership_id=HUS, duties="带教与研修", tasks="每学期一节班会课", assessment_method="考勤与结业评价"
)
SIGN, SIGN_ANOTHER = (SignAgreement(membership_id=HUS, document=document) for document in (DOCUMENT, ANOTHER_DOCUMENT))
HU_LEFT = MemberLeft(studio_id=CHENS_STUDIO, membership_id=HUS, person_id=HU_JUN, reason="withdrawn")
UNMATCHED = pytest.mark.parametrize(
    ("history", "state"),
    [((CHOSEN_BY_HOST,), "proposed"), (MEMBER, "joined"), ((*MEMBER, HU_LEFT), "left")],
    ids=["chosen by one side", "joined", "left"],
)


def host(*events: Any) -> Given:
    return given(membership(*events)).by(Role.HOST, CHEN_JING)


def test_a_matched_pair_gets_an_agreement_with_its_three_sections() -> None:
    host(*PAIR).when(draft_agreement, DRAFT).then(AGREEMENT)


def test_a_draft_may_change_until_it_is_filed() -> None:
    host(*SIGNED).when(draft_agreement, replace(DRAFT, tasks="每月一次读书会")).then(
        replace(AGREEMENT, tasks="每月一次读书会")
    )


def test_the_same_draft_again_changes_nothing() -> None:
    host(*SIGNED).when(draft_agreement, DRAFT).then_nothing()


@UNMATCHED
def test_only_a_matched_pair_drafts_an_agreement(history: tuple[Any, ...], state: str) -> None:
    host(*history).when(draft_agreement, DRAFT).then_refused("not-matched", "MEM-02", state=state)


@UNMATCHED
def test_only_a_matched_pair_signs(history: tuple[Any, ...], state: str) -> None:
    host(*history).when(sign_agreement, SIGN).then_refused("not-matched", "MEM-02", state=state)


def test_the_host_signs() -> None:
    host(*PAIR, AGREEMENT).when(sign_agreement, SIGN).then(SIGNED_BY_HOST)


@pytest.mark.parametrize("role", [Role.TEACHER, Role.TRAINEE])
def test_the_trainee_signs(role: Role) -> None:
    given(membership(*PAIR, AGREEMENT, SIGNED_BY_HOST)).by(role, HU_JUN).when(sign_agreement, SIGN).then(
        SIGNED_BY_TRAINEE
    )


def test_a_party_signs_once() -> None:
    host(*PAIR, AGREEMENT, SIGNED_BY_HOST).when(sign_agreement, SIGN).then_nothing()


def test_a_party_does_not_sign_a_second_document_beside_the_first() -> None:
    host(*PAIR, AGREEMENT, SIGNED_BY_HOST).when(sign_agreement, SIGN_ANOTHER).then_refused(
        "another-document", "MEM-02", signed=DOCUMENT, given=ANOTHER_DOCUMENT
    )


def test_nobody_signs_before_the_agreement_is_drafted() -> None:
    host(*PAIR).when(sign_agreement, SIGN).then_refused("no-agreement", "MEM-03")


def test_a_changed_draft_needs_both_signatures_again() -> None:
    changed = replace(AGREEMENT, tasks="每月一次读书会")

    host(*SIGNED, changed).when(sign_agreement, SIGN_ANOTHER).then(replace(SIGNED_BY_HOST, document=ANOTHER_DOCUMENT))


def test_both_parties_sign_one_and_the_same_document() -> None:
    given(membership(*PAIR, AGREEMENT, SIGNED_BY_HOST)).by(Role.TRAINEE, HU_JUN).when(
        sign_agreement, SIGN_ANOTHER
    ).then_refused("another-document", "MEM-02", signed=DOCUMENT, given=ANOTHER_DOCUMENT)
