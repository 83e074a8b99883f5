"""Annex 1: which conditions a candidate meets, and which preferences speak for them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Literal, get_args

from services.applications.aggregates.standing import Standing
from services.applications.events import Condition, Form, HonorLevel, Preference, PreferenceFlag, TeacherTitle
from shared.kernel.calendar import years_before
from shared.kernel.explaining import Step, step
from shared.kernel.model import Refused
from shared.kernel.policy import PolicySettings
from shared.kernel.values import Label

LADDER = get_args(HonorLevel)
TITLES = get_args(TeacherTitle)
NEAREST = ("at-level", "in-window", "county-level", "outside-window", "minor-part", "below-level")
"""What may be said of an item, from what meets the flag to what is farthest from it."""

STATES: dict[str, Literal["met", "check"]] = {
    "at-level": "met", "in-window": "met", "recommended": "met", "county-level": "check",
}  # fmt: skip

CONSULTED = (
    "tenure_semesters", "tenure_unit", "require_class_honor", "honor_min_level", "contest_min_level",
    "research_min_level", "recency_years", "recency_mode", "ban_years",
)  # fmt: skip
"""The settings that this judgement rests on."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One condition as it was judged: the comparison, and the refusal it comes to when it does not hold."""

    rule: str
    name: str
    zh: str
    en: str
    required: str
    given: str
    step: Step
    refusal: Mapping[str, Any]
    numbers: Mapping[str, Any] = field(default_factory=dict)
    unit: Literal["years"] | None = None

    @property
    def met(self) -> bool:
        return self.step.holds

    def refuse(self) -> None:
        raise Refused(rule=self.rule, **self.refusal, **self.numbers)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """All conditions, met or not, and the preferences."""

    annex: tuple[Finding, ...]
    bars: tuple[Finding, ...]
    preferences: tuple[Preference, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.annex + self.bars

    @property
    def first_unmet(self) -> Finding | None:
        return next((one for one in self.findings if not one.met), None)

    def submission(self, form: Form) -> dict[str, Any]:
        """The fields of a submission that meets every condition; the first that fails is refused."""
        if unmet := self.first_unmet:
            unmet.refuse()
        conditions = (
            Condition(rule=one.rule, required=one.required, given=one.given, met=True, unit=one.unit)  # type: ignore[arg-type]
            for one in self.annex
        )
        return filled(form) | {"eligibility": tuple(conditions), "preferences": self.preferences}


def filled(form: Form) -> dict[str, Any]:
    """The form's own fields of whatever carries it."""
    return {field.name: getattr(form, field.name) for field in fields(Form)}


def judge(
    form: Form, settings: PolicySettings, *, anchor: date, day: date, standing: Standing, is_recommended: bool
) -> Judgement:
    """What annex 1 says of a form handed in on a day; recent years end on `anchor`, both days included (AMB-06)."""
    return Judgement(
        annex=tuple(_annex(form, settings, on_duty=standing.on_duty)),
        bars=tuple(_bars(standing, settings, day)),
        preferences=tuple(preferences(form, settings, anchor, is_recommended=is_recommended)),
    )


def _annex(form: Form, settings: PolicySettings, *, on_duty: bool) -> Iterator[Finding]:
    """The conditions that a machine can check, in their order."""
    serves = form.on_duty and on_duty
    yield Finding(
        rule="APP-07", name="on_duty", zh="在岗班主任", en="on duty as homeroom teacher",
        required="on_duty", given="on_duty" if serves else "off_duty",
        step=step("APP-07", "on_duty ≥ 1", int(serves), "≥", 1),
        refusal={"code": "not-on-duty", "zh": "须为在岗班主任", "en": "a serving homeroom teacher is needed"},
    )  # fmt: skip
    yield _tenure(form, settings)
    yield Finding(
        rule="APP-09", name="title", zh="教师职称", en="teacher title", required="intermediate", given=form.title,
        step=step(
            "APP-09", "level of title ≥ level of intermediate",
            TITLES.index(form.title), "≥", TITLES.index("intermediate"),
        ),
        refusal={
            "code": "title-too-low", "zh": "须具有中级及以上教师职称",
            "en": "an intermediate or higher teacher title is needed",
        },
        numbers={"title": form.title},
    )  # fmt: skip
    held, needed = form.class_honor or "none", settings.honor_min_level
    asked = settings.require_class_honor
    yield Finding(
        rule="APP-10", name="class_honor", zh="班集体荣誉的级别", en="level of the class honour",
        required=needed if asked else "waived", given=held,
        step=step(
            "APP-10", "level of class_honor ≥ honor_min_level" if asked else "level of class_honor ≥ 0 (waived)",
            _height(form.class_honor), "≥", _height(needed) if asked else 0,
        ),
        refusal={
            "code": "class-honor-missing", "zh": "所带班级须获得{needed}及以上荣誉，所报为{held}",
            "en": "a class honour of level {needed} or above is needed, {held} was given",
        },
        numbers={"held": held, "needed": needed},
    )  # fmt: skip


def _tenure(form: Form, settings: PolicySettings) -> Finding:
    """Service in semesters, or in whole years of two semesters: half a year does not count then (AMB-09)."""
    label: dict[str, Any] = {
        "rule": "APP-08",
        "name": "semesters",
        "zh": "担任班主任的学期数",
        "en": "semesters as homeroom teacher",
    }
    if settings.tenure_unit == "calendar_year":
        years, needed = form.semesters // 2, -(-settings.tenure_semesters // 2)
        return Finding(
            **label, required=str(needed), given=str(years), unit="years",
            step=step("APP-08", "whole years of semesters ≥ years of tenure_semesters", years, "≥", needed),
            refusal={
                "code": "tenure-too-short", "zh": "班主任工作满{years}年，须满{needed}年（含{needed}年）",
                "en": "{years} whole years as homeroom teacher, {needed} are needed ({needed} included)",
            },
            numbers={"semesters": int(form.semesters), "years": years, "needed": needed},
        )  # fmt: skip
    needed = settings.tenure_semesters
    return Finding(
        **label, required=str(needed), given=str(form.semesters),
        step=step("APP-08", "semesters ≥ tenure_semesters", form.semesters, "≥", needed),
        refusal={
            "code": "tenure-too-short", "zh": "班主任工作{semesters}个学期，须满{needed}个学期（含{needed}个）",
            "en": "{semesters} semesters as homeroom teacher, {needed} are needed ({needed} included)",
        },
        numbers={"semesters": int(form.semesters), "needed": needed},
    )  # fmt: skip


def _bars(standing: Standing, settings: PolicySettings, day: date) -> Iterator[Finding]:
    """What keeps a person out besides annex 1: a studio that failed (SIL-10), a violation on record (SIL-07)."""
    if standing.failed_on and settings.ban_years:
        until = standing.banned_until(settings.ban_years)
        yield Finding(
            rule="SIL-10", name="failed_on", zh="所主持工作室未通过考核之日", en="day the studio that they led failed",
            required=until.isoformat(), given=standing.failed_on.isoformat(),
            step=step(
                "SIL-10", "days since failed_on > days of ban_years",
                (day - standing.failed_on).days, ">", (until - standing.failed_on).days,
            ),
            refusal={
                "code": "banned", "zh": "所主持的工作室{failed_on}未通过考核，{until}以前（含当日）不得申报",
                "en": "the studio that you led failed on {failed_on}: no application through {until}",
            },
            numbers={"failed_on": standing.failed_on.isoformat(), "until": until.isoformat()},
        )  # fmt: skip
    if standing.violations:
        yield Finding(
            rule="SIL-07", name="violations", zh="在案的师德问题数", en="violations of conduct on record",
            required="0", given=str(standing.violations),
            step=step("SIL-07", "violations = 0", standing.violations, "=", 0),
            refusal={
                "code": "conduct", "zh": "有{violations}项师德问题在案，不得申报",
                "en": "{violations} violations of conduct are on record: no application",
            },
            numbers={"violations": standing.violations},
        )  # fmt: skip


def window(settings: PolicySettings, anchor: date) -> tuple[date, date]:
    """First and last of the recent years: from the corresponding day, or from January 1 (AMB-06)."""
    if settings.recency_mode == "calendar_year":
        return date(anchor.year - settings.recency_years, 1, 1), anchor
    return years_before(anchor, settings.recency_years), anchor


def preferences(form: Form, settings: PolicySettings, anchor: date, *, is_recommended: bool) -> Iterator[Preference]:
    """P1 to P4 (APP-12 to APP-15)."""
    since, until = window(settings, anchor)

    def in_window(day: date) -> str:
        return "in-window" if since <= day <= until else "outside-window"

    contests = (
        (in_window(one.won_on) if _reaches(one.level, settings.contest_min_level) else "below-level", one.title)
        for one in form.contests
    )
    honors = (
        ("at-level" if _reaches(one.level, settings.honor_min_level) else "below-level", one.title)
        for one in form.honors
    )

    def research() -> Iterator[tuple[str, Label]]:
        for one in form.research:
            because = in_window(one.on)
            if not _reaches(one.level, settings.research_min_level):
                # 市级 may mean Jiangyin, a county-level city: people look at it (AMB-08).
                because = "county-level" if one.level == "county" and because == "in-window" else "below-level"
            minor = one.form == "project" and one.part == "other"
            yield "minor-part" if minor and because in {"in-window", "county-level"} else because, one.title

    yield _flag("P1", contests, since, until)
    yield _flag("P2", honors)
    yield _flag("P3", research(), since, until)
    because = "recommended" if is_recommended else "not-recommended"
    yield Preference(flag="P4", state=STATES.get(because, "unmet"), because=because)


def met(found: Iterable[Preference]) -> tuple[PreferenceFlag, ...]:
    """The flags that count in the ranking."""
    return tuple(one.flag for one in found if one.state == "met")


def _flag(
    flag: PreferenceFlag, judged: Iterable[tuple[str, Label]], since: date | None = None, until: date | None = None
) -> Preference:
    """What is said of the item nearest to meeting the flag."""
    nearest = min(judged, key=lambda one: NEAREST.index(one[0]), default=None)
    because, title = nearest or ("none-given", None)
    return Preference(
        flag=flag, state=STATES.get(because, "unmet"), because=because, title=title, since=since, until=until
    )


def _reaches(level: str | None, least: str) -> bool:
    """以上 includes the level itself (AMB-08)."""
    return _height(level) >= _height(least)


def _height(level: str | None) -> int:
    """A level's place on the ladder, 1 for the lowest; 0 for none."""
    return LADDER.index(level) + 1 if level else 0
