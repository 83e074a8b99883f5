"""Who may join until when, beside what, and in whose place (SIL-05, AMB-25, AMB-27, A.9-10)."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.membership.aggregates.membership import Membership
from services.membership.commands import (
    AdmitTransfer,
    ChooseHost,
    ChooseTrainee,
    FileAgreement,
    OpenRoster,
    SignAgreement,
    admit_transfer,
    choose_host,
    choose_trainee,
    file_agreement,
    open_roster,
    sign_agreement,
)
from services.membership.events import (
    CycleEnded,
    Engaged,
    JoiningEnded,
    MemberListed,
    PairNoted,
    Proposed,
    RosterEnded,
    TransferAdmitted,
)
from services.membership.read_models.memberships import memberships
from shared.kernel.model import Aggregate
from shared.kernel.people import Role
from shared.kernel.published import MemberLeft, PairMatched
from tests.membership.examples import (
    ACTIVE,
    AGREEMENT,
    AT_PERSONNEL,
    AT_STUDENT_AFFAIRS,
    CHEN_JING,
    CHENS_STUDIO,
    CHOSEN_BY_HOST,
    CHOSEN_BY_TRAINEE,
    DOCUMENT,
    HU_JUN,
    HUS,
    HUS_WITH_WANG,
    JOINED,
    LAST_DAY,
    LI_NA,
    LIS,
    LIU_OF_PERSONNEL,
    MATCHED,
    OPENED,
    PAIR,
    PLAN_NOTED,
    REMOVED,
    SIGNED,
    SIGNED_BY_HOST,
    SIGNED_BY_TRAINEE,
    SUN_OF_STUDENT_AFFAIRS,
    WANG_LEI,
    WANGS_STUDIO,
    ZHOU_YAN,
    engaged,
    folded,
    happened,
    listed,
    member,
    membership,
    pending_removal,
    roster,
    wangs_roster,
)
from tests.scenario import given, stream

CYCLE_OVER = CycleEnded(studio_id=CHENS_STUDIO, ends_on=LAST_DAY)
CHOOSE_CHEN, CHOOSE_WANG = ChooseHost(studio_id=CHENS_STUDIO), ChooseHost(studio_id=WANGS_STUDIO)
LI_LEFT = MemberLeft(studio_id=CHENS_STUDIO, membership_id=LIS, person_id=LI_NA, reason="withdrawn")
IN_LIS_PLACE = ChooseTrainee(studio_id=CHENS_STUDIO, person_id=HU_JUN, replaces=LIS)


@pytest.mark.rule("SIL-05", "A.9-10")
@pytest.mark.parametrize(
    ("join_until", "ended", "rule"),
    [
        ("midterm", (), None),
        ("midterm", (JoiningEnded(),), "A.9-10"),
        ("cycle_end", (JoiningEnded(),), None),
        ("cycle_end", (JoiningEnded(), CYCLE_OVER), "SIL-05"),
    ],
)
def test_joining_is_open_until_the_mid_term_or_the_cycles_end(
    join_until: str, ended: tuple[Any, ...], rule: str | None
) -> None:
    outcome = given(roster(ACTIVE, *ended)).by(Role.TEACHER, HU_JUN).under(join_until=join_until).when(
        choose_host, CHOOSE_CHEN
    )  # fmt: skip

    if rule:
        outcome.then_refused("joining-over", rule)
    else:
        outcome.then(CHOSEN_BY_TRAINEE)


@pytest.mark.rule("SIL-05", "MEM-04")
@pytest.mark.parametrize(("join_until", "is_refused"), [("midterm", True), ("cycle_end", False)])
def test_the_second_receipt_comes_in_time_too(join_until: str, *, is_refused: bool) -> None:
    late = roster(PLAN_NOTED, ACTIVE, JoiningEnded())
    outcome = (
        given(membership(*SIGNED, AT_PERSONNEL), late)
        .by(Role.STUDENT_AFFAIRS, SUN_OF_STUDENT_AFFAIRS)
        .under(join_until=join_until)
        .when(file_agreement, FileAgreement(membership_id=HUS))
    )

    assert (outcome.said is not None) is is_refused


WANTED_BY_WANG = Proposed(studio_id=WANGS_STUDIO, person_id=HU_JUN, host_id=WANG_LEI, by="host")


def hu_chooses_wang(*streams: Aggregate, **settings: Any) -> Any:
    wanted = stream(Membership, HUS_WITH_WANG, WANTED_BY_WANG)
    return (
        given(wangs_roster(), wanted, *streams)
        .by(Role.TEACHER, HU_JUN)
        .under(**settings)
        .when(choose_host, CHOOSE_WANG)
    )


WITH_WANG = (
    replace(WANTED_BY_WANG, by="trainee"),
    PairMatched(studio_id=WANGS_STUDIO, membership_id=HUS_WITH_WANG, person_id=HU_JUN),
    Engaged(studio_id=WANGS_STUDIO),
    PairNoted(membership_id=HUS_WITH_WANG),
)


@pytest.mark.rule("AMB-25")
def test_a_trainee_joins_a_second_studio_only_where_that_is_allowed() -> None:
    elsewhere = roster(), engaged(HU_JUN)

    hu_chooses_wang(*elsewhere).then_refused("already-engaged", "AMB-25", studio_id=str(CHENS_STUDIO))
    hu_chooses_wang(*elsewhere, membership_exclusive=False).then(*WITH_WANG)


@pytest.mark.rule("AMB-25")
@pytest.mark.parametrize(
    ("settings", "may"),
    [
        ({}, False),
        ({"membership_exclusive": False}, False),
        ({"host_may_be_trainee": True}, True),
    ],
    ids=["by default", "several studios", "hosts may"],
)
def test_a_host_is_a_trainee_elsewhere_only_where_that_is_allowed(settings: dict[str, Any], *, may: bool) -> None:
    led_by_hu = roster_of_hu()
    outcome = hu_chooses_wang(led_by_hu, engaged(HU_JUN), **settings)

    if may:
        outcome.then(*WITH_WANG)
    else:
        outcome.then_refused("already-engaged", "AMB-25", studio_id=str(CHENS_STUDIO))


def roster_of_hu() -> Aggregate:
    known = roster()
    return stream(type(known), known.id, replace(OPENED, host_id=HU_JUN))


@pytest.mark.rule("AMB-25")
def test_a_trainee_who_becomes_a_host_stays_a_trainee_where_hosts_may_be() -> None:
    theirs = stream(
        Membership, Membership.id_for(WANGS_STUDIO, CHEN_JING), replace(WANTED_BY_WANG, person_id=CHEN_JING)
    )
    given(theirs, engaged(CHEN_JING, studio_id=WANGS_STUDIO)).under(host_may_be_trainee=True).when(
        open_roster, OpenRoster(studio_id=CHENS_STUDIO, host_id=CHEN_JING)
    ).then(OPENED, Engaged(studio_id=CHENS_STUDIO))


@pytest.mark.rule("A.9-10")
@pytest.mark.parametrize(
    ("days", "settings", "may"),
    [("2023-07-09", {}, True), ("2023-07-10", {}, False), ("2023-05-20", {"transfer_days": 10}, True),
     ("2023-05-21", {"transfer_days": 10}, False)],
)  # fmt: skip
def test_a_transfer_is_admitted_for_so_many_days(days: str, settings: dict[str, Any], *, may: bool) -> None:
    ended = wangs_roster(RosterEnded(reason="studio_disqualified", ended_on=date(2023, 5, 10)))
    with_wang = stream(
        Membership, HUS_WITH_WANG,
        *(replace(event, studio_id=WANGS_STUDIO) for event in (CHOSEN_BY_HOST, CHOSEN_BY_TRAINEE)),
        *SIGNED[2:], AT_PERSONNEL, AT_STUDENT_AFFAIRS,
        replace(JOINED, studio_id=WANGS_STUDIO, membership_id=HUS_WITH_WANG, person_id=HU_JUN),
        MemberLeft(
            studio_id=WANGS_STUDIO, membership_id=HUS_WITH_WANG, person_id=HU_JUN, reason="studio_disqualified"
        ),
    )  # fmt: skip
    outcome = (
        given(roster(), ended, with_wang)
        .on(days)
        .by(Role.PERSONNEL, LIU_OF_PERSONNEL)
        .under(**settings)
        .when(
            admit_transfer,
            AdmitTransfer(studio_id=CHENS_STUDIO, person_id=HU_JUN, from_studio_id=WANGS_STUDIO),
        )
    )

    if may:
        outcome.then(TransferAdmitted(studio_id=CHENS_STUDIO, person_id=HU_JUN, from_studio_id=WANGS_STUDIO))
    else:
        outcome.then_refused("transfer-late", "A.9-10")


def chen(*streams: Any) -> Any:
    return given(*streams).by(Role.HOST, CHEN_JING)


@pytest.mark.rule("SIL-05")
@pytest.mark.parametrize("gone", [(LI_LEFT,), ("removed",)], ids=["withdrew", "removed"])
def test_a_host_names_whose_place_a_new_member_takes(gone: tuple[Any, ...]) -> None:
    removed = (
        replace(pending_removal(UUID(int=1)), membership_id=LIS, person_id=LI_NA),
        replace(REMOVED, membership_id=LIS, person_id=LI_NA),
    )
    former = member(LI_NA, *(removed if gone == ("removed",) else gone))

    chen(roster(), former).when(choose_trainee, IN_LIS_PLACE).then(replace(CHOSEN_BY_HOST, replaces=LIS))


@pytest.mark.rule("SIL-05")
def test_who_is_still_a_member_is_not_replaced() -> None:
    chen(roster(), member(LI_NA)).when(choose_trainee, IN_LIS_PLACE).then_refused(
        "not-replaceable", "SIL-05", state="joined"
    )


@pytest.mark.rule("SIL-05")
def test_who_never_joined_is_not_replaced() -> None:
    pair = stream(Membership, LIS, *(replace(event, person_id=LI_NA) for event in PAIR[:2]), LI_LEFT)

    chen(roster(), pair).when(choose_trainee, IN_LIS_PLACE).then_refused("not-replaceable", "SIL-05")


@pytest.mark.rule("SIL-05")
def test_a_member_of_another_studio_is_not_replaced_here() -> None:
    left = member(LI_NA, LI_LEFT)
    asked = ChooseTrainee(studio_id=WANGS_STUDIO, person_id=HU_JUN, replaces=LIS)

    given(wangs_roster(), left).by(Role.HOST, WANG_LEI).when(choose_trainee, asked).then_refused(
        "not-replaceable", "SIL-05"
    )


@pytest.mark.rule("SIL-05")
def test_each_is_replaced_once() -> None:
    zhous = Membership.id_for(CHENS_STUDIO, ZHOU_YAN)
    taken = MemberListed(membership_id=zhous, person_id=ZHOU_YAN, listed_on=date(2023, 5, 1), replaces=LIS)

    chen(roster(taken), member(LI_NA, LI_LEFT)).when(choose_trainee, IN_LIS_PLACE).then_refused(
        "replaced-already", "SIL-05", membership_id=str(LIS)
    )
    second = membership(
        replace(CHOSEN_BY_HOST, replaces=LIS), CHOSEN_BY_TRAINEE, MATCHED, AGREEMENT, SIGNED_BY_HOST,
        SIGNED_BY_TRAINEE, AT_PERSONNEL,
    )  # fmt: skip
    given(second, roster(PLAN_NOTED, taken)).by(Role.STUDENT_AFFAIRS, SUN_OF_STUDENT_AFFAIRS).when(
        file_agreement, FileAgreement(membership_id=HUS)
    ).then_refused("replaced-already", "SIL-05")


@pytest.mark.rule("SIL-05", "AMB-02")
def test_the_roster_says_in_whose_place_and_sessions_count_from_joining() -> None:
    replacing = membership(
        replace(CHOSEN_BY_HOST, replaces=LIS), CHOSEN_BY_TRAINEE, MATCHED, AGREEMENT, SIGNED_BY_HOST,
        SIGNED_BY_TRAINEE, AT_PERSONNEL,
    )  # fmt: skip
    outcome = (
        given(replacing, roster(PLAN_NOTED, ACTIVE))
        .on("2023-09-01")
        .by(Role.STUDENT_AFFAIRS, SUN_OF_STUDENT_AFFAIRS)
        .when(file_agreement, FileAgreement(membership_id=HUS))
    )

    assert outcome.events[-1] == replace(listed(HU_JUN, date(2023, 9, 1)), replaces=LIS)


@pytest.mark.rule("AMB-27", "MEM-02")
@pytest.mark.parametrize("method", ["electronic", "scanned"])
def test_a_signature_says_how_it_was_made(method: Any) -> None:
    given(membership(*PAIR, AGREEMENT)).by(Role.HOST, CHEN_JING).when(
        sign_agreement, SignAgreement(membership_id=HUS, document=DOCUMENT, method=method)
    ).then(replace(SIGNED_BY_HOST, method=method))


@pytest.mark.rule("AMB-27")
def test_a_membership_shows_who_signed_on_paper() -> None:
    told = (*PAIR, AGREEMENT, replace(SIGNED_BY_HOST, method="scanned"), SIGNED_BY_TRAINEE)

    assert folded(memberships, *(happened(event, HUS) for event in told))[str(HUS)].scanned_by == ("host",)
