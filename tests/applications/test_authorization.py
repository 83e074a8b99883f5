"""Who may ask applications for what: every role against every command, and the relations that count."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.applications import commands as c
from services.applications.authorization import authorize
from services.applications.events import Form
from services.applications.service import applications
from shared.kernel.people import Actor, Role
from tests.applications.examples import (
    CHEN_JING,
    CHENS,
    CHENS_STUDIO,
    DIGESTS,
    HU_JUN,
    PLAN,
    ROUND,
    WANG_LEI,
    application,
    studio,
)
from tests.scenario import InMemoryHistory

ROLES = (
    Role.TEACHER, Role.HOST, Role.TRAINEE, Role.DEPARTMENT, Role.PERSONNEL, Role.STUDENT_AFFAIRS, Role.EXPERT,
    Role.SCHOOL, Role.PAYER, Role.AUDITOR, Role.OPERATOR, Role.FOLLOWER, Role.SYSTEM,
)  # fmt: skip
HEADER = "T H R D P S E C $ A O F *"
"""ROLES by letter: Teacher, Host, tRainee, Department, Personnel, Student affairs, Expert, sChool, $ payer, …"""

TODAY = date(2023, 3, 27)
ADOPT = c.AdoptSettings(effective_from=TODAY, values={})
YEAR = c.AnnounceYear(year=2027, holidays=(), makeups=(), notice="国办发明电")
BACK = c.EndDelegation(delegation_id=UUID(int=1))
DELEGATE = c.DelegateDuty(delegation_id=UUID(int=1), role="personnel", to_person=HU_JUN, first_on=TODAY, last_on=TODAY)
OPEN = c.OpenRound(round_id=ROUND, title="2023年", deadline=TODAY, places=2)
APPLY = c.Apply(
    application_id=CHENS, round_id=ROUND, department="mechanics", on_duty=True, semesters=12, title="senior"
)
AT_DEPARTMENT = c.ReviewApplication(application_id=CHENS, level="department", verdict="approved")
AT_OFFICE = c.ReviewApplication(application_id=CHENS, level="office", verdict="approved")
AT_PERSONNEL = c.ReviewApplication(application_id=CHENS, level="personnel", verdict="approved")
AT_STUDENT_AFFAIRS = c.ReviewApplication(application_id=CHENS, level="student_affairs", verdict="approved")
AGAIN = c.Resubmit(
    application_id=CHENS, round_id=ROUND, department="mechanics", on_duty=True, semesters=12, title="senior"
)
RECOMMENDATION = c.NoteRecommendation(person_id=CHEN_JING, studio_id=CHENS_STUDIO, rank=1)
DUTY = c.ReportDuty(person_id=CHEN_JING, on_duty=False, since=TODAY)
BATCH = c.SubmitBatch(round_id=ROUND)
RANK = c.RankCandidates(round_id=ROUND)
TIE = c.DecideTie(round_id=ROUND, application_ids=(CHENS,), reason="学校研究决定")
STRIKE = c.StrikeCandidate(round_id=ROUND, application_id=CHENS, reason="公示异议")
SCORE = c.ScoreApplication(application_id=CHENS, points=(60,) * 6)
POST = c.PostList(round_id=ROUND)
ESTABLISH = c.EstablishStudio(application_id=CHENS, name_digests=DIGESTS)
DRAFT = c.DraftPlan(studio_id=CHENS_STUDIO, document=PLAN, sessions_a_year=(12, 12, 12))
NOTE = c.NoteMember(studio_id=CHENS_STUDIO, membership_id=HU_JUN, standing="joined")

OBJECTION = UUID(int=0x0B)
OBJECT = c.RaiseObjection(objection_id=OBJECTION, round_id=ROUND, application_id=CHENS, reason="材料不实")
RECUSE = c.RecuseExpert(application_id=CHENS, expert_id=CHEN_JING, reason="共同署名")
FORM = Form(department="mechanics", on_duty=True, semesters=12, title="senior")
SUCCEED = c.ChangeHost(
    studio_id=CHENS_STUDIO, new_host_id=WANG_LEI, form=FORM, reason="主持人调离", name_digests=DIGESTS
)

MECHANICS, NURSING = (CHEN_JING, "mechanics"), (CHEN_JING, "nursing")
CHEN, WANG = (CHEN_JING, None), (WANG_LEI, None)

# Each line: what is asked, who asks (person, department), the command, and y or n for each of ROLES.
GRID = [                                                                       # T H R D P S E C $ A O F *
    ("adopt settings",                   CHEN,      ADOPT,                      "n n n n y y n y n n n n n"),
    ("load a year's calendar",           CHEN,      YEAR,                       "n n n n y y n n n n n n n"),
    ("have one's duty done",             CHEN,      DELEGATE,                   "n n n n y n n n n n n n n"),
    ("do one's duty again",              CHEN,      BACK,                       "n n n y y y n y y n n n n"),
    ("open a round",                     CHEN,      OPEN,                       "n n n n y y n y n n n n n"),
    ("apply for oneself",                CHEN,      APPLY,                      "y n n n n n n n n n n n n"),
    ("review, own department",           MECHANICS, AT_DEPARTMENT,              "n n n y n n n n n n n n n"),
    ("review, another department",       NURSING,   AT_DEPARTMENT,              "n n n n n n n n n n n n n"),
    ("review, bound to no department",   CHEN,      AT_DEPARTMENT,              "n n n n n n n n n n n n n"),
    ("review at office level",           MECHANICS, AT_OFFICE,                  "n n n n y y n n n n n n n"),
    ("review at personnel's level",      MECHANICS, AT_PERSONNEL,               "n n n n y n n n n n n n n"),
    ("review at student affairs' level", MECHANICS, AT_STUDENT_AFFAIRS,         "n n n n n y n n n n n n n"),
    ("hand in one's own again",          CHEN,      AGAIN,                      "y n n n n n n n n n n n n"),
    ("hand in another's again",          WANG,      AGAIN,                      "n n n n n n n n n n n n n"),
    ("report who is on duty",            CHEN,      DUTY,                       "n n n n y y n y n n n n n"),
    ("note a recommendation",            CHEN,      RECOMMENDATION,             "n n n n n n n n n n n n y"),
    ("hand in a department's batch",     MECHANICS, BATCH,                      "n n n y n n n n n n n n n"),
    ("a batch of no department",         CHEN,      BATCH,                      "n n n n n n n n n n n n n"),
    ("rank the candidates",              CHEN,      RANK,                       "n n n n y y n n n n n n n"),
    ("decide a tie",                     CHEN,      TIE,                        "n n n n n n n y n n n n n"),
    ("strike a candidate",               CHEN,      STRIKE,                     "n n n n n n n y n n n n n"),
    ("score as an expert",               CHEN,      SCORE,                      "n n n n n n y n n n n n n"),
    ("seat a panel",                     CHEN,      c.SeatPanel(round_id=ROUND, experts=()),
                                                                                "n n n n y y n n n n n n n"),
    ("step aside oneself",               CHEN,      RECUSE,                     "n n n n y y y n n n n n n"),
    ("have another step aside",          WANG,      RECUSE,                     "n n n n y y n n n n n n n"),
    ("void a sheet",                     CHEN,      c.VoidPanelScore(application_id=CHENS, expert_id=WANG_LEI, reason="同署"),
                                                                                "n n n n y y n n n n n n n"),
    ("note a tie",                       CHEN,      c.NoteTie(expert_id=WANG_LEI, person_id=CHEN_JING, relation="spouse"),
                                                                                "n n n n n n n n n n n n y"),
    ("object to a posted name",          CHEN,      OBJECT,                     "y y y y y y y y y n n n n"),
    ("answer an objection",              CHEN,      c.AnswerObjection(objection_id=OBJECTION, upheld=True, reason="属实"),
                                                                                "n n n n y y n n n n n n n"),
    ("review a plan",                    CHEN,      c.ReviewPlan(studio_id=CHENS_STUDIO, passed=True),
                                                                                "n n n n n n n y n n n n n"),
    ("change the host",                  CHEN,      SUCCEED,                    "n n n n y y n n n n n n n"),
    ("note conduct",                     CHEN,      c.NoteConduct(person_id=CHEN_JING, violation_id=ROUND, standing="recorded"),
                                                                                "n n n n n n n n n n n n y"),
    ("note an expert",                   CHEN,      c.NoteExpert(person_id=CHEN_JING, until=TODAY),
                                                                                "n n n n n n n n n n n n y"),
    ("conclude the panel",               CHEN,      c.ConcludePanel(application_id=CHENS),
                                                                                "n n n n y y n n n n n n n"),
    ("post the list",                    CHEN,      POST,                       "n n n n n n n y n n n n n"),
    ("publish the list",                 CHEN,      c.PublishList(round_id=ROUND),
                                                                                "n n n n n n n n n n n n y"),
    ("establish a studio",               CHEN,      ESTABLISH,                  "n n n n n n n y n n n n n"),
    ("draft one's own studio's plan",    CHEN,      DRAFT,                      "n y n n n n n n n n n n n"),
    ("draft another's studio's plan",    WANG,      DRAFT,                      "n n n n n n n n n n n n n"),
    ("take a plan on file",              CHEN,      c.FilePlan(studio_id=CHENS_STUDIO),
                                                                                "n n n n y y n n n n n n n"),
    ("hang the plaque",                  CHEN,      c.HangPlaque(studio_id=CHENS_STUDIO),
                                                                                "n n n n n n n y n n n n n"),
    ("note a member",                    CHEN,      NOTE,                       "n n n n n n n n n n n n y"),
    ("close, the host being gone",       CHEN,      c.CloseStudio(studio_id=CHENS_STUDIO, outcome="closed"),
                                                                                "n n n n n n n y n n n n y"),
    ("close as disqualified",            CHEN,      c.CloseStudio(studio_id=CHENS_STUDIO, outcome="disqualified"),
                                                                                "n n n n n n n n n n n n y"),
    ("close as passed",                  CHEN,      c.CloseStudio(studio_id=CHENS_STUDIO, outcome="passed"),
                                                                                "n n n n n n n n n n n n y"),
    ("close as failed",                  CHEN,      c.CloseStudio(studio_id=CHENS_STUDIO, outcome="failed_final"),
                                                                                "n n n n n n n n n n n n y"),
    ("erase a person",                   CHEN,      c.ErasePerson(person_id=CHEN_JING),
                                                                                "n n n n n n n y n n n n n"),
]  # fmt: skip
CELLS = [
    pytest.param(Actor(person, role, bound_to), asked, {"y": True, "n": False}[answer], id=f"{what} - {role}")
    for what, (person, bound_to), asked, answers in GRID
    for role, answer in zip(ROLES, answers.split(), strict=True)
]


@pytest.mark.parametrize(("actor", "asked", "may"), CELLS)
def test_each_role_may_ask_what_the_grid_says_and_nothing_else(actor: Actor, asked: Any, may: bool) -> None:  # noqa: FBT001
    history = InMemoryHistory([application(), studio()])

    assert authorize(actor, asked, history) is may


def test_the_grid_has_every_role() -> None:
    assert set(ROLES) == set(Role)
    assert len(HEADER.split()) == len(ROLES)


def test_the_grid_has_every_command() -> None:
    assert {type(asked) for _, _, asked, _ in GRID} == set(applications.handlers)


@pytest.mark.parametrize("role", Role)
def test_what_is_no_command_of_applications_nobody_may_ask(role: Role) -> None:
    assert not authorize(Actor(CHEN_JING, role), object(), InMemoryHistory([]))
