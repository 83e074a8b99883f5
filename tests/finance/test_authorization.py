"""Every role asks finance for everything: who may, who may not; and who may read what."""

from uuid import UUID

import pytest

from services.finance import api, commands
from services.finance.authorization import authorize
from services.finance.events import MemberNoted
from services.finance.service import finance
from shared.kernel.model import NotYet
from shared.kernel.people import Actor, Role
from shared.kernel.values import Text
from tests.finance.examples import (
    APPROVE,
    BOOKS,
    ENDS,
    HAN_XUE,
    LI_NA,
    LIN_JING,
    PAY,
    PLAQUED,
    REFUSE,
    REPORT,
    REVERSE,
    SIGN,
    STUDIO,
    WANG_FANG,
    WU_MIN,
    claiming,
    fund,
)
from tests.following import ERASE_TEXTS, FOLLOW_DELEGATION, FOLLOW_SETTINGS, FOLLOW_YEAR
from tests.grid import cells
from tests.scenario import InMemoryHistory

ASKED = {
    type(asked).__name__: asked
    for asked in (
        FOLLOW_SETTINGS,
        FOLLOW_YEAR,
        FOLLOW_DELEGATION,
        ERASE_TEXTS,
        commands.OpenFund(studio_id=STUDIO, host_id=LIN_JING),
        commands.LayOutYears(studio=PLAQUED),
        commands.NoteMember(studio_id=STUDIO, person_id=WANG_FANG, standing="joined"),
        commands.NoteHost(studio_id=STUDIO, host_id=WANG_FANG, changed_on=ENDS),
        commands.NoteHostStanding(studio_id=STUDIO, standing="gone"),
        commands.ReleaseYear(studio_id=STUDIO, number=1),
        commands.LapseYear(studio_id=STUDIO, number=1),
        commands.PassMidterm(studio_id=STUDIO),
        commands.CutFunding(studio_id=STUDIO, cause="ethics"),
        commands.EndCycle(studio_id=STUDIO),
        commands.WindDown(studio_id=STUDIO),
        commands.ReturnRest(studio_id=STUDIO),
        claiming(),
        SIGN,
        APPROVE,
        REFUSE,
        PAY,
        REVERSE,
        REPORT,
        commands.PlanBudget(studio_id=STUDIO, year=1, lines=()),
        commands.SignBudget(studio_id=STUDIO, year=1),
        commands.DisposeOfAsset(studio_id=STUDIO, asset_id=BOOKS, status="scrapped", reason=Text("损坏")),
    )
}
"""One of each command."""

PERSONS = {"host": LIN_JING, "trainee": WANG_FANG}
"""The host of this studio and a member of it; in the other roles it is Wu Min who asks."""

GRID = """
                 FollowSettings OpenFund  LayOutYears NoteMember   ReleaseYear    PassMidterm   CutFunding
teacher          no             no        no          no           no             no            no
host             no             no        no          no           no             no            no
trainee          no             no        no          no           no             no            no
department       no             no        no          no           no             no            no
personnel        no             no        no          no           no             no            no
student_affairs  no             no        no          no           no             no            no
expert           no             no        no          no           no             no            no
school           no             no        no          no           no             no            no
payer            no             no        no          no           no             no            no
auditor          no             no        no          no           no             no            no
operator         no             no        no          no           no             no            no
follower         no             no        no          no           no             no            no
system           yes            yes       yes         yes          yes            yes           yes

                 EndCycle       WindDown  ReturnRest  ClaimExpense ApproveExpense RefuseExpense PayExpense
teacher          no             no        no          no           no             no            no
host             no             no        no          yes          no             no            no
trainee          no             no        no          yes          no             no            no
department       no             no        no          no           no             no            no
personnel        no             no        no          no           yes            yes           no
student_affairs  no             no        no          no           yes            yes           no
expert           no             no        no          no           no             no            no
school           no             no        no          no           no             no            no
payer            no             no        no          no           no             no            yes
auditor          no             no        no          no           no             no            no
operator         no             no        no          no           no             no            no
follower         no             no        no          no           no             no            no
system           yes            yes       yes         no           no             no            no

                 SignExpense  ReverseExpense  FileReport  PlanBudget  SignBudget  DisposeOfAsset
teacher          no           no              no          no          no          no
host             yes          no              yes         yes         no          no
trainee          no           no              no          no          no          no
department       no           no              no          no          no          no
personnel        yes          no              no          no          yes         yes
student_affairs  yes          no              no          no          yes         yes
expert           no           no              no          no          no          no
school           no           no              no          no          no          no
payer            no           yes             no          no          no          no
auditor          no           no              no          no          no          no
operator         no           no              no          no          no          no
follower         no           no              no          no          no          no
system           no           no              no          no          no          no

                 NoteHost  NoteHostStanding  LapseYear
teacher          no        no                no
host             no        no                no
trainee          no        no                no
department       no        no                no
personnel        no        no                no
student_affairs  no        no                no
expert           no        no                no
school           no        no                no
payer            no        no                no
auditor          no        no                no
operator         no        no                no
follower         no        no                no
system           yes       yes               yes

                 FollowYear  FollowDelegation  EraseTexts
teacher          no          no                no
host             no          no                no
trainee          no          no                no
department       no          no                no
personnel        no          no                no
student_affairs  no          no                no
expert           no          no                no
school           no          no                no
payer            no          no                no
auditor          no          no                no
operator         no          no                no
follower         no          no                no
system           yes         yes               yes
"""


CELLS = cells(GRID)


@pytest.mark.parametrize(("role", "command", "answer"), CELLS)
def test_a_role_may_ask_what_the_table_says_and_nothing_else(role: str, command: str, answer: str) -> None:
    actor = Actor(PERSONS.get(role, WU_MIN), Role(role))

    assert authorize(actor, ASKED[command], InMemoryHistory([fund()])) == (answer == "yes")


def test_the_table_speaks_of_every_role_and_every_command_once() -> None:
    everything = {(role.value, kind.__name__) for role in Role for kind in finance.handlers}

    assert {(role, command) for role, command, _ in CELLS} == everything
    assert len(CELLS) == len(everything)


@pytest.mark.rule("FIN-03")
@pytest.mark.parametrize(
    ("role", "person"),
    [
        (Role.HOST, WANG_FANG),
        (Role.HOST, HAN_XUE),
        (Role.TRAINEE, LI_NA),
        (Role.TRAINEE, HAN_XUE),
        (Role.TRAINEE, LIN_JING),
        (Role.HOST, None),
        (Role.TRAINEE, None),
    ],
    ids=["a trainee as host", "another's host", "who left", "a stranger", "the host as trainee", "no host", "nobody"],
)
def test_fin_03_only_the_studios_own_host_and_present_members_claim(role: Role, person: UUID | None) -> None:
    assert not authorize(Actor(person, role), claiming(), InMemoryHistory([fund()]))


@pytest.mark.rule("MEM-15")
def test_mem_15_a_supplementary_member_claims_as_the_teacher_they_are() -> None:
    known = fund(MemberNoted(person_id=HAN_XUE, standing="joined", kind="supplementary"))

    assert authorize(Actor(HAN_XUE, Role.TEACHER), claiming(), InMemoryHistory([known]))
    assert not authorize(Actor(HAN_XUE, Role.TEACHER), claiming(), InMemoryHistory([fund()]))


@pytest.mark.rule("MEM-06")
def test_mem_06_a_removed_trainee_claims_no_more_until_reinstated() -> None:
    left, back = MemberNoted(person_id=WANG_FANG, standing="left"), MemberNoted(person_id=WANG_FANG, standing="joined")
    wang = Actor(WANG_FANG, Role.TRAINEE)

    assert not authorize(wang, claiming(), InMemoryHistory([fund(left)]))
    assert authorize(wang, claiming(), InMemoryHistory([fund(left, back)]))


@pytest.mark.rule("A.9-8", "FIN-06")
@pytest.mark.parametrize("asked", [SIGN, REPORT], ids=["signature", "report"])
@pytest.mark.parametrize("person", [WANG_FANG, HAN_XUE, None], ids=["a trainee as host", "another's host", "nobody"])
def test_only_the_studios_own_host_signs_and_reports(asked: object, person: UUID | None) -> None:
    assert not authorize(Actor(person, Role.HOST), asked, InMemoryHistory([fund()]))


@pytest.mark.parametrize(
    ("role", "asked"),
    [(Role.HOST, claiming()), (Role.TRAINEE, claiming()), (Role.HOST, SIGN), (Role.HOST, REPORT)],
)
def test_a_studio_not_heard_of_yet_is_waited_for(role: Role, asked: object) -> None:
    with pytest.raises(NotYet, match="studio-established of applications"):
        authorize(Actor(LIN_JING, role), asked, InMemoryHistory([]))


def test_what_finance_does_not_know_nobody_may_ask() -> None:
    assert not authorize(Actor(LIN_JING, Role.SCHOOL), object(), InMemoryHistory([fund()]))


@pytest.mark.parametrize("role", [Role.PERSONNEL, Role.STUDENT_AFFAIRS, Role.SCHOOL, Role.PAYER, Role.AUDITOR])
def test_who_oversees_reads_all_funds_and_expenses(role: Role) -> None:
    assert (api.of_funds(Actor(WU_MIN, role)), api.of_expenses(Actor(WU_MIN, role))) == ({}, {})


def test_a_host_reads_the_own_fund_and_its_claims_to_sign_them() -> None:
    lin = Actor(LIN_JING, Role.HOST)

    assert api.of_funds(lin) == {"host_id": str(LIN_JING)}
    assert api.of_expenses(lin) == {"host_id": str(LIN_JING)}


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.TEACHER])
def test_a_member_reads_the_own_claims_and_no_fund(role: Role) -> None:
    wang = Actor(WANG_FANG, role)

    assert (api.of_funds(wang), api.of_expenses(wang)) == (None, {"claimant_id": str(WANG_FANG)})


@pytest.mark.rule("FIN-07")
@pytest.mark.parametrize("role", Role)
def test_fin_07_who_oversees_reads_the_whole_schools_report(role: Role) -> None:
    assert api.of_school(Actor(WU_MIN, role)) == ({} if role in api.OVERSEEING else None)


@pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.EXPERT, Role.OPERATOR, Role.FOLLOWER, Role.SYSTEM])
def test_everybody_else_reads_nothing_of_the_money(role: Role) -> None:
    assert (api.of_funds(Actor(WU_MIN, role)), api.of_expenses(Actor(WU_MIN, role))) == (None, None)
