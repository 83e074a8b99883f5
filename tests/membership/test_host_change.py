"""Another host leads the studio: what comes is theirs, what was keeps its host (SIL-04)."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.membership.aggregates.attendance import Attendance
from services.membership.aggregates.membership import Membership
from services.membership.aggregates.studio_file import StudioFile
from services.membership.aggregates.training_file import TrainingFile
from services.membership.authorization import authorize
from services.membership.commands import (
    ChangeHost,
    DraftAgreement,
    HoldSession,
    MarkRoll,
    SignAgreement,
    change_host,
    hold_session,
    sign_agreement,
)
from services.membership.events import (
    AttendanceCounted,
    Disengaged,
    Engaged,
    HandedOver,
    MemberUnlisted,
    RosterEnded,
    StudioFileOpened,
    TrainingFileOpened,
)
from services.membership.read_models.memberships import memberships
from services.membership.read_models.rosters import rosters
from services.membership.read_models.studio_files import studio_files
from services.membership.read_models.training_files import training_files
from shared.kernel.people import Actor, Role
from shared.kernel.published import MemberLeft
from tests.membership.examples import (
    ACTIVE,
    AGREEMENT,
    CHEN_JING,
    CHENS_ROSTER,
    CHENS_STUDIO,
    CLASS_MEETING,
    DOCUMENT,
    HU_JUN,
    HU_NAMED,
    HUS,
    OPENED,
    PAIR,
    PLAN_NOTED,
    SIGNED,
    SIGNED_BY_HOST,
    SIGNED_BY_TRAINEE,
    WANG_LEI,
    WANGS_STUDIO,
    engaged,
    folded,
    happened,
    held,
    listed,
    member,
    membership,
    planned,
    roster,
    session,
    wangs_roster,
)
from tests.scenario import InMemoryHistory, given, stream

pytestmark = pytest.mark.rule("SIL-04", "AMB-25")

ON = date(2023, 5, 1)
TO_WANG = HandedOver(studio_id=CHENS_STUDIO, former_host_id=CHEN_JING, host_id=WANG_LEI, changed_on=ON)
CHANGE = ChangeHost(studio_id=CHENS_STUDIO, former_host_id=CHEN_JING, host_id=WANG_LEI, changed_on=ON)
FREE, BELONGS = Disengaged(studio_id=CHENS_STUDIO), Engaged(studio_id=CHENS_STUDIO)
COUNTED = AttendanceCounted(
    **HU_NAMED, host_id=CHEN_JING, year=1, obliged=1, attended=1, absent=0, excluded=0, attended_hours=4,
    denominator=12, absences_left=3,
)  # fmt: skip
FILE_OPENED = TrainingFileOpened(**HU_NAMED, host_id=CHEN_JING)
STUDIO_FILE_OPENED = StudioFileOpened(studio_id=CHENS_STUDIO, host_id=CHEN_JING)
RUNNING = (PLAN_NOTED, listed(HU_JUN), ACTIVE, planned())


def test_the_roster_its_members_their_counts_and_files_go_by_the_new_host() -> None:
    streams = (
        roster(*RUNNING), member(HU_JUN), engaged(CHEN_JING), stream(Attendance, Attendance.id_for(HUS), COUNTED),
        stream(TrainingFile, TrainingFile.id_for(HUS), FILE_OPENED),
        stream(StudioFile, StudioFile.id_for(CHENS_STUDIO), STUDIO_FILE_OPENED),
    )  # fmt: skip

    given(*streams).on("2023-05-01").when(change_host, CHANGE).then(
        TO_WANG, FREE, BELONGS, TO_WANG, replace(COUNTED, host_id=WANG_LEI), TO_WANG, TO_WANG
    )


def test_the_same_host_again_changes_nothing() -> None:
    given(roster(*RUNNING, TO_WANG)).when(change_host, CHANGE).then_nothing()


def test_an_ended_studio_has_no_new_host() -> None:
    given(roster(*RUNNING, RosterEnded(reason="studio_closed"))).when(change_host, CHANGE).then_nothing()


def test_a_roster_that_is_not_here_yet_is_waited_for() -> None:
    given().when(change_host, CHANGE).then_waits_for("applications", "studio-established")


@pytest.mark.parametrize("studio", [CHENS_STUDIO, WANGS_STUDIO], ids=["of this studio", "of another"])
def test_a_trainee_who_becomes_host_leaves_as_trainee(studio: UUID) -> None:
    id = Membership.id_for(studio, HU_JUN)
    named = {"studio_id": studio, "membership_id": id, "person_id": HU_JUN}
    theirs = (
        member(HU_JUN)
        if studio == CHENS_STUDIO
        else stream(Membership, id, *(replace(event, studio_id=studio) for event in PAIR[:2]))
    )
    others = [] if studio == CHENS_STUDIO else [wangs_roster()]
    running = roster(PLAN_NOTED, ACTIVE, *([listed(HU_JUN)] if studio == CHENS_STUDIO else []))
    outcome = (
        given(running, theirs, engaged(HU_JUN, studio_id=studio), *others)
        .on("2023-05-01")
        .when(change_host, replace(CHANGE, host_id=HU_JUN))
    )

    assert MemberLeft(**named, reason="became_host") in outcome.events
    assert Engaged(studio_id=CHENS_STUDIO) in outcome.events
    unlisted = MemberUnlisted(membership_id=HUS, person_id=HU_JUN, unlisted_on=ON)
    assert (unlisted in outcome.events) is (studio == CHENS_STUDIO)


def test_a_trainee_who_may_stay_one_elsewhere_does() -> None:
    wangs = Membership.id_for(WANGS_STUDIO, HU_JUN)
    theirs = stream(Membership, wangs, *(replace(event, studio_id=WANGS_STUDIO) for event in PAIR[:2]))
    outcome = (
        given(roster(*RUNNING), member(HU_JUN), theirs, engaged(HU_JUN, studio_id=WANGS_STUDIO))
        .under(host_may_be_trainee=True)
        .when(change_host, replace(CHANGE, host_id=HU_JUN))
    )

    assert not [event for event in outcome.events if isinstance(event, MemberLeft)]


def test_sessions_held_later_name_the_new_host_and_earlier_ones_keep_theirs() -> None:
    outcome = given(roster(*RUNNING, TO_WANG)).on("2023-05-10").by(Role.HOST, WANG_LEI).when(
        hold_session, HoldSession(studio_id=CHENS_STUDIO, session_id=CLASS_MEETING)
    )  # fmt: skip

    assert outcome.events == [replace(held(HU_JUN), host_id=WANG_LEI)]
    assert held(HU_JUN).host_id == CHEN_JING


@pytest.mark.rule("MEM-02")
def test_an_agreement_not_on_file_is_signed_by_the_new_host() -> None:
    pair = (*PAIR, AGREEMENT, SIGNED_BY_HOST, SIGNED_BY_TRAINEE, TO_WANG)

    given(membership(*pair)).by(Role.HOST, WANG_LEI).when(
        sign_agreement, SignAgreement(membership_id=HUS, document=DOCUMENT)
    ).then(SIGNED_BY_HOST)


@pytest.mark.parametrize(("person", "may"), [(WANG_LEI, True), (CHEN_JING, False)], ids=["new host", "former host"])
def test_from_then_on_the_new_host_alone_may_ask(person: UUID, *, may: bool) -> None:
    history = InMemoryHistory([roster(*RUNNING, TO_WANG), member(HU_JUN), session(held(HU_JUN))])
    draft = DraftAgreement(membership_id=HUS, duties="带教", tasks="班会课", assessment_method="考勤")

    assert authorize(Actor(person, Role.HOST), draft, history) is may
    assert authorize(Actor(person, Role.HOST), MarkRoll(session_id=CLASS_MEETING), history) is may


@pytest.mark.parametrize(
    ("model", "id", "events"),
    [
        (rosters, CHENS_ROSTER, (OPENED, TO_WANG)),
        (memberships, HUS, (*SIGNED, TO_WANG)),
        (training_files, TrainingFile.id_for(HUS), (FILE_OPENED, TO_WANG)),
        (studio_files, StudioFile.id_for(CHENS_STUDIO), (STUDIO_FILE_OPENED, TO_WANG)),
    ],
    ids=["roster", "membership", "training file", "studio file"],
)
def test_rows_are_shown_to_the_new_host(model: Any, id: UUID, events: tuple[Any, ...]) -> None:
    shown = folded(model, *(happened(event, id) for event in events))[str(id)]

    assert shown.host_id == WANG_LEI


def test_a_membership_shows_that_the_new_host_has_still_to_sign() -> None:
    shown = folded(memberships, *(happened(event, HUS) for event in (*SIGNED, TO_WANG)))[str(HUS)]

    assert shown.signed_by == ("trainee",)
