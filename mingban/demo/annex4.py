"""Applications in the layout of annex 4's summary table (申报汇总表): one line a person, in Chinese."""

from collections.abc import Iterator
from typing import Any

from mingban.demo.cast import Unexpected

LEVELS = {"校级": "school", "县市级": "county", "地市级": "prefecture", "省级": "province", "国家级": "nation"}
TITLES = {"初级": "junior", "中级": "intermediate", "高级": "senior", "正高级": "professor"}
FORMS = {"课题": "project", "论文": "publication"}
PARTS = {"主持": "led", "主要参与": "main", "参与": "other"}


def application(line: dict[str, str]) -> dict[str, Any]:
    """The body of an application. Several honours in one cell are parted by `；`, their fields by `/`."""
    try:
        return {
            "department": line["所在系部"].strip(),
            "on_duty": _one_of({"是": True, "否": False}, line["是否在岗"]),
            "semesters": int(line["班主任工作学期数"]),
            "title": _one_of(TITLES, line["职称"]),
            "class_honor": _one_of(LEVELS, line["班级荣誉级别"]) if line["班级荣誉级别"].strip() else None,
            "contests": [_dated(*cell) for cell in _cells(line["班主任能力比赛"], 3)],
            "honors": [
                {"title": title, "level": _one_of(LEVELS, level)} for title, level in _cells(line["个人荣誉"], 2)
            ],
            "research": [_research(*cell) for cell in _cells(line["课题与论文"], 5)],
        }
    except (KeyError, ValueError) as error:
        msg = f"applications.csv, {line.get('申报人', '?')}: {error}"
        raise Unexpected(msg) from None


def _cells(text: str, fields: int) -> Iterator[list[str]]:
    for part in filter(None, (part.strip() for part in text.split("；"))):
        cells = [cell.strip() for cell in part.split("/")]
        if len(cells) != fields:
            msg = f"{part!r}: {fields} fields parted by / are needed"
            raise ValueError(msg)
        yield cells


def _dated(title: str, level: str, day: str) -> dict[str, Any]:
    return {"title": title, "level": _one_of(LEVELS, level), "won_on": day}


def _research(title: str, form: str, level: str, part: str, day: str) -> dict[str, Any]:
    return {
        "title": title, "form": _one_of(FORMS, form), "level": _one_of(LEVELS, level),
        "part": _one_of(PARTS, part), "on": day,
    }  # fmt: skip


def _one_of(known: dict[str, Any], word: str) -> Any:
    if word.strip() not in known:
        msg = f"{word!r} is none of {', '.join(known)}"
        raise ValueError(msg)
    return known[word.strip()]
