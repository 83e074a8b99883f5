"""Annex 1: which conditions a candidate meets, and which preferences speak for them."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from typing import Any, Literal, get_args

from services.applications.aggregates.round import Round
from services.applications.events import Condition, Form, HonorLevel, Preference, PreferenceFlag
from shared.kernel.calendar import years_before
from shared.kernel.model import Refused
from shared.kernel.values import Label

LADDER = get_args(HonorLevel)
NEAREST = ("at-level", "in-window", "county-level", "outside-window", "minor-part", "below-level")
"""What may be said of an item, from what meets the flag to what is farthest from it."""

STATES: dict[str, Literal["met", "check"]] = {
    "at-level": "met", "in-window": "met", "recommended": "met", "county-level": "check",
}  # fmt: skip


def filled(form: Form) -> dict[str, Any]:
    """The form's own fields of whatever carries it."""
    return {field.name: getattr(form, field.name) for field in fields(Form)}


def checked(form: Form, opened: Round, *, on_duty: bool, is_recommended: bool) -> dict[str, Any]:
    """The fields of a submission: the form, annex 1's conditions, all met, and the preferences."""
    return filled(form) | {
        "eligibility": tuple(_eligibility(form, opened, on_duty=on_duty)),
        "preferences": tuple(_preferences(form, opened, is_recommended=is_recommended)),
    }


def _eligibility(form: Form, opened: Round, *, on_duty: bool) -> Iterator[Condition]:
    """The conditions that a machine can check; the first that fails is refused."""
    if not (form.on_duty and on_duty):
        raise Refused("not-on-duty", rule="APP-07", zh="须为在岗班主任", en="a serving homeroom teacher is needed")
    yield Condition(rule="APP-07", required="on_duty", given="on_duty", met=True)
    needed = opened.tenure_semesters
    if form.semesters < needed:
        raise Refused(
            "tenure-too-short", rule="APP-08", semesters=int(form.semesters), needed=needed,
            zh="班主任工作{semesters}个学期，须满{needed}个学期（含{needed}个）",
            en="{semesters} semesters as homeroom teacher, {needed} are needed ({needed} included)",
        )  # fmt: skip
    yield Condition(rule="APP-08", required=str(needed), given=str(form.semesters), met=True)
    if form.title == "junior":
        raise Refused(
            "title-too-low", rule="APP-09", title=form.title,
            zh="须具有中级及以上教师职称", en="an intermediate or higher teacher title is needed",
        )  # fmt: skip
    yield Condition(rule="APP-09", required="intermediate", given=form.title, met=True)
    held = form.class_honor or "none"
    if opened.require_class_honor and not _reaches(form.class_honor, opened.honor_min_level):
        raise Refused(
            "class-honor-missing", rule="APP-10", held=held, needed=opened.honor_min_level,
            zh="所带班级须获得{needed}及以上荣誉，所报为{held}",
            en="a class honour of level {needed} or above is needed, {held} was given",
        )  # fmt: skip
    required = opened.honor_min_level if opened.require_class_honor else "waived"
    yield Condition(rule="APP-10", required=required, given=held, met=True)


def _preferences(form: Form, opened: Round, *, is_recommended: bool) -> Iterator[Preference]:
    """P1 to P4 (APP-12 to APP-15); the window ends on the round's deadline, both days included (AMB-06)."""
    since, until = years_before(opened.deadline, opened.recency_years), opened.deadline

    def in_window(day: date) -> str:
        return "in-window" if since <= day <= until else "outside-window"

    contests = (
        (in_window(one.won_on) if _reaches(one.level, opened.contest_min_level) else "below-level", one.title)
        for one in form.contests
    )
    honors = (
        ("at-level" if _reaches(one.level, opened.honor_min_level) else "below-level", one.title) for one in form.honors
    )

    def research() -> Iterator[tuple[str, Label]]:
        for one in form.research:
            because = in_window(one.on)
            if not _reaches(one.level, opened.research_min_level):
                # 市级 may mean Jiangyin, a county-level city: people look at it (AMB-08).
                because = "county-level" if one.level == "county" and because == "in-window" else "below-level"
            minor = one.form == "project" and one.part == "other"
            yield "minor-part" if minor and because in {"in-window", "county-level"} else because, one.title

    yield _flag("P1", contests, since, until)
    yield _flag("P2", honors)
    yield _flag("P3", research(), since, until)
    because = "recommended" if is_recommended else "not-recommended"
    yield Preference(flag="P4", state=STATES.get(because, "unmet"), because=because)


def _flag(
    flag: PreferenceFlag, judged: Iterable[tuple[str, Label]], since: date | None = None, until: date | None = None
) -> Preference:
    """What is said of the item nearest to meeting the flag."""
    nearest = min(judged, key=lambda one: NEAREST.index(one[0]), default=None)
    because, title = nearest or ("none-given", None)
    return Preference(
        flag=flag, state=STATES.get(because, "unmet"), because=because, title=title, since=since, until=until
    )


def _reaches(level: HonorLevel | None, least: HonorLevel) -> bool:
    """以上 includes the level itself (AMB-08)."""
    return level is not None and LADDER.index(level) >= LADDER.index(least)
