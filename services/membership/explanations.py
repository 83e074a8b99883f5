"""Why a trainee is to be removed, or kept (MEM-06): judged again as it was, or under other settings."""

from collections.abc import Collection, Iterable
from uuid import UUID

from services.membership.aggregates.attendance import WHOLE, Basis, Judgement, Window
from services.membership.aggregates.membership import Membership
from services.membership.aggregates.roster import Roster
from services.membership.aggregates.session import Session
from services.membership.commands.judging import window_of
from services.membership.events import (
    AttendanceCounted,
    CycleEnded,
    ObjectionAnswered,
    PlanNoted,
    ProjectYearEnded,
    RemovalLifted,
    RemovalPending,
    RollCorrected,
    SessionHeld,
    SessionMissed,
    SessionPlanned,
    SessionSettled,
)
from shared.kernel.context import Context
from shared.kernel.explaining import Decision, Explanation, Input, Past, Source, Step, Told, step, told
from shared.kernel.model import Happened
from shared.kernel.policy import PolicySettings
from shared.kernel.published import MemberReinstated, MemberRemoved, SessionAttended

SETTINGS = (
    "absence_limit", "absence_inclusive", "absence_window", "absence_trigger", "absence_counted_kinds",
    "absence_excluded_kinds", "late_per_absence", "sick_leave_needs_proof", "absence_min_sessions",
)  # fmt: skip
RULES = ("MEM-06", "AMB-01", "AMB-02", "AMB-03", "AMB-04", "AMB-05")
TAKEN_OF: dict[Basis | None, tuple[str, str]] = {
    "held": ("已举行的活动", "the sessions held"),
    "scheduled": ("已举行和已安排的活动", "the sessions held and scheduled"),
    "plan": ("备案计划的次数", "the filed plan"),
    "last_sessions": ("最近的应到活动", "the last obliged sessions"),
    "removal": ("列为待移除时的基数", "what it was when the removal became due"),
    None: ("尚不能判断", "nothing to judge by yet"),
}


def explain_removal(happened: Happened, past: Past, context: Context) -> Iterable[Explanation]:
    """After each count, when an objection lifts a removal, and at a window's end for whose count stayed as it was."""
    event = happened.event
    if isinstance(event, AttendanceCounted | RemovalLifted):
        roster, persons = past.load(Roster, Roster.id_for(event.studio_id)), [event.person_id]
        number = event.year
        if context.settings.absence_window == "project_year" and number == WHOLE:
            return
    else:
        roster = past.load(Roster, happened.stream)
        persons, number = list(roster.memberships), _year_of(event, roster, past)
    if not 1 <= number <= len(roster.years) and number != WHOLE:
        return
    window = window_of(
        roster, number if context.settings.absence_window == "project_year" else WHOLE, past, context
    )  # fmt: skip
    if not isinstance(event, AttendanceCounted | RemovalLifted) and not window.is_settled:
        return
    for person in persons:
        member = past.load(Membership, roster.memberships[person])
        if member.is_judged and _is_open(member, number):
            yield _removal(member, window, roster, past, context.settings)


def _is_open(member: Membership, number: int) -> bool:
    """While a removal is pending or in effect, whether that one stands is all that is asked."""
    return member.state == "joined" if member.removal is None else member.removal.year == number


def _year_of(event: SessionSettled | ProjectYearEnded | CycleEnded, roster: Roster, past: Past) -> int:
    match event:
        case SessionSettled(session_id=session_id):
            return roster.year_on(past.load(Session, session_id).held_on)
        case ProjectYearEnded(year=year):
            return year
    return len(roster.years)


def _removal(member: Membership, window: Window, roster: Roster, past: Past, settings: PolicySettings) -> Explanation:
    judged = (
        window.judge(member.person_id, roster, settings)
        if member.removal is None
        else window.judge_again(member.removal, settings)
    )
    is_due = judged.reaches and member.is_due_to_go(judged.counted.absences)
    said = _sentences(judged, is_due=is_due)
    return Explanation(
        kind="removal",
        subject={
            "membership_id": member.id,
            "studio_id": member.studio_id,
            "person_id": member.person_id,
            "year": window.number,
        },
        outcome="removal_due" if is_due else "kept",
        rules=RULES,
        inputs=(*_counts(judged, member, window, roster, past), *_limits(judged, member, past)),
        steps=tuple(_steps(judged)),
        settings=(*SETTINGS, *(["absence_rolling_sessions"] if settings.absence_window == "rolling" else [])),
        zh=said["zh"],
        en=said["en"],
    )


def _counts(
    judged: Judgement, member: Membership, window: Window, roster: Roster, past: Past
) -> Iterable[Input]:  # fmt: skip
    counted, person = judged.counted, member.person_id
    held = [session for session in window.held if person in session.obliged]
    if judged.basis in ("last_sessions", "removal"):
        held = [session for session in held if session.id in judged.session_ids]
    excluded = [s.id for s in held if s.mark_under(person, judged.settings) in judged.settings.absence_excluded_kinds]

    def marked(ids: Collection[UUID]) -> tuple[Source, ...]:
        kinds = (SessionMissed, SessionAttended, RollCorrected)
        return tuple(
            source for id in ids for source in past.sources(id, *kinds, only=lambda told: told.person_id == person)
        )

    yield Input(
        name="absent", value=counted.absent, zh="缺勤次数", en="absences", unit="sessions",
        sources=marked(counted.absences),
    )  # fmt: skip
    yield Input(
        name="excluded", value=counted.excluded, zh="不计次数", en="in neither count", unit="sessions",
        sources=marked(excluded),
    )  # fmt: skip
    yield Input(
        name="obliged", value=counted.obliged, zh="应到次数", en="sessions obliged", unit="sessions",
        sources=tuple(source for session in held for source in past.sources(session.id, SessionHeld)),
    )  # fmt: skip
    facts = {"plan": (PlanNoted,), "scheduled": (SessionPlanned,)}.get(judged.basis or "", ())
    pending = past.sources(member.id, RemovalPending)[-1:] if judged.basis == "removal" else ()
    yield Input(
        name="denominator", value=judged.denominator, zh=f"基数：{TAKEN_OF[judged.basis][0]}",
        en=f"taken of {TAKEN_OF[judged.basis][1]}", unit="sessions",
        sources=past.sources(
            roster.id, *facts, only=lambda told: isinstance(told, PlanNoted) or told.session_id in judged.session_ids
        ) if facts else pending,
    )  # fmt: skip


def _limits(judged: Judgement, member: Membership, past: Past) -> Iterable[Input]:
    part, whole = judged.settings.absence_limit
    yield Input(name="limit", value=f"{part}/{whole}", zh="缺勤上限", en="limit of absence")
    yield Input(
        name="min_sessions", value=judged.settings.absence_min_sessions, zh="可判断的最少次数", en="least to judge by",
        unit="sessions",
    )  # fmt: skip
    yield Input(name="may_decide", value=judged.may_decide, zh="现在可以判断", en="may be decided by now")
    forgiven = member.forgiven.intersection(judged.counted.absences)
    yield Input(
        name="forgiven", value=len(forgiven), zh="异议成立而免究的缺勤", en="absences an upheld objection forgave",
        unit="sessions", sources=past.sources(member.id, ObjectionAnswered, only=lambda told: told.upheld),
    )  # fmt: skip


def _steps(judged: Judgement) -> Iterable[Step]:
    if judged.denominator is None:
        return
    part, whole = judged.settings.absence_limit
    absent, denominator = judged.counted.absent, judged.denominator
    if judged.settings.absence_inclusive:
        yield step("MEM-06", f"absent × {whole} ≥ denominator × {part}", absent * whole, "≥", denominator * part)
    else:
        yield step("MEM-06", f"absent × {whole} > denominator × {part}", absent * whole, ">", denominator * part)
    yield step("AMB-03", "denominator ≥ min_sessions", denominator, "≥", judged.settings.absence_min_sessions)


def _sentences(judged: Judgement, *, is_due: bool) -> Told:
    part, whole = judged.settings.absence_limit
    counted, (of_zh, of_en) = judged.counted, TAKEN_OF[judged.basis]
    if judged.denominator is None:
        return told(
            zh="应到{obliged}次，缺勤{absent}次；尚无可判断的基数，保留成员资格。",
            en="{absent} of {obliged} sessions missed; there is nothing to judge by yet: the trainee stays.",
            absent=counted.absent, obliged=counted.obliged,
        )  # fmt: skip
    if is_due:
        so_zh, so_en = "达到上限，列为待移除", "the limit is reached: the removal is due"
    elif not judged.is_at_limit:
        so_zh, so_en = "未达到上限，保留成员资格", "the limit is not reached: the trainee stays"
    elif not judged.may_decide:
        so_zh, so_en = "达到上限，但期满方可判断", "the limit is reached, but only the window's end decides"
    else:
        so_zh, so_en = (
            "这些缺勤已因异议成立而免究，保留成员资格",
            "an upheld objection forgave these: the trainee stays",
        )
    return told(
        zh="缺勤{absent}次，基数{denominator}次（{of_zh}），上限为{whole}分之{part}：{so_zh}。",
        en="{absent} absences of {denominator} ({of_en}), the limit is {part}/{whole}: {so_en}.",
        absent=counted.absent, denominator=judged.denominator, part=part, whole=whole, of_zh=of_zh, of_en=of_en,
        so_zh=so_zh, so_en=so_en,
    )  # fmt: skip


REMOVAL = Decision(
    kind="removal",
    facts=(AttendanceCounted, RemovalLifted, SessionSettled, ProjectYearEnded, CycleEnded),
    explain=explain_removal,
    records=(RemovalPending, RemovalLifted, MemberRemoved, MemberReinstated),
)

DECISIONS = (REMOVAL,)
