"""Each open question of the policy as a setting: its default, unit, rule and what it means."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from shared.kernel.money import Fen

Sense = Callable[[Any], bool]

LEVELS = ("school", "county", "prefecture", "province", "nation")
LEAVES = ("unexcused", "personal_leave", "sick_leave", "statutory_leave", "official_duty", "late", "left_early")


def setting(
    default: Any, rule: str, unit: str, zh: str, en: str, sense: Sense | None = None, among: tuple[str, ...] = ()
) -> Any:
    """`sense`: what a value of the default's kind must be besides. `among`: the words it may be."""
    meta = {"rule": rule, "unit": unit, "zh": zh, "en": en, "sense": sense, "among": among}
    return field(default=default, metadata=meta)


def between(least: int, most: int) -> Sense:
    """Both ends included."""
    return lambda value: least <= value <= most


def _chain(levels: list[str]) -> bool:
    """From the department over the office, or both offices in either order, to the panel and the school (AMB-11)."""
    filing = [["office"], ["student_affairs", "personnel"], ["personnel", "student_affairs"]]
    return levels[:1] == ["department"] and levels[-2:] == ["panel", "school"] and levels[1:-2] in filing


def _share(share: list[int]) -> bool:
    return len(share) == 2 and 1 <= share[0] <= share[1] <= 100


def _window(months: list[int]) -> bool:
    return len(months) == 2 and months[0] < months[1] <= 120


def _weights(weights: list[int]) -> bool:
    return len(weights) == 5 and sum(weights) == 100


def _kinds(kinds: list[str]) -> bool:
    return len(set(kinds)) == len(kinds) and set(kinds) <= set(LEAVES)


def _odd(number: int) -> bool:
    return number % 2 == 1 and number <= 99


DAYS, POINTS, MONTHS = between(0, 366), between(0, 100), between(1, 120)


@dataclass(frozen=True, kw_only=True)
class PolicySettings:
    """The settings by which a school decides (`domain.md` A.7 to A.9); each field tells the rest of itself.

    Names are eternal: they stand in adopted versions.
    """

    # The way of a round
    backdate_max_days: int = setting(
        30, "A.9-11", "days", "业务日期最多可早于今天的天数", "how far back a business date may lie", DAYS
    )
    review_chain: tuple[str, ...] = setting(
        ("department", "student_affairs", "personnel", "panel", "school"),
        "AMB-11",
        "levels",
        "逐级审核的层级与顺序",
        "levels of review, in order",
        _chain,
    )
    tenure_semesters: int = setting(
        12,
        "APP-08",
        "semesters",
        "担任班主任的最少学期数（含）",
        "least semesters as homeroom teacher, included",
        between(0, 100),
    )
    tenure_unit: str = setting(
        "semester",
        "AMB-09",
        "choice",
        "年限按学期累计，或按整日历年累计",
        "service counted in semesters, or in whole calendar years of two",
        among=("semester", "calendar_year"),
    )
    require_class_honor: bool = setting(
        True, "AMB-07", "yes or no", "班集体荣誉为必备条件", "the class honour is a condition"
    )
    honor_min_level: str = setting(
        "county",
        "AMB-08",
        "level",
        "班集体和个人荣誉的最低级别（含）",
        "least level of honours, included",
        among=LEVELS,
    )
    contest_min_level: str = setting(
        "prefecture",
        "APP-12",
        "level",
        "班主任能力比赛的最低级别（含）",
        "least level of contests, included",
        among=LEVELS,
    )
    research_min_level: str = setting(
        "prefecture", "AMB-08", "level", "课题与论文的最低级别（含）", "least level of research, included", among=LEVELS
    )
    recency_years: int = setting(5, "AMB-06", "years", "“近几年”的年数", "how many years are recent", between(1, 50))
    recency_mode: str = setting(
        "date",
        "AMB-06",
        "choice",
        "“近5年”按对应日或按日历年计算",
        "recent years by corresponding day, or by calendar years",
        among=("date", "calendar_year"),
    )
    selection_min_score_points: int = setting(
        60, "A.9-7", "points", "遴选的最低分（含）", "least score of the selection, included", POINTS
    )
    publication_notice_workdays: int = setting(
        5, "SIL-01", "working days", "名单公示的工作日数", "notice of the list", DAYS
    )
    notice_extension_workdays: int = setting(
        5,
        "SIL-01",
        "working days",
        "有异议未答复时公示延长一次的工作日数，0为不延长",
        "the one extension of a notice while an objection is open, 0 for none",
        DAYS,
    )
    ban_years: int = setting(
        0,
        "SIL-10",
        "years",
        "未通过考核后不得再申报的年数，0为不限",
        "years without a new application after failure",
        between(0, 20),
    )
    plan_party_review: bool = setting(
        False, "A.9-19", "yes or no", "建设方案备案前须经学校党组织把关", "the Party organisation passes the plan first"
    )
    # Panels
    panel_min_experts: int = setting(
        5, "A.9-25", "experts", "专家组最少人数（单数）", "least size of a panel, odd", _odd
    )
    panel_quorum: tuple[int, int] = setting(
        (2, 3), "A.9-25", "part of the experts appointed", "有效评分的最低比例", "least share of valid sheets", _share
    )
    panel_trim_from: int = setting(
        5,
        "A.9-16",
        "sheets",
        "有效评分达到几份起去掉一个最高分和一个最低分，0为不去",
        "from how many sheets on the highest and the lowest are left out, 0 for never",
        lambda number: number == 0 or 3 <= number <= 99,
    )
    score_rounding: str = setting(
        "half_up",
        "A.9-16",
        "choice",
        "分数保留两位小数的舍入规则",
        "how a score is rounded to hundredths",
        among=("half_up", "half_even", "down"),
    )
    recusal_same_department: bool = setting(
        True, "SIL-02", "yes or no", "与申报人或主持人同系部的专家须回避", "experts of the same department step aside"
    )
    recusal_years: int = setting(
        3,
        "SIL-02",
        "years",
        "共同署名或共同主持须回避的年限",
        "years for which joint work is a conflict",
        between(0, 20),
    )
    recheck_workdays: int = setting(
        5, "SIL-03", "working days", "申请复核的期限", "period for asking for a re-check", DAYS
    )
    # The cycle
    cycle_start: str = setting(
        "plaque_date",
        "AMB-12",
        "choice",
        "建设周期自挂牌日或名单公布日起算",
        "the cycle runs from plaque or publication",
        among=("plaque_date", "publication_date"),
    )
    cycle_months: int = setting(36, "AMB-12", "months", "建设周期的月数", "length of the cycle", MONTHS)
    midterm_due_months: int = setting(18, "AMB-13", "months", "中期考核的应考月份", "when the mid-term is due", MONTHS)
    midterm_window_months: tuple[int, int] = setting(
        (15, 21), "AMB-13", "months", "中期考核的窗口", "the window of the mid-term", _window
    )
    midterm_rectification_months: int = setting(
        0,
        "AMB-15",
        "months",
        "中期不合格后的整改期，0为不整改",
        "time to put a failed mid-term right, 0 for none",
        between(0, 12),
    )
    final_extension_months: int = setting(
        0,
        "SIL-11",
        "months",
        "终期评估最多可延期的月数，0为不延期",
        "longest extension of the final, 0 for none",
        between(0, 6),
    )
    pass_score_points: int = setting(60, "AMB-14", "points", "考核合格分（含）", "mark of the evaluations", POINTS)
    excellent_score_points: int = setting(
        85, "AMB-14", "points", "工作室考核优秀分（含）", "mark of an excellent studio, included", POINTS
    )
    result_notice_workdays: int = setting(
        5, "A.9-26", "working days", "考核结果公示的工作日数", "notice of a result", DAYS
    )
    level_one_weights: tuple[int, ...] = setting(
        (15, 15, 35, 30, 5),
        "ASM-10",
        "percent",
        "一级指标的权重，合计100",
        "weights of the level-1 indicators",
        _weights,
    )
    host_change_min_share: tuple[int, int] = setting(
        (1, 2),
        "SIL-04",
        "part of the cycle",
        "更换主持人时周期须剩余的比例（含）",
        "least part of the cycle left for a change of host, included",
        _share,
    )
    yearly_report: bool = setting(
        True, "SIL-06", "yes or no", "每年提交年度报告", "a report each year, without consequence"
    )
    # Members
    membership_exclusive: bool = setting(
        True, "AMB-25", "yes or no", "一人只能加入一个工作室", "one person belongs to one studio"
    )
    host_may_be_trainee: bool = setting(
        False, "AMB-25", "yes or no", "主持人可在其他工作室做学员", "a host may be a trainee elsewhere"
    )
    join_until: str = setting(
        "midterm",
        "SIL-05",
        "choice",
        "可加入到中期生效或周期结束",
        "joining is open until mid-term or the cycle's end",
        among=("midterm", "cycle_end"),
    )
    transfer_days: int = setting(
        60, "A.9-10", "days", "被取消工作室学员的转入期限", "time to move from a disqualified studio", DAYS
    )
    size_min_warn: int = setting(
        4, "AMB-26", "members", "人数少于此数提示", "fewer members are flagged", between(0, 100)
    )
    size_max_warn: int = setting(
        12, "AMB-26", "members", "人数多于此数提示", "more members are flagged", between(1, 500)
    )
    # Absence
    absence_limit: tuple[int, int] = setting(
        (1, 3), "AMB-01", "part of the sessions", "缺勤上限", "the limit of absence", _share
    )
    absence_inclusive: bool = setting(
        True, "AMB-01", "yes or no", "恰好达到上限也算", "exactly the limit counts as reaching it"
    )
    absence_window: str = setting(
        "project_year",
        "AMB-03",
        "choice",
        "按项目年、整个周期或最近几次计算",
        "absences of a year, the cycle or the last sessions",
        among=("project_year", "whole_cycle", "rolling"),
    )
    absence_rolling_sessions: int = setting(
        12, "AMB-03", "sessions", "滚动计算的次数", "how many sessions the rolling window holds", between(1, 366)
    )
    absence_trigger: str = setting(
        "irrecoverable_or_close",
        "AMB-03",
        "choice",
        "无法挽回时即触发，或只在期末判断",
        "judged once it cannot be made good, or only at the window's end",
        among=("irrecoverable_or_close", "close"),
    )
    absence_counted_kinds: tuple[str, ...] = setting(
        ("unexcused", "personal_leave"), "AMB-04", "kinds", "计为缺勤的类别", "kinds that are absences", _kinds
    )
    absence_excluded_kinds: tuple[str, ...] = setting(
        ("statutory_leave", "official_duty"), "AMB-04", "kinds", "不计入应到的类别", "kinds in neither count", _kinds
    )
    late_per_absence: int = setting(
        0,
        "AMB-04",
        "times",
        "几次迟到或早退算一次缺勤，0为不折算",
        "how many latenesses are one absence, 0 for never",
        between(0, 100),
    )
    sick_leave_needs_proof: bool = setting(
        True, "AMB-04", "yes or no", "病假须有证明，否则计为事假", "sick leave without proof is personal leave"
    )
    absence_min_sessions: int = setting(
        4, "AMB-03", "sessions", "次数不足时只提醒不移除", "of fewer sessions nobody is removed", DAYS
    )
    absence_warn: tuple[int, ...] = setting(
        (6, 4),
        "AMB-03",
        "one part of",
        "缺勤达到几分之一时提醒",
        "warned at one such part",
        lambda warn: all(1 <= part <= 100 for part in warn),
    )
    removal_objection_workdays: int = setting(
        5, "AMB-05", "working days", "移除前提出异议的期限", "time to object to a removal", DAYS
    )
    roll_closes_after_days: int = setting(
        3, "A.9-12", "days", "点名册自动关闭的天数", "when a roll closes by itself", DAYS
    )
    # Money
    release_fen: Fen = setting(
        Fen(300_000), "FIN-01", "fen", "每年核拨的专项经费", "a year's money of a studio", between(0, Fen.most)
    )
    release_count: int = setting(3, "FIN-01", "releases", "核拨次数，至多三次", "releases in a cycle", between(0, 3))
    allocation_calendar: str = setting(
        "project_year",
        "AMB-18",
        "choice",
        "按项目年或财政年核拨",
        "released by project year or by calendar year",
        among=("project_year", "fiscal_year"),
    )
    hold_from_midterm: bool = setting(
        True,
        "AMB-20",
        "yes or no",
        "中期应考日起的年度经费待合格后核拨",
        "years from the mid-term on wait for its pass",
    )
    carry_forward: str = setting(
        "within_cycle",
        "AMB-19",
        "choice",
        "结转：周期内可用，或年末收回",
        "what is left stays within the cycle, or lapses",
        among=("within_cycle", "lapse_at_year_end"),
    )
    accounting_retention_years: int = setting(
        30,
        "A.9-21",
        "years",
        "会计档案保管年数（自年度终了起），其间经费中的个人文字不删除",
        "years that accounting records are kept from the end of their year on; texts about persons in them wait",
        between(0, 100),
    )
    wind_down_days: int = setting(30, "AMB-17", "days", "停止后结清的天数", "time to settle after the end", DAYS)
    expert_fee_caps_fen: tuple[int, ...] = setting(
        (50_000, 100_000, 150_000),
        "AMB-21",
        "fen a class hour",
        "专家费每学时上限：副高、正高、院士",
        "caps of an expert's fee: associate, full, academician",
        lambda caps: len(caps) == 3 and sorted(caps) == list(caps),
    )
    expert_hours_per_half_day: int = setting(
        4, "AMB-21", "class hours", "专家每半天最多学时", "most class hours of an expert in half a day", between(1, 12)
    )
    budget_plan_required: bool = setting(
        False, "SIL-09", "yes or no", "无已签年度预算不得报销", "no claim without a signed budget plan"
    )
    asset_min_fen: int = setting(
        100_000,
        "SIL-09",
        "fen",
        "须登记资产的单价（含）",
        "least price of what enters the asset register",
        between(0, Fen.most),
    )
    # What a studio brings
    trainee_pass_points: int = setting(
        60, "AMB-23", "points", "合格学员的最低分（含）", "mark of a qualified trainee", POINTS
    )
    trainee_excellent_points: int = setting(
        85, "AMB-23", "points", "优秀学员的最低分（含）", "mark of an excellent trainee", POINTS
    )
    excellent_quota_percent: int = setting(
        30, "AMB-23", "percent", "优秀学员占合格学员的比例", "share of excellent among qualified trainees", POINTS
    )
    excellent_max_unexcused: int = setting(
        0, "AMB-23", "sessions", "优秀学员的无故缺勤上限（含）", "most unexcused absences of an excellent trainee", DAYS
    )
    trainee_award_requires_studio_pass: bool = setting(
        True,
        "AMB-22",
        "yes or no",
        "学员证书以工作室通过终期为前提",
        "trainees are awarded only if their studio passed",
    )
    credit_hours: int = setting(
        8, "AMB-24", "class hours a credit", "一个学分的学时数", "class hours of one credit", between(1, 1_000)
    )
    credits_cap_per_year: int = setting(
        0,
        "AMB-24",
        "hundredths of a credit",
        "每项目年的学分上限，0为不限",
        "most credits a project year, 0 for no cap",
        between(0, 100_000),
    )

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """Settings from stored values; what a stored version does not name has its default."""
        return cls(**_named(values))

    def overlaid(self, values: Mapping[str, Any]) -> Self:
        """These settings, but for what the values name."""
        given = _named(values)
        return replace(self, **given) if given else self


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON holds them, of names that are settings."""
    known = PolicySettings.__dataclass_fields__
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items() if name in known}


@dataclass(frozen=True)
class Setting:
    """One entry of the catalogue. `among` are the words it may be, () for anything of its kind."""

    name: str
    default: Any
    unit: str
    rule: str
    zh: str
    en: str
    among: tuple[str, ...]

    @property
    def like(self) -> str:
        """The words it may be, or its default, as a request would hold it."""
        if self.among:
            return ", ".join(self.among)
        return json.dumps(self.default)

    def takes(self, value: Any) -> bool:
        """A value of the default's kind that decisions can be made with."""
        meta = PolicySettings.__dataclass_fields__[self.name].metadata
        if not _alike(self.default, value) or (self.among and value not in self.among):
            return False
        sense: Sense | None = meta["sense"]
        return sense is None or sense(value)


def catalogue() -> Iterator[Setting]:
    """Every setting, in the order of the policy."""
    for one in fields(PolicySettings):
        meta = one.metadata
        yield Setting(one.name, one.default, meta["unit"], meta["rule"], meta["zh"], meta["en"], meta["among"])


CATALOGUE = {one.name: one for one in catalogue()}

# What settings must be together, with the rule that asks for it and the names it is about.
COHERENT: tuple[tuple[str, tuple[str, ...], Callable[[PolicySettings], bool]], ...] = (
    ("AMB-13", ("midterm_window_months", "midterm_due_months"),
     lambda s: s.midterm_window_months[0] <= s.midterm_due_months <= s.midterm_window_months[1]),
    ("AMB-13", ("midterm_window_months", "cycle_months"), lambda s: s.midterm_window_months[1] < s.cycle_months),
    ("AMB-14", ("pass_score_points", "excellent_score_points"),
     lambda s: s.pass_score_points <= s.excellent_score_points),
    ("AMB-23", ("trainee_pass_points", "trainee_excellent_points"),
     lambda s: s.trainee_pass_points <= s.trainee_excellent_points),
    ("AMB-04", ("absence_counted_kinds", "absence_excluded_kinds"),
     lambda s: not set(s.absence_counted_kinds) & set(s.absence_excluded_kinds)),
    ("AMB-26", ("size_min_warn", "size_max_warn"), lambda s: s.size_min_warn <= s.size_max_warn),
)  # fmt: skip


def _alike(default: Any, value: Any) -> bool:
    match default:
        case tuple():
            return isinstance(value, list) and bool(value) and all(_alike(default[0], item) for item in value)
        case bool():
            return isinstance(value, bool)
        case int():
            return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= Fen.most
    return isinstance(value, str)
