"""The school's policy settings: one owner (applications), versions with a date, defaults as version 0."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, ClassVar, Self
from uuid import UUID

from shared.kernel.model import Aggregate, NotYet, Refused
from shared.kernel.money import Fen
from shared.kernel.values import derived_id


@dataclass(frozen=True, kw_only=True)
class PolicySettings:
    """Each open question of the policy with its default (`domain.md` A.7 and A.8).

    Units are in the names: days, workdays, months, years, points (of 100), fen, percent.
    """

    backdate_max_days: int = 30  # A.9-11
    review_chain: tuple[str, ...] = ("department", "student_affairs", "personnel", "panel", "school")  # AMB-11
    publication_notice_workdays: int = 5  # A.9-26
    tenure_semesters: int = 12  # APP-08, AMB-09: six years in semesters
    honor_min_level: str = "county"  # AMB-08: Jiangyin is a county-level city
    contest_min_level: str = "prefecture"  # APP-12, P1: 省、市
    research_min_level: str = "prefecture"  # APP-14, P3
    recency_years: int = 5  # AMB-06
    selection_min_score_points: int = 60  # A.9-7
    panel_min_experts: int = 5
    panel_quorum: tuple[int, int] = (2, 3)  # A.9-25, of the experts appointed
    cycle_months: int = 36  # AMB-12
    midterm_due_months: int = 18  # AMB-13
    midterm_window_months: tuple[int, int] = (15, 21)
    pass_score_points: int = 60  # AMB-14
    result_notice_workdays: int = 5  # A.9-26
    roll_closes_after_days: int = 3  # A.9-12
    absence_limit: tuple[int, int] = (1, 3)  # AMB-01: the limit itself is included
    absence_counted_kinds: tuple[str, ...] = ("unexcused", "personal_leave")  # AMB-04: weight 1
    absence_excluded_kinds: tuple[str, ...] = ("statutory_leave", "official_duty")  # AMB-04: in neither count
    absence_min_sessions: int = 4  # AMB-03
    absence_warn: tuple[int, ...] = (6, 4)  # AMB-03: at one sixth, at one quarter
    removal_objection_workdays: int = 5  # AMB-05
    transfer_days: int = 60  # A.9-10
    release_fen: Fen = Fen(300_000)  # FIN-01: 3,000 yuan a studio a year  # noqa: RUF009 - immutable
    release_count: int = 3
    wind_down_days: int = 30  # AMB-17
    trainee_pass_points: int = 60  # AMB-23
    trainee_excellent_points: int = 85
    excellent_quota_percent: int = 30
    credit_hours: int = 8  # AMB-24
    level_one_weights: tuple[int, ...] = (15, 15, 35, 30, 5)  # A.7, last paragraph

    @classmethod
    def read(cls, values: dict[str, Any]) -> Self:
        """Settings from stored values; what a stored version does not name has its default."""
        known = {field.name for field in fields(cls)}
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in values.items() if name in known
        }
        return cls(**given)


LEVELS = ("school", "county", "prefecture", "province", "nation")
LEAVES = ("unexcused", "personal_leave", "sick_leave", "statutory_leave", "official_duty", "late", "left_early")


def _points(value: int) -> bool:
    return value <= 100  # noqa: PLR2004


def _days(value: int) -> bool:
    return value <= 366  # noqa: PLR2004


def _chain(levels: list[str]) -> bool:
    """From the department over the office, or both offices in either order, to the panel and the school (AMB-11)."""
    filing = [["office"], ["student_affairs", "personnel"], ["personnel", "student_affairs"]]
    return levels[:1] == ["department"] and levels[-2:] == ["panel", "school"] and levels[1:-2] in filing


def _share(share: list[int]) -> bool:
    return len(share) == 2 and 1 <= share[0] <= share[1] <= 100  # noqa: PLR2004


def _kinds(kinds: list[str]) -> bool:
    return len(set(kinds)) == len(kinds) and set(kinds) <= set(LEAVES)


# What a value of the right kind must be besides, so that decisions can be made with it.
SENSIBLE: dict[str, Callable[[Any], bool]] = {
    "review_chain": _chain,
    "honor_min_level": lambda level: level in LEVELS,
    "contest_min_level": lambda level: level in LEVELS,
    "research_min_level": lambda level: level in LEVELS,
    "panel_quorum": _share,
    "absence_limit": _share,
    "absence_counted_kinds": _kinds,
    "absence_excluded_kinds": _kinds,
    "absence_min_sessions": _days,
    "absence_warn": lambda warn: all(1 <= part <= 100 for part in warn),  # noqa: PLR2004
    "removal_objection_workdays": _days,
    "transfer_days": _days,
    "recency_years": lambda years: 1 <= years <= 50,  # noqa: PLR2004
    "midterm_window_months": lambda window: len(window) == 2 and window[0] < window[1] <= 120,  # noqa: PLR2004
    "level_one_weights": lambda weights: len(weights) == 5 and sum(weights) == 100,  # noqa: PLR2004
    "cycle_months": lambda months: 1 <= months <= 120,  # noqa: PLR2004
    "midterm_due_months": lambda months: 1 <= months <= 120,  # noqa: PLR2004
    "release_count": lambda count: count <= 3,  # noqa: PLR2004 - FIN-01
    "backdate_max_days": _days,
    "publication_notice_workdays": _days,
    "result_notice_workdays": _days,
    "roll_closes_after_days": _days,
    "wind_down_days": _days,
    "tenure_semesters": _days,
    "credit_hours": lambda hours: hours >= 1,
    "panel_min_experts": lambda experts: experts % 2 == 1,
    "selection_min_score_points": _points,
    "pass_score_points": _points,
    "trainee_pass_points": _points,
    "trainee_excellent_points": _points,
    "excellent_quota_percent": _points,
}


def check_change(values: dict[str, Any]) -> None:
    """Refuse a name that is no setting, a value of another kind than the default's, and nonsense."""
    for name, value in values.items():
        if name not in PolicySettings.__dataclass_fields__:
            raise Refused(
                "setting-unknown",
                rule="A.7",
                name=name[:100],
                zh="没有名为{name}的设置",
                en="there is no setting {name}",
            )
        if not _alike(getattr(PolicySettings, name), value) or not SENSIBLE.get(name, lambda _: True)(value):
            raise Refused(
                "setting-invalid",
                rule="A.7",
                name=name,
                zh="设置{name}的值不合要求",
                en="the value of {name} is not valid",
            )


def _alike(default: Any, value: Any) -> bool:
    match default:
        case tuple():
            return isinstance(value, list) and bool(value) and all(_alike(default[0], item) for item in value)
        case int():
            return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= Fen.most
    return isinstance(value, str)


@dataclass(frozen=True, kw_only=True, slots=True)
class Adopted:
    """One version of a school's settings, valid from a date on (the fields of each such event)."""

    number: int
    effective_from: date
    values: dict[str, Any]


@dataclass(frozen=True)
class InForce:
    """The version that decides on a business date."""

    version: int
    values: PolicySettings


DEFAULTS = InForce(version=0, values=PolicySettings())


class SettingsBook(Aggregate):
    """All versions of one school's settings; each service keeps its own copy of the owner's."""

    opens: ClassVar[type[Any]]

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.versions: list[tuple[date, InForce]] = []

    @classmethod
    def id_for(cls, school: str) -> UUID:
        return derived_id("settings", school)

    def adopt(self, effective_from: date, values: dict[str, Any]) -> None:
        self.record(self.opens(number=len(self.versions) + 1, effective_from=effective_from, values=values))

    def follow(self, number: int, effective_from: date, values: dict[str, Any]) -> None:
        """Take over the owner's next version; one that is already here is passed over."""
        if number == len(self.versions) + 1:
            self.record(self.opens(number=number, effective_from=effective_from, values=values))

    def on(self, day: date) -> InForce:
        """The version with the latest effective date up to `day`; of two on one date, the later adopted."""
        valid = [entry for entry in self.versions if entry[0] <= day]
        return max(valid, key=lambda entry: (entry[0], entry[1].version))[1] if valid else DEFAULTS

    def numbered(self, version: int) -> InForce:
        """A named version: a consequence is decided by its cause's (architecture 2)."""
        if version == 0:
            return DEFAULTS
        if version > len(self.versions):
            raise NotYet("applications", f"settings version {version}")
        return self.versions[version - 1][1]

    def apply(self, happened: Any) -> None:
        number = happened.number
        self.versions.append(
            (happened.effective_from, InForce(version=number, values=PolicySettings.read(happened.values)))
        )
