"""A city's programme as input files: 15 schools, 31 hosts, 506 trainees, three years, and the sums it must end with."""

import csv
import hashlib
from dataclasses import dataclass
from importlib.resources import files as packaged
from pathlib import Path
from typing import Any

import orjson

from mingban.demo.files import Record
from shared.kernel.money import in_hundredths

SCHOOLS, HOSTS, TRAINEES = 15, 31, 506
HOURS = 4
YEAR_FEN, CLAIM_FEN = 300_000, 120_000
SESSION_DAYS = (
    ("2023-05-12", "2023-06-09", "2023-09-22", "2023-11-10", "2024-01-12", "2024-03-15"),
    ("2024-05-10", "2024-06-14", "2024-09-20", "2024-11-15", "2025-01-10", "2025-03-14"),
    ("2025-05-16", "2025-06-13", "2025-09-19", "2025-11-14", "2026-01-16", "2026-03-13"),
)  # fmt: skip
CLAIM_DAYS = ("2023-05-15", "2024-05-13", "2025-05-19")
EVALUATED_ON = "2024-11-01"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "静强敏华芳娜洋磊燕军丽伟琴洁瑶林超颖涛兰"
EXPERTS = tuple(f"expert-{number}" for number in range(1, 6))
HEADINGS = (
    "轮次", "申报日期", "所在系部", "申报人", "是否在岗", "班主任工作学期数", "职称", "班级荣誉级别",
    "班主任能力比赛", "个人荣誉", "课题与论文", "重新申报", "应予拒绝",
)  # fmt: skip


@dataclass(frozen=True)
class Studio:
    """How one studio fares. Every fifth loses a trainee in year 1, every seventh fails its mid-term, ..."""

    number: int

    @property
    def host(self) -> str:
        return f"host-{self.number}"

    @property
    def trainees(self) -> list[str]:
        count = TRAINEES // HOSTS + (self.number < TRAINEES % HOSTS)
        return [f"trainee-{self.number}-{n}" for n in range(count)]

    @property
    def absences(self) -> dict[str, str]:
        """What the first trainee missed: exactly a third of six sessions, or two of five and so more (AMB-01)."""
        first, second, third = SESSION_DAYS[0][:3]
        if self.number % 5 == 0:
            return {first: "unexcused", second: "unexcused"}
        return {first: "official_duty", second: "unexcused", third: "unexcused"} if self.number % 5 == 1 else {}

    @property
    def removed(self) -> str | None:
        return self.trainees[0] if self.absences else None

    @property
    def is_exactly_a_third(self) -> bool:
        return self.number % 5 == 0

    @property
    def removed_on(self) -> str:
        """By then five working days are over: in 2023 the national holiday lies in the second case's."""
        return "2023-06-17" if self.is_exactly_a_third else "2023-10-08"

    @property
    def fails_midterm(self) -> bool:
        return self.number % 7 == 3  # noqa: PLR2004

    @property
    def fails_final(self) -> bool:
        return self.number % 11 == 5  # noqa: PLR2004

    @property
    def passes(self) -> bool:
        return not (self.fails_midterm or self.fails_final)

    @property
    def session_days(self) -> list[str]:
        days = [day for year in SESSION_DAYS for day in year]
        return [day for day in days if day < EVALUATED_ON] if self.fails_midterm else days

    @property
    def claim_days(self) -> list[str]:
        return [day for day in CLAIM_DAYS if not self.fails_midterm or day < EVALUATED_ON]


STUDIOS = tuple(Studio(number) for number in range(HOSTS))


def studios_of(school: int) -> list[Studio]:
    return [studio for studio in STUDIOS if studio.number % SCHOOLS == school]


def expected(schools: int = SCHOOLS) -> dict[str, Any]:
    """Counted from the plan above, by arithmetic alone."""
    studios = [studio for studio in STUDIOS if studio.number % SCHOOLS < schools]
    passed = [studio for studio in studios if studio.passes]
    failed = sum(studio.fails_midterm for studio in studios)
    qualified = sum(len(studio.trainees) - bool(studio.removed) for studio in passed)
    spent = CLAIM_FEN * sum(len(studio.claim_days) for studio in studios)
    released = YEAR_FEN * (3 * len(studios) - failed)
    credits = qualified * len(SESSION_DAYS) * len(SESSION_DAYS[0]) * HOURS * 100 // 8
    return {
        "refusals": {},
        "strangers_seen": 0,
        "mismatches": [],
        "kept_if_a_third_were_excluded": sorted(
            f"{school_name(studio.number % SCHOOLS)}/{studio.removed}"
            for studio in studios
            if studio.is_exactly_a_third
        ),
        "sums": {
            "studios": len(studios), "studios_disqualified": failed, "studios_passed_final": len(passed),
            "members_joined": sum(len(studio.trainees) for studio in studios),
            "members_removed": sum(bool(studio.removed) for studio in studios),
            "sessions_held": sum(len(studio.session_days) for studio in studios),
            "fen_released": released, "fen_spent": spent, "fen_returned": released - spent, "fen_balance": 0,
            "fen_cancelled": YEAR_FEN * failed, "funding_cuts": failed, "titles": len(passed),
            "designations": qualified, "certificates": qualified,
            "credits": in_hundredths(credits), "recommendations": len(passed),
        },
    }  # fmt: skip


def school_name(school: int) -> str:
    return f"school-{school + 1:02d}"


def write(root: Path, schools: int = SCHOOLS) -> list[Path]:
    """One folder of input files a school."""
    folders = []
    for school in range(schools):
        folder = root / school_name(school)
        folder.mkdir(parents=True)
        studios = studios_of(school)
        for name, content in _contents(folder.name, studios).items():
            (folder / f"{name}.json").write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
        with (folder / "applications.csv").open("w", encoding="utf-8", newline="") as out:
            table = csv.writer(out)
            table.writerow(HEADINGS)
            for studio in studios:
                line = ("2023", "2023-03-24", "teaching", studio.host, "是", 14 + studio.number, "中级", "县市级")
                table.writerow((*line, *[""] * 5))
        folders.append(folder)
    return folders


def _contents(school: str, studios: list[Studio]) -> dict[str, Any]:
    hosts = [studio.host for studio in studios]
    rubric = orjson.loads((packaged("services.assessment") / "data" / "annex2.json").read_bytes())
    return {
        "programme": {
            "school": school, "clock": "2023-03-23T08:00:00+08:00", "plays_until": "2026-06-30",
            "registrar": "personnel",
        },
        "persons": _persons(studios),
        "rounds": [
            {
                "key": "2023", "title": "2023年名班主任工作室", "opened_by": "personnel", "opened_on": "2023-03-23",
                "deadline": "2023-03-31", "places": len(hosts),
            }
        ],
        "reviews": _reviews(hosts),
        "studios": [_studio(studio) for studio in studios],
        "sessions": [_session(studio, day) for studio in studios for day in studio.session_days],
        "claims": [_claim(studio, day) for studio in studios for day in studio.claim_days],
        "rubric": {"adopted_by": "personnel", "adopted_on": "2023-03-23", "sections": rubric["sections"]},
        "evaluations": {
            "appointed_by": "personnel", "appointed_on": "2023-03-23", "until": "2026-12-31",
            "experts": EXPERTS,
            "evaluations": [stage for studio in studios for stage in _stages(studio)],
        },
    }  # fmt: skip


def _persons(studios: list[Studio]) -> dict[str, Record]:
    staff = {
        "school": ["school"], "personnel": ["personnel"], "student-affairs": ["student_affairs"],
        "teaching": ["department:teaching"], "payer": ["payer"],
    } | {expert: ["expert"] for expert in EXPERTS}  # fmt: skip
    hosts = {studio.host: ["teacher", "host"] for studio in studios}
    trainees = {trainee: ["teacher", "trainee"] for studio in studios for trainee in studio.trainees}
    roles = staff | hosts | trainees
    return {
        who: {"name": _name(f"{studios[0].number}/{who}"), "department": "teaching", "roles": has}
        for who, has in roles.items()
    }


def _name(seed: str) -> str:
    number = int(_digest(seed)[:8], 16)
    first, second = divmod(number // len(SURNAMES), len(GIVEN))
    return SURNAMES[number % len(SURNAMES)] + GIVEN[second] + GIVEN[first % len(GIVEN)]


def _digest(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()


def _reviews(hosts: list[str]) -> list[Record]:
    levels = (("department", "teaching", "2023-03-27"), ("student_affairs", "student-affairs", "2023-04-03"),
              ("personnel", "personnel", "2023-04-04"))  # fmt: skip
    reviews = [
        {"kind": "review", "round": "2023", "level": level, "by": by, "on": on, "applicants": hosts}
        for level, by, on in levels
    ]
    points = {host: {expert: [70 + n] * 6 for expert in EXPERTS} for n, host in enumerate(hosts)}
    return [
        *reviews,
        {"kind": "batch", "round": "2023", "by": "teaching", "on": "2023-03-28"},
        {
            "kind": "panel", "round": "2023", "on": "2023-04-06", "points": points,
            "concluded_by": "student-affairs", "concluded_on": "2023-04-06",
        },
        {
            "kind": "list", "round": "2023", "ranked_by": "personnel", "ranked_on": "2023-04-06",
            "posted_by": "school", "posted_on": "2023-04-07",
        },
    ]  # fmt: skip


def _studio(studio: Studio) -> Record:
    return {
        "host": studio.host, "round": "2023", "established_by": "school", "established_on": "2023-04-17",
        "plan": {
            "on": "2023-04-17", "document": _digest(studio.host),
            "sessions_a_year": [len(year) for year in SESSION_DAYS],
        },
        "receipts": [{"by": "personnel", "on": "2023-04-18"}, {"by": "student-affairs", "on": "2023-04-18"}],
        "agreement": {
            "duties": "主持人指导学员，学员按时参加活动。", "tasks": "每年完成一项课题。",
            "assessment_method": "考勤与主持人评价相结合。",
        },
        "trainees": [_trainee(studio, n, trainee) for n, trainee in enumerate(studio.trainees)],
        "plaqued_by": "school", "plaqued_on": "2023-04-24",
    }  # fmt: skip


def _trainee(studio: Studio, place: int, trainee: str) -> Record:
    one: Record = {
        "person": trainee, "chosen_on": "2023-04-19", "agreed_on": "2023-04-20", "filed_on": "2023-04-21",
        "plan": {"on": "2023-05-08", "document": _digest(trainee)},
    }  # fmt: skip
    if not studio.fails_midterm and trainee != studio.removed:
        # One of each studio is excellent: the second, as the first may have been removed.
        one["evaluation"] = {"on": "2026-04-20", "points": 90 if place == 1 else 75}
    return one


def _session(studio: Studio, day: str) -> Record:
    absent = {studio.removed: studio.absences[day]} if day in studio.absences else {}
    return {
        "host": studio.host, "held_on": day, "place": "会议室", "topic": "班主任专题研修", "class_hours": HOURS,
        "members": [trainee for trainee in studio.trainees if trainee != studio.removed or day < studio.removed_on],
        "absent": absent, "closed": "by_hand",
    }  # fmt: skip


def _claim(studio: Studio, day: str) -> Record:
    activity = next(held for held in reversed(studio.session_days) if held <= day)
    approved, paid = f"{day[:8]}{int(day[8:]) + 2:02d}", f"{day[:8]}{int(day[8:]) + 3:02d}"
    return {
        "key": f"{studio.host}-{day}", "host": studio.host, "claimant": studio.host, "claimed_on": day,
        "fen": CLAIM_FEN, "category": "training", "activity_on": activity, "purpose": "研修资料",
        "approved": {"by": "personnel", "on": approved}, "paid": {"by": "payer", "on": paid},
    }  # fmt: skip


def _stages(studio: Studio) -> list[Record]:
    def stage(name: str, seated: str, scored: str, points: int) -> Record:
        return {
            "host": studio.host, "stage": name, "experts": EXPERTS, "seated_by": "personnel", "seated_on": seated,
            "scored_by": "student-affairs", "scored_on": scored,
            "sheets": {expert: [points] * 16 for expert in EXPERTS},
        }  # fmt: skip

    midterm = stage("midterm", "2024-10-21", "2024-10-24", 55 if studio.fails_midterm else 75)
    final = stage("final", "2026-04-22", "2026-04-27", 55 if studio.fails_final else 80)
    return [midterm] if studio.fails_midterm else [midterm, final]
