"""Every role asks assessment for everything: who may, who may not; and who may read what."""

from uuid import UUID

import pytest

from services.assessment import api, commands
from services.assessment.authorization import authorize
from services.assessment.events import EventId, HostNoted
from services.assessment.service import assessment
from shared.kernel.people import Actor, Role
from shared.kernel.values import Digest, Label, Text
from tests.assessment.examples import (
    ENDS,
    HAN_XUE,
    LIN_JING,
    MIDTERM_CLOSES,
    MIDTERM_OPENS,
    PLAQUED,
    STUDIO,
    WU_MIN,
    case,
    evenly,
)
from tests.following import ERASE_TEXTS, FOLLOW_DELEGATION, FOLLOW_SETTINGS, FOLLOW_YEAR
from tests.grid import cells
from tests.scenario import InMemoryHistory

VIOLATION = UUID(int=0x10)
SOURCE = EventId(service="membership", stream=UUID(int=1), version=1)
ASKED = {
    type(asked).__name__: asked
    for asked in (
        FOLLOW_SETTINGS,
        FOLLOW_YEAR,
        FOLLOW_DELEGATION,
        ERASE_TEXTS,
        commands.AdoptRubric(sections=()),
        commands.AppointExpert(person_id=HAN_XUE, until=ENDS),
        commands.OpenCase(studio_id=STUDIO, host_id=LIN_JING),
        commands.PlanEvaluations(
            studio_id=STUDIO, midterm_opens_on=MIDTERM_OPENS, midterm_closes_on=MIDTERM_CLOSES, ends_on=ENDS
        ),
        commands.NoteParty(studio_id=STUDIO, person_id=HAN_XUE, standing="joined"),
        commands.SeatPanel(studio_id=STUDIO, stage="midterm", experts=()),
        commands.Recuse(studio_id=STUDIO, stage="midterm", expert_id=HAN_XUE, reason=Text("同一系部")),
        commands.SubmitSheet(studio_id=STUDIO, stage="midterm", points=evenly(80)),
        commands.PostScore(studio_id=STUDIO, stage="midterm"),
        commands.TakeEffect(studio_id=STUDIO, stage="midterm"),
        commands.AlarmMidterm(studio_id=STUDIO),
        commands.CancelEvaluations(studio_id=STUDIO, outcome="closed"),
        commands.NoteFinal(studio_id=STUDIO, passed=True, source=SOURCE),
        commands.NoteRoster(studio_id=STUDIO, members=(), source=SOURCE),
        commands.NoteHost(studio_id=STUDIO, host_id=HAN_XUE),
        commands.NoteConduct(
            violation_id=VIOLATION, studio_id=STUDIO, person_id=HAN_XUE, is_host=True, standing="recorded"
        ),
        commands.CloseRectification(studio_id=STUDIO),
        commands.EnterEvidence(
            evidence_id=VIOLATION,
            studio_id=STUDIO,
            title=Label("汇报"),
            document=Digest("a" * 64),
            happened_on=PLAQUED,
            leaves=(),
        ),
        commands.FileSelfReport(studio_id=STUDIO, occasion="midterm", text=Text("自评"), evidence_ids=()),
        commands.Publicise(
            studio_id=STUDIO,
            channel=Label("校园网"),
            title=Label("成果"),
            document=Digest("a" * 64),
            publicised_on=PLAQUED,
        ),
        commands.DeclareTie(expert_id=HAN_XUE, person_id=LIN_JING, relation="spouse"),
        commands.RequestRecheck(studio_id=STUDIO, stage="midterm", reason=Text("复核")),
        commands.ObjectToResult(objection_id=VIOLATION, studio_id=STUDIO, stage="midterm", reason=Text("异议")),
        commands.AnswerObjection(
            studio_id=STUDIO, stage="midterm", objection_id=VIOLATION, upheld=True, reason=Text("属实")
        ),
        commands.SeatRecheckPanel(studio_id=STUDIO, stage="midterm", experts=()),
        commands.PostRecheck(studio_id=STUDIO, stage="midterm"),
        commands.VoidSheet(studio_id=STUDIO, stage="midterm", expert_id=HAN_XUE, reason=Text("回避")),
        commands.ReviseEvaluation(studio_id=STUDIO, stage="midterm", reason=Text("重新决定")),
        commands.ExtendFinal(studio_id=STUDIO, until=ENDS, reason=Text("延期")),
        commands.Revoke(studio_id=STUDIO, reason_code="error", reason=Text("有误"), person_id=LIN_JING),
        commands.Reissue(studio_id=STUDIO, certificate_id=VIOLATION, reason=Text("遗失")),
    )
}
"""One of each command."""

GRID = """
                 FollowSettings AdoptRubric AppointExpert OpenCase PlanEvaluations NoteParty
teacher          no             no          no            no       no              no
host             no             no          no            no       no              no
trainee          no             no          no            no       no              no
department       no             no          no            no       no              no
personnel        no             yes         yes           no       no              no
student_affairs  no             yes         yes           no       no              no
expert           no             no          no            no       no              no
school           no             no          no            no       no              no
payer            no             no          no            no       no              no
auditor          no             no          no            no       no              no
operator         no             no          no            no       no              no
follower         no             no          no            no       no              no
system           yes            no          no            yes      yes             yes

                 SeatPanel      SubmitSheet PostScore     TakeEffect NoteFinal     NoteRoster
teacher          no             no          no            no       no              no
host             no             no          no            no       no              no
trainee          no             no          no            no       no              no
department       no             no          no            no       no              no
personnel        yes            no          yes           no       no              no
student_affairs  yes            no          yes           no       no              no
expert           no             yes         no            no       no              no
school           no             no          no            no       no              no
payer            no             no          no            no       no              no
auditor          no             no          no            no       no              no
operator         no             no          no            no       no              no
follower         no             no          no            no       no              no
system           no             no          no            yes      yes             yes

                 Recuse         AlarmMidterm CancelEvaluations
teacher          no             no           no
host             no             no           no
trainee          no             no           no
department       no             no           no
personnel        yes            no           no
student_affairs  yes            no           no
expert           yes            no           no
school           no             no           no
payer            no             no           no
auditor          no             no           no
operator         no             no           no
follower         no             no           no
system           no             yes          yes

                 NoteHost NoteConduct CloseRectification EnterEvidence FileSelfReport
teacher          no       no          no                 no            no
host             no       no          no                 no            no
trainee          no       no          no                 no            no
department       no       no          no                 no            no
personnel        no       no          no                 no            no
student_affairs  no       no          no                 no            no
expert           no       no          no                 no            no
school           no       no          no                 no            no
payer            no       no          no                 no            no
auditor          no       no          no                 no            no
operator         no       no          no                 no            no
follower         no       no          no                 no            no
system           yes      yes         yes                no            no

                 Publicise DeclareTie RequestRecheck ObjectToResult
teacher          no        no         no             yes
host             no        no         no             yes
trainee          no        no         no             yes
department       no        no         no             yes
personnel        yes       yes        no             no
student_affairs  yes       yes        no             no
expert           no        yes        no             yes
school           no        no         no             no
payer            no        no         no             no
auditor          no        no         no             no
operator         no        no         no             no
follower         no        no         no             no
system           no        no         no             no

                 AnswerObjection SeatRecheckPanel PostRecheck VoidSheet
teacher          no              no               no          no
host             no              no               no          no
trainee          no              no               no          no
department       no              no               no          no
personnel        yes             yes              yes         yes
student_affairs  yes             yes              yes         yes
expert           no              no               no          no
school           no              no               no          no
payer            no              no               no          no
auditor          no              no               no          no
operator         no              no               no          no
follower         no              no               no          no
system           no              no               no          no

                 ReviseEvaluation ExtendFinal Revoke Reissue
teacher          no               no          no     no
host             no               no          no     no
trainee          no               no          no     no
department       no               no          no     no
personnel        no               no          no     yes
student_affairs  no               no          no     yes
expert           no               no          no     no
school           yes              yes         yes    yes
payer            no               no          no     no
auditor          no               no          no     no
operator         no               no          no     no
follower         no               no          no     no
system           no               no          no     no

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
    actor = Actor(HAN_XUE, Role(role))

    assert authorize(actor, ASKED[command], InMemoryHistory([])) == (answer == "yes")


@pytest.mark.rule("SIL-02")
def test_sil_02_an_expert_steps_aside_for_nobody_else() -> None:
    assert not authorize(Actor(LIN_JING, Role.EXPERT), ASKED["Recuse"], InMemoryHistory([]))


@pytest.mark.rule("SIL-02")
def test_sil_02_an_expert_declares_no_ties_of_others() -> None:
    assert not authorize(Actor(LIN_JING, Role.EXPERT), ASKED["DeclareTie"], InMemoryHistory([]))


@pytest.mark.rule("SIL-03", "SIL-15")
@pytest.mark.parametrize("asked", ["EnterEvidence", "FileSelfReport", "RequestRecheck"])
def test_a_host_acts_for_the_own_studio_and_a_former_host_no_more(asked: str) -> None:
    own, led_by_another = case(), case(HostNoted(former_host_id=LIN_JING, host_id=HAN_XUE))
    host = Actor(LIN_JING, Role.HOST)

    assert authorize(host, ASKED[asked], InMemoryHistory([own]))
    assert not authorize(Actor(HAN_XUE, Role.HOST), ASKED[asked], InMemoryHistory([own]))
    assert not authorize(host, ASKED[asked], InMemoryHistory([led_by_another]))


@pytest.mark.rule("SIL-15")
def test_sil_15_what_was_handed_in_is_read_by_its_host_and_by_who_judges_and_oversees() -> None:
    assert api.handed_in(Actor(LIN_JING, Role.HOST)) == {"person_id": str(LIN_JING)}
    assert api.handed_in(Actor(HAN_XUE, Role.EXPERT)) == {}
    assert api.handed_in(Actor(HAN_XUE, Role.TRAINEE)) is None


@pytest.mark.rule("SIL-02")
def test_sil_02_ties_are_read_by_the_expert_and_by_who_oversees() -> None:
    assert api.own_ties_or_overseen(Actor(HAN_XUE, Role.EXPERT)) == {"expert_id": str(HAN_XUE)}
    assert api.own_ties_or_overseen(Actor(WU_MIN, Role.PERSONNEL)) == {}
    assert api.own_ties_or_overseen(Actor(LIN_JING, Role.HOST)) is None


def test_the_table_speaks_of_every_role_and_every_command_once() -> None:
    everything = {(role.value, kind.__name__) for role in Role for kind in assessment.handlers}

    assert {(role, command) for role, command, _ in CELLS} == everything
    assert len(CELLS) == len(everything)


def test_what_assessment_does_not_know_nobody_may_ask() -> None:
    assert not authorize(Actor(HAN_XUE, Role.SCHOOL), object(), InMemoryHistory([]))


@pytest.mark.parametrize("role", list(Role))
def test_everybody_may_read_how_evaluations_stand(role: Role) -> None:
    assert api.everyone(Actor(HAN_XUE, role)) == {}


@pytest.mark.rule("ASM-07")
@pytest.mark.parametrize("role", [Role.PERSONNEL, Role.STUDENT_AFFAIRS, Role.SCHOOL, Role.AUDITOR])
def test_who_oversees_reads_all_honors_and_certificates(role: Role) -> None:
    assert api.own_or_overseen(Actor(HAN_XUE, role)) == {}


@pytest.mark.rule("ASM-07")
@pytest.mark.parametrize(
    "role", [Role.TEACHER, Role.HOST, Role.TRAINEE, Role.DEPARTMENT, Role.EXPERT, Role.PAYER, Role.OPERATOR]
)
def test_everybody_else_reads_their_own_honors_and_certificates(role: Role) -> None:
    assert api.own_or_overseen(Actor(HAN_XUE, role)) == {"person_id": str(HAN_XUE)}
