"""Who may ask membership for what: every role against every command, and the relations that count."""

from typing import Any
from uuid import UUID

import pytest

from services.membership import commands as c
from services.membership.aggregates.excuses import Excuses
from services.membership.authorization import authorize
from services.membership.events import ExcuseHandedIn
from services.membership.service import membership
from shared.kernel.people import Actor, Role
from tests.following import ERASE_TEXTS, FOLLOW_DELEGATION, FOLLOW_SETTINGS, FOLLOW_YEAR
from tests.membership.examples import (
    ACTIVE,
    CHEN_JING,
    CHENS_STUDIO,
    CLASS_MEETING,
    DOCUMENT,
    HU_JUN,
    HUS,
    LAST_DAY,
    LI_NA,
    PLAQUE_DAY,
    SESSION_DAY,
    WANG_LEI,
    held,
    listed,
    member,
    planned,
    roster,
    session,
    wangs_roster,
)
from tests.scenario import InMemoryHistory, stream

ROLES = (
    Role.TEACHER, Role.HOST, Role.TRAINEE, Role.DEPARTMENT, Role.PERSONNEL, Role.STUDENT_AFFAIRS, Role.EXPERT,
    Role.SCHOOL, Role.PAYER, Role.AUDITOR, Role.OPERATOR, Role.FOLLOWER, Role.SYSTEM,
)  # fmt: skip

OPEN = c.OpenRoster(studio_id=CHENS_STUDIO, host_id=CHEN_JING)
NOTE_PLAN = c.NotePlan(studio_id=CHENS_STUDIO, sessions_a_year=(12, 12, 12))
ACTIVATE = c.ActivateRoster(studio_id=CHENS_STUDIO, plaqued_on=PLAQUE_DAY, ends_on=LAST_DAY)
CHOOSE_TRAINEE = c.ChooseTrainee(studio_id=CHENS_STUDIO, person_id=LI_NA)
CHOOSE_HOST = c.ChooseHost(studio_id=CHENS_STUDIO)
DRAFT = c.DraftAgreement(membership_id=HUS, duties="带教", tasks="班会课", assessment_method="考勤")
SIGN = c.SignAgreement(membership_id=HUS, document=DOCUMENT)
FILE = c.FileAgreement(membership_id=HUS)
FILE_PLAN = c.FileDevelopmentPlan(membership_id=HUS, document=DOCUMENT)
WITHDRAW = c.Withdraw(membership_id=HUS)
PLAN = c.PlanSession(
    studio_id=CHENS_STUDIO, session_id=CLASS_MEETING, held_on=SESSION_DAY, place="A201", topic="班会", class_hours=4
)
HOLD = c.HoldSession(studio_id=CHENS_STUDIO, session_id=CLASS_MEETING)
MARK = c.MarkRoll(session_id=CLASS_MEETING, present=(HU_JUN,))
ID = UUID(int=0x99)
TRANSFER = c.AdmitTransfer(studio_id=CHENS_STUDIO, person_id=LI_NA, from_studio_id=ID)
CANCEL = c.CancelSession(studio_id=CHENS_STUDIO, session_id=CLASS_MEETING)
CORRECT = c.CorrectRoll(session_id=CLASS_MEETING, person_id=HU_JUN, mark="present", reason="签到表")
OBJECT = c.RaiseObjection(membership_id=HUS, reason="当日公派")
ANSWER = c.AnswerObjection(membership_id=HUS, upheld=True, reason="属实")
CONFIRM = c.ConfirmRemoval(membership_id=HUS)
ITEM = c.FileTrainingItem(
    membership_id=HUS, item_id=ID, kind="study", title="读书", document=DOCUMENT, happened_on=SESSION_DAY
)
FEEDBACK = c.GiveFeedback(membership_id=HUS, feedback_id=ID, text="有进步")
YEAR_PLAN = c.FileYearlyPlan(studio_id=CHENS_STUDIO, year=1, document=DOCUMENT, tasks=())
TICK = c.CompleteTask(studio_id=CHENS_STUDIO, year=1, task_id=ID)
SUMMARY = c.SummarizeYear(studio_id=CHENS_STUDIO, year=1, document=DOCUMENT, text="小结")
REGULATION = c.FileRegulation(studio_id=CHENS_STUDIO, title="考勤制度", document=DOCUMENT)
ROOM = c.AssignWorkplace(studio_id=CHENS_STUDIO, room="德育楼301")
OUTPUT = c.RecordOutput(
    studio_id=CHENS_STUDIO, output_id=ID, kind="article", title="班会", document=DOCUMENT, on=SESSION_DAY
)
EXCUSE = c.HandInExcuse(
    studio_id=CHENS_STUDIO, session_id=CLASS_MEETING, excuse_id=ID, kind="official_duty", reason="公派"
)
ANSWER_EXCUSE = c.AnswerExcuse(session_id=CLASS_MEETING, excuse_id=ID, granted=True, reason="属实")
VIOLATION = c.RecordConductViolation(
    violation_id=ID, studio_id=CHENS_STUDIO, person_id=HU_JUN, item=1, document=DOCUMENT, summary="有偿补课"
)
DECIDE = c.DecideConduct(violation_id=ID, confirmed=True, reason="属实")
CHANGE_HOST = c.ChangeHost(studio_id=CHENS_STUDIO, former_host_id=CHEN_JING, host_id=WANG_LEI, changed_on=SESSION_DAY)
APPRAISE = c.AppraiseYear(studio_id=CHENS_STUDIO, year=1, points=80, text="良好")
HANDED_IN = ExcuseHandedIn(
    excuse_id=ID, session_id=CLASS_MEETING, studio_id=CHENS_STUDIO, host_id=CHEN_JING, person_id=HU_JUN,
    kind="official_duty", document=None, reason="公派",
)  # fmt: skip
END_YEAR = c.EndProjectYear(studio_id=CHENS_STUDIO, year=1)
CLOSE_ROLL = c.CloseRoll(session_id=CLASS_MEETING)
EVALUATE = c.EvaluateTrainee(membership_id=HUS, points=88)
END_JOINING, END_CYCLE = c.EndJoining(studio_id=CHENS_STUDIO), c.EndCycle(studio_id=CHENS_STUDIO)
CLOSE_ROSTER = c.CloseRoster(studio_id=CHENS_STUDIO)
END_ROSTER = c.EndRoster(studio_id=CHENS_STUDIO, reason="completed")

# What is asked, who asks, the command, and y or n for each of ROLES, by letter: Teacher, Host, tRainee,
# Department, Personnel, Student affairs, Expert, sChool, $ payer, Auditor, Operator, Follower, * the system.
GRID = [                                                                    # T H R D P S E C $ A O F *
    ("follow the settings",                   CHEN_JING, FOLLOW_SETTINGS,    "n n n n n n n n n n n n y"),
    ("follow a year",                         CHEN_JING, FOLLOW_YEAR,        "n n n n n n n n n n n n y"),
    ("follow a delegation",                   CHEN_JING, FOLLOW_DELEGATION,  "n n n n n n n n n n n n y"),
    ("erase texts",                           CHEN_JING, ERASE_TEXTS,        "n n n n n n n n n n n n y"),
    ("open a roster",                         CHEN_JING, OPEN,               "n n n n n n n n n n n n y"),
    ("note a plan",                           CHEN_JING, NOTE_PLAN,          "n n n n n n n n n n n n y"),
    ("activate a roster",                     CHEN_JING, ACTIVATE,           "n n n n n n n n n n n n y"),
    ("choose a trainee, own studio",          CHEN_JING, CHOOSE_TRAINEE,     "n y n n n n n n n n n n n"),
    ("choose a trainee, another's studio",    WANG_LEI,  CHOOSE_TRAINEE,     "n n n n n n n n n n n n n"),
    ("choose a host for oneself",             LI_NA,     CHOOSE_HOST,        "y n y n n n n n n n n n n"),
    ("draft one's own trainee's agreement",   CHEN_JING, DRAFT,              "n y n n n n n n n n n n n"),
    ("draft another's trainee's agreement",   WANG_LEI,  DRAFT,              "n n n n n n n n n n n n n"),
    ("draft one's own agreement as trainee",  HU_JUN,    DRAFT,              "n n n n n n n n n n n n n"),
    ("sign with one's own trainee",           CHEN_JING, SIGN,               "n y n n n n n n n n n n n"),
    ("sign with another's trainee",           WANG_LEI,  SIGN,               "n n n n n n n n n n n n n"),
    ("sign for oneself",                      HU_JUN,    SIGN,               "y n y n n n n n n n n n n"),
    ("sign for another trainee",              LI_NA,     SIGN,               "n n n n n n n n n n n n n"),
    ("take an agreement on file",             CHEN_JING, FILE,               "n n n n y y n n n n n n n"),
    ("file one's own development plan",       HU_JUN,    FILE_PLAN,          "n n y n n n n n n n n n n"),
    ("file another's development plan",       LI_NA,     FILE_PLAN,          "n n n n n n n n n n n n n"),
    ("file a trainee's plan as their host",   CHEN_JING, FILE_PLAN,          "n n n n n n n n n n n n n"),
    ("withdraw oneself",                      HU_JUN,    WITHDRAW,           "y n y n n n n n n n n n n"),
    ("withdraw another",                      LI_NA,     WITHDRAW,           "n n n n n n n n n n n n n"),
    ("withdraw one's own trainee",            CHEN_JING, WITHDRAW,           "n n n n n n n n n n n n n"),
    ("plan a session, own studio",            CHEN_JING, PLAN,               "n y n n n n n n n n n n n"),
    ("plan a session, another's studio",      WANG_LEI,  PLAN,               "n n n n n n n n n n n n n"),
    ("record a session, own studio",          CHEN_JING, HOLD,               "n y n n n n n n n n n n n"),
    ("record a session, another's studio",    WANG_LEI,  HOLD,               "n n n n n n n n n n n n n"),
    ("mark the roll, own session",            CHEN_JING, MARK,               "n y n n n n n n n n n n n"),
    ("mark the roll, another's session",      WANG_LEI,  MARK,               "n n n n n n n n n n n n n"),
    ("mark oneself on the roll",              HU_JUN,    MARK,               "n n n n n n n n n n n n n"),
    ("close the roll, own session",           CHEN_JING, CLOSE_ROLL,         "n y n n n n n n n n n n y"),
    ("close the roll, another's session",     WANG_LEI,  CLOSE_ROLL,         "n n n n n n n n n n n n y"),
    ("evaluate one's own trainee",            CHEN_JING, EVALUATE,           "n y n n n n n n n n n n n"),
    ("evaluate another's trainee",            WANG_LEI,  EVALUATE,           "n n n n n n n n n n n n n"),
    ("evaluate oneself",                      HU_JUN,    EVALUATE,           "n n n n n n n n n n n n n"),
    ("admit a transfer",                      CHEN_JING, TRANSFER,           "n n n n y y n n n n n n n"),
    ("cancel a session, own studio",          CHEN_JING, CANCEL,             "n y n n n n n n n n n n n"),
    ("cancel a session, another's studio",    WANG_LEI,  CANCEL,             "n n n n n n n n n n n n n"),
    ("correct a roll, own session",           CHEN_JING, CORRECT,            "n y n n y y n n n n n n n"),
    ("correct a roll, another's session",     WANG_LEI,  CORRECT,            "n n n n y y n n n n n n n"),
    ("correct one's own mark",                HU_JUN,    CORRECT,            "n n n n y y n n n n n n n"),
    ("object for oneself",                    HU_JUN,    OBJECT,             "n n y n n n n n n n n n n"),
    ("object for another",                    LI_NA,     OBJECT,             "n n n n n n n n n n n n n"),
    ("answer an objection",                   CHEN_JING, ANSWER,             "n n n n y y n n n n n n n"),
    ("let a removal take effect",             CHEN_JING, CONFIRM,            "n n n n n n n n n n n n y"),
    ("add to one's own training file",        HU_JUN,    ITEM,               "n n y n n n n n n n n n n"),
    ("add to one's own trainee's file",       CHEN_JING, ITEM,               "n y n n n n n n n n n n n"),
    ("add to another's training file",        LI_NA,     ITEM,               "n n n n n n n n n n n n n"),
    ("give one's own trainee feedback",       CHEN_JING, FEEDBACK,           "n y n n n n n n n n n n n"),
    ("give another's trainee feedback",       WANG_LEI,  FEEDBACK,           "n n n n n n n n n n n n n"),
    ("give oneself feedback",                 HU_JUN,    FEEDBACK,           "n n n n n n n n n n n n n"),
    ("file a yearly plan, own studio",        CHEN_JING, YEAR_PLAN,          "n y n n n n n n n n n n n"),
    ("file a yearly plan, another's studio",  WANG_LEI,  YEAR_PLAN,          "n n n n n n n n n n n n n"),
    ("tick a task off, own studio",           CHEN_JING, TICK,               "n y n n n n n n n n n n n"),
    ("tick a task off, another's studio",     WANG_LEI,  TICK,               "n n n n n n n n n n n n n"),
    ("summarize a year, own studio",          CHEN_JING, SUMMARY,            "n y n n n n n n n n n n n"),
    ("summarize a year, another's studio",    WANG_LEI,  SUMMARY,            "n n n n n n n n n n n n n"),
    ("file a regulation, own studio",         CHEN_JING, REGULATION,         "n y n n n n n n n n n n n"),
    ("file a regulation, another's studio",   WANG_LEI,  REGULATION,         "n n n n n n n n n n n n n"),
    ("assign a workplace",                    CHEN_JING, ROOM,               "n n n n y y n n n n n n n"),
    ("record an output, own studio",          CHEN_JING, OUTPUT,             "n y n n n n n n n n n n n"),
    ("record an output, another's studio",    WANG_LEI,  OUTPUT,             "n n n n n n n n n n n n n"),
    ("hand in an excuse for oneself",         HU_JUN,    EXCUSE,             "n n y n n n n n n n n n n"),
    ("answer an excuse, own studio",          CHEN_JING, ANSWER_EXCUSE,      "n y n n n n n n n n n n n"),
    ("answer an excuse, another's studio",    WANG_LEI,  ANSWER_EXCUSE,      "n n n n n n n n n n n n n"),
    ("record a violation",                    CHEN_JING, VIOLATION,          "n n n n y y n n n n n n n"),
    ("decide a violation",                    CHEN_JING, DECIDE,             "n n n n n n n y n n n n n"),
    ("change the host",                       CHEN_JING, CHANGE_HOST,        "n n n n n n n n n n n n y"),
    ("appraise a year",                       CHEN_JING, APPRAISE,           "n n n n y y n n n n n n n"),
    ("end a project year",                    CHEN_JING, END_YEAR,           "n n n n n n n n n n n n y"),
    ("end joining",                           CHEN_JING, END_JOINING,        "n n n n n n n n n n n n y"),
    ("end the cycle",                         CHEN_JING, END_CYCLE,          "n n n n n n n n n n n n y"),
    ("close the roster",                      CHEN_JING, CLOSE_ROSTER,       "n n n n n n n n n n n n y"),
    ("end the roster",                        CHEN_JING, END_ROSTER,         "n n n n n n n n n n n n y"),
]  # fmt: skip
CELLS = [
    pytest.param(Actor(person, role), asked, {"y": True, "n": False}[answer], id=f"{what} - {role}")
    for what, person, asked, answers in GRID
    for role, answer in zip(ROLES, answers.split(), strict=True)
]


@pytest.mark.parametrize(("actor", "asked", "may"), CELLS)
def test_each_role_may_ask_what_the_grid_says_and_nothing_else(actor: Actor, asked: Any, may: bool) -> None:  # noqa: FBT001
    running = roster(listed(HU_JUN), ACTIVE, planned())
    excuses = stream(Excuses, Excuses.id_for(CLASS_MEETING), HANDED_IN)
    history = InMemoryHistory([running, wangs_roster(), member(HU_JUN), session(held(HU_JUN)), excuses])

    assert authorize(actor, asked, history) is may


def test_the_grid_has_every_role() -> None:
    assert set(ROLES) == set(Role)


def test_the_grid_has_every_command() -> None:
    assert {type(asked) for _, _, asked, _ in GRID} == set(membership.handlers)


@pytest.mark.parametrize("role", Role)
def test_what_is_no_command_of_membership_nobody_may_ask(role: Role) -> None:
    assert not authorize(Actor(CHEN_JING, role), object(), InMemoryHistory([]))
