"""Every role asks assessment for everything: who may, who may not; and who may read what."""

from uuid import UUID

import pytest

from services.assessment import api, commands
from services.assessment.authorization import authorize
from services.assessment.events import EventId
from services.assessment.service import assessment
from shared.kernel.following import FollowSettings
from shared.kernel.people import Actor, Role
from shared.kernel.values import Text
from tests.assessment.examples import ENDS, HAN_XUE, LIN_JING, MIDTERM_CLOSES, MIDTERM_OPENS, PLAQUED, STUDIO, evenly
from tests.scenario import InMemoryHistory

SOURCE = EventId(service="membership", stream=UUID(int=1), version=1)
ASKED = {
    type(asked).__name__: asked
    for asked in (
        FollowSettings(number=1, effective_from=PLAQUED, values={}),
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
"""


def cells(grid: str) -> list[tuple[str, str, str]]:
    """Role, command and answer of each cell."""
    blocks = [block.strip().splitlines() for block in grid.strip().split("\n\n")]
    return [
        (row.split()[0], command, answer)
        for names, *rows in blocks
        for row in rows
        for command, answer in zip(names.split(), row.split()[1:], strict=True)
    ]


CELLS = cells(GRID)


@pytest.mark.parametrize(("role", "command", "answer"), CELLS)
def test_a_role_may_ask_what_the_table_says_and_nothing_else(role: str, command: str, answer: str) -> None:
    actor = Actor(HAN_XUE, Role(role))

    assert authorize(actor, ASKED[command], InMemoryHistory([])) == (answer == "yes")


@pytest.mark.rule("SIL-02")
def test_sil_02_an_expert_steps_aside_for_nobody_else() -> None:
    assert not authorize(Actor(LIN_JING, Role.EXPERT), ASKED["Recuse"], InMemoryHistory([]))


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
