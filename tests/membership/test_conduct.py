"""A violation of the code of conduct suspends at once; the school confirms or dismisses it (MEM-21, SIL-07)."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from services.membership.aggregates.conduct import Conduct
from services.membership.commands import (
    ChooseHost,
    ChooseTrainee,
    CloseRoster,
    DecideConduct,
    HandInExcuse,
    HoldSession,
    RecordConductViolation,
    SignAgreement,
    choose_host,
    choose_trainee,
    close_roster,
    decide_conduct,
    file_training_item,
    hand_in_excuse,
    hold_session,
    record_conduct_violation,
    sign_agreement,
)
from services.membership.events import (
    AttendanceCounted,
    ConductDescribed,
    ConductNoted,
    ConductReasoned,
    ConductSettled,
    CycleEnded,
    Disengaged,
    HandedOver,
    MemberExcluded,
    MemberSuspended,
    MemberUnlisted,
    RemovalPending,
    SuspensionLifted,
)
from services.membership.read_models.conduct import ConductRow, conduct
from services.membership.read_models.memberships import memberships
from services.membership.read_models.rosters import rosters
from shared.kernel.model import Aggregate
from shared.kernel.people import Role
from shared.kernel.published import (
    ConductViolationDecided,
    ConductViolationRecorded,
    MemberLeft,
    StudioRosterClosed,
    TraineeEvaluated,
)
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
    LAST_DAY,
    LI_NA,
    LIU_OF_PERSONNEL,
    MEMBER,
    OPENED,
    PAIR,
    PLAN_NOTED,
    REMOVED,
    SESSION_DAY,
    WANG_LEI,
    engaged,
    folded,
    happened,
    listed,
    member,
    membership,
    planned,
    roster,
)
from tests.membership.test_absence import IDS, NINE, A, day_of, roll
from tests.membership.test_records import FILE_ITEM
from tests.scenario import Given, given, stream

pytestmark = pytest.mark.rule("MEM-21", "SIL-07")

VIOLATION = UUID(int=0x666)
RECORD = RecordConductViolation(
    violation_id=VIOLATION, studio_id=CHENS_STUDIO, person_id=HU_JUN, item=9, document=DOCUMENT, summary="收受礼品"
)
RECORDED = ConductViolationRecorded(violation_id=VIOLATION, studio_id=CHENS_STUDIO, person_id=HU_JUN, is_host=False)
DESCRIBED = ConductDescribed(violation_id=VIOLATION, item=9, document=DOCUMENT, summary="收受礼品")
SUSPENDED = MemberSuspended(**HU_NAMED, violation_id=VIOLATION)
NOTED = ConductNoted(violation_id=VIOLATION, person_id=HU_JUN, membership_id=HUS, noted_on=date(2023, 5, 10))
CONFIRM = DecideConduct(violation_id=VIOLATION, confirmed=True, reason="属实")
DISMISS = DecideConduct(violation_id=VIOLATION, confirmed=False, reason="查无实据")
LIFTED = SuspensionLifted(**HU_NAMED, violation_id=VIOLATION)
EXCLUDED = MemberExcluded(**HU_NAMED, violation_id=VIOLATION)


def decided(*, confirmed: bool) -> tuple[Any, ...]:
    return (
        ConductViolationDecided(
            violation_id=VIOLATION, studio_id=CHENS_STUDIO, person_id=HU_JUN, is_host=False, confirmed=confirmed
        ),
        ConductReasoned(violation_id=VIOLATION, reason="属实" if confirmed else "查无实据"),
    )


def settled(*, returns: bool) -> ConductSettled:
    return ConductSettled(violation_id=VIOLATION, person_id=HU_JUN, settled_on=date(2023, 6, 1), returns=returns)


def on_record(*more: Any) -> Aggregate:
    return stream(Conduct, VIOLATION, RECORDED, DESCRIBED, *more)


def office(*events: Any, more: tuple[Any, ...] = (), streams: tuple[Any, ...] = ()) -> Given:
    running = roster(PLAN_NOTED, listed(HU_JUN), ACTIVE, planned(), *more)
    return (
        given(running, member(HU_JUN, *events), engaged(HU_JUN), *streams)
        .on("2023-05-10")
        .by(Role.PERSONNEL, LIU_OF_PERSONNEL)
    )


def school(*events: Any, case: Aggregate | None = None, more: tuple[Any, ...] = ()) -> Given:
    """Hu Jun is suspended since the tenth of May."""
    said = office(SUSPENDED, *events, more=(NOTED, *more), streams=(case or on_record(),))
    return said.on("2023-06-01").by(Role.SCHOOL, LIU_OF_PERSONNEL)


def test_a_violation_on_record_suspends_a_member_at_once() -> None:
    office().when(record_conduct_violation, RECORD).then(RECORDED, DESCRIBED, SUSPENDED, NOTED)


@pytest.mark.parametrize("item", [1, 10])
def test_each_of_the_ten_norms_may_be_violated(item: int) -> None:
    outcome = office().when(record_conduct_violation, replace(RECORD, item=item))

    assert replace(DESCRIBED, item=item) in outcome.events


@pytest.mark.parametrize("item", [0, 11])
def test_there_is_no_eleventh_norm(item: int) -> None:
    body = {
        "violation_id": str(VIOLATION), "studio_id": str(CHENS_STUDIO), "person_id": str(HU_JUN), "item": item,
        "document": DOCUMENT, "summary": "收受礼品",
    }  # fmt: skip

    with pytest.raises(ValidationError, match="1 to 10"):
        TypeAdapter(RecordConductViolation).validate_python(body)


def test_the_same_record_again_changes_nothing_and_its_id_is_taken() -> None:
    suspended = {"more": (NOTED,), "streams": (on_record(),)}

    office(SUSPENDED, **suspended).when(record_conduct_violation, RECORD).then_nothing()
    office(SUSPENDED, **suspended).when(record_conduct_violation, replace(RECORD, item=2)).then_refused(
        "id-taken", None
    )


def test_a_hosts_violation_is_on_record_as_a_hosts() -> None:
    of_host = replace(RECORD, person_id=CHEN_JING)

    office().when(record_conduct_violation, of_host).then(
        replace(RECORDED, person_id=CHEN_JING, is_host=True), DESCRIBED,
        replace(NOTED, person_id=CHEN_JING, membership_id=None),
    )  # fmt: skip


@pytest.mark.parametrize("handler", [choose_trainee, choose_host], ids=["as host", "as trainee"])
def test_nobody_joins_a_suspended_host_until_that_is_decided(handler: Any) -> None:
    flagged = replace(NOTED, person_id=CHEN_JING, membership_id=None)
    dismissed = replace(settled(returns=False), person_id=CHEN_JING)
    asked = (
        ChooseTrainee(studio_id=CHENS_STUDIO, person_id=LI_NA)
        if handler is choose_trainee
        else ChooseHost(studio_id=CHENS_STUDIO)
    )

    given(roster(flagged)).by(Role.TEACHER, LI_NA).when(handler, asked).then_refused("host-suspended", "SIL-07")
    assert given(roster(flagged, dismissed)).by(Role.TEACHER, LI_NA).when(handler, asked).said is None


@pytest.mark.rule("SIL-04")
def test_a_former_host_is_still_answerable() -> None:
    handed = HandedOver(studio_id=CHENS_STUDIO, former_host_id=CHEN_JING, host_id=WANG_LEI, changed_on=date(2023, 5, 1))
    outcome = office(more=(handed,)).when(record_conduct_violation, replace(RECORD, person_id=CHEN_JING))

    assert outcome.events[0] == replace(RECORDED, person_id=CHEN_JING, is_host=True)


def test_who_left_is_on_record_though_there_is_nothing_to_suspend() -> None:
    left = MemberLeft(**HU_NAMED, reason="withdrawn")

    office(left).when(record_conduct_violation, RECORD).then(RECORDED, DESCRIBED, replace(NOTED, membership_id=None))


def test_who_has_nothing_to_do_with_the_studio_is_not_on_its_record() -> None:
    office().when(record_conduct_violation, replace(RECORD, person_id=LI_NA)).then_refused("not-of-studio", "MEM-21")


def test_whoever_is_suspended_signs_and_files_nothing() -> None:
    asked = SignAgreement(membership_id=HUS, document=DOCUMENT)
    excuse = HandInExcuse(
        studio_id=CHENS_STUDIO, session_id=CLASS_MEETING, excuse_id=UUID(int=1), kind="official_duty", reason="公派"
    )
    pair = given(roster(), membership(*PAIR, AGREEMENT, SUSPENDED)).by(Role.TRAINEE, HU_JUN)

    pair.when(sign_agreement, asked).then_refused("member-suspended", "SIL-07", violations=1)
    hu = office(SUSPENDED, more=(NOTED,)).by(Role.TRAINEE, HU_JUN)
    hu.when(hand_in_excuse, excuse).then_refused("member-suspended", "SIL-07")
    hu.when(file_training_item, FILE_ITEM).then_refused("member-suspended", "SIL-07")


@pytest.mark.parametrize(("day", "obliged"), [(date(2023, 5, 9), (HU_JUN,)), (date(2023, 5, 10), ())])
def test_sessions_from_that_day_on_do_not_oblige(day: date, obliged: tuple[UUID, ...]) -> None:
    running = roster(PLAN_NOTED, listed(HU_JUN), ACTIVE, planned(day=day), NOTED)
    outcome = given(running).on("2023-05-10").by(Role.HOST, CHEN_JING).when(
        hold_session, HoldSession(studio_id=CHENS_STUDIO, session_id=CLASS_MEETING)
    )  # fmt: skip

    assert outcome.events[0].obliged == obliged


def test_dismissed_the_member_is_active_again_from_that_day() -> None:
    school().when(decide_conduct, DISMISS).then(*decided(confirmed=False), LIFTED, settled(returns=True))
    back = roster(listed(HU_JUN), ACTIVE, NOTED, settled(returns=True))
    assert [back.obliged_on(date(2023, day[0], day[1])) for day in ((5, 31), (6, 1))] == [(), (HU_JUN,)]


def test_with_a_second_violation_open_the_member_stays_suspended() -> None:
    second = UUID(int=0x667)
    another = (
        MemberSuspended(**HU_NAMED, violation_id=second),
        ConductNoted(violation_id=second, person_id=HU_JUN, membership_id=HUS, noted_on=date(2023, 5, 12)),
    )

    school(another[0], more=(another[1],)).when(decide_conduct, DISMISS).then(
        *decided(confirmed=False), LIFTED, settled(returns=False)
    )


def test_confirmed_the_membership_ends_with_its_reason_and_the_person_is_free() -> None:
    school().when(decide_conduct, CONFIRM).then(
        *decided(confirmed=True), EXCLUDED, REMOVED, settled(returns=False),
        MemberUnlisted(membership_id=HUS, person_id=HU_JUN, unlisted_on=date(2023, 6, 1)),
        Disengaged(studio_id=CHENS_STUDIO),
    )  # fmt: skip


def test_a_decision_is_made_once() -> None:
    case = on_record(*decided(confirmed=False))

    school(LIFTED, case=case).when(decide_conduct, DISMISS).then_nothing()
    school(LIFTED, case=case).when(decide_conduct, CONFIRM).then_refused("conduct-decided", "SIL-07")


def test_there_is_no_decision_on_what_is_not_on_record() -> None:
    office().by(Role.SCHOOL, LIU_OF_PERSONNEL).when(decide_conduct, CONFIRM).then_unknown()


@pytest.mark.rule("MEM-06")
def test_nobody_is_removed_for_absences_while_suspended_but_judged_after_the_dismissal() -> None:
    sessions = (planned(IDS[number], day_of(number)) for number in range(3))
    suspended = roster(NINE, listed(HU_JUN), ACTIVE, *sessions, replace(NOTED, noted_on=date(2023, 7, 1)))
    rolls = [roll(number, A) for number in range(3)]
    outcome = (
        given(suspended, member(HU_JUN, SUSPENDED), on_record(), engaged(HU_JUN), *rolls)
        .on("2023-08-01")
        .by(Role.SCHOOL, LIU_OF_PERSONNEL)
        .when(decide_conduct, DISMISS)
    )

    told = [event for event in outcome.events if isinstance(event, RemovalPending | AttendanceCounted)]
    assert {(type(event), event.absent, event.denominator) for event in told} == {
        (AttendanceCounted, 3, 9), (RemovalPending, 3, 9),
    }  # fmt: skip


@pytest.mark.rule("A.9-3")
@pytest.mark.parametrize(("more", "closes"), [((), False), ((settled(returns=True),), True)])
def test_the_roster_does_not_close_while_a_violation_is_undecided(more: tuple[Any, ...], *, closes: bool) -> None:
    over = roster(listed(HU_JUN), ACTIVE, NOTED, *more, CycleEnded(studio_id=CHENS_STUDIO, ends_on=LAST_DAY))
    evaluated = TraineeEvaluated(studio_id=CHENS_STUDIO, membership_id=HUS, person_id=HU_JUN, points=88)
    outcome = given(over, member(HU_JUN, evaluated)).when(close_roster, CloseRoster(studio_id=CHENS_STUDIO))

    assert [isinstance(event, StudioRosterClosed) for event in outcome.events] == ([True] if closes else [])


def shown(*events: Any) -> Any:
    return folded(memberships, *(happened(event, HUS) for event in (*MEMBER, *events)))[str(HUS)]


def test_a_membership_shows_its_suspension_and_how_it_ended() -> None:
    assert (shown(SUSPENDED).state, shown(SUSPENDED).suspended_by) == ("suspended", (VIOLATION,))
    assert (shown(SUSPENDED, LIFTED).state, shown(SUSPENDED, LIFTED).suspended_by) == ("joined", ())
    gone = shown(SUSPENDED, EXCLUDED, REMOVED)
    assert (gone.state, gone.excluded_for) == ("removed", VIOLATION)


def test_a_roster_shows_what_is_undecided() -> None:
    told = (OPENED, NOTED, settled(returns=True))

    def undecided(count: int) -> Any:
        return folded(rosters, *(happened(event, CHENS_ROSTER) for event in told[:count]))[str(CHENS_ROSTER)].undecided

    assert (undecided(2), undecided(3)) == ({str(VIOLATION): HU_JUN}, {})


def test_the_record_shows_norm_and_decision() -> None:
    told = (RECORDED, DESCRIBED, *decided(confirmed=True))
    row = ConductRow(
        CHENS_STUDIO, HU_JUN, is_host=False, recorded_on=SESSION_DAY, state="confirmed", item=9, document=DOCUMENT,
        summary="收受礼品", decided_on=SESSION_DAY, reason="属实",
    )  # fmt: skip

    assert folded(conduct, *(happened(event, VIOLATION) for event in told)) == {str(VIOLATION): row}
