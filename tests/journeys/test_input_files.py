"""Input files of a play: what an office writes is understood, and what cannot be is said by file and person."""

import csv
import shutil
from pathlib import Path

import orjson
import pytest

from mingban.demo import city
from mingban.demo.annex4 import application
from mingban.demo.cast import Cast, Unexpected
from mingban.demo.files import Files
from mingban.demo.script import steps
from shared.chassis.identity import LocalIssuer
from tests.journeys.conftest import SCHOOL

LINE = {
    "轮次": "2023", "申报日期": "2023-03-24", "所在系部": "mechanical", "申报人": "lin-jing", "是否在岗": "是",
    "班主任工作学期数": "24", "职称": "高级", "班级荣誉级别": "地市级",
    "班主任能力比赛": "基本功竞赛一等奖/地市级/2021-11-12；能力比赛二等奖/省级/2022-05-20",
    "个人荣誉": "优秀班主任/县市级", "课题与论文": "班级文化建设/课题/地市级/主持/2020-06-30",
}  # fmt: skip


def test_a_line_of_annex_4_is_an_application() -> None:
    assert application(LINE) == {
        "department": "mechanical", "on_duty": True, "semesters": 24, "title": "senior", "class_honor": "prefecture",
        "contests": [
            {"title": "基本功竞赛一等奖", "level": "prefecture", "won_on": "2021-11-12"},
            {"title": "能力比赛二等奖", "level": "province", "won_on": "2022-05-20"},
        ],
        "honors": [{"title": "优秀班主任", "level": "county"}],
        "research": [
            {"title": "班级文化建设", "form": "project", "level": "prefecture", "part": "led", "on": "2020-06-30"}
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("职称", "特级", "'特级' is none of 初级, 中级, 高级, 正高级"),
        ("班主任工作学期数", "十二", "invalid literal"),
        ("个人荣誉", "优秀班主任", "2 fields parted by / are needed"),
        ("是否在岗", "", "'' is none of 是, 否"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_with_the_person(column: str, text: str, said: str) -> None:
    with pytest.raises(Unexpected, match=f"applications.csv, lin-jing: .*{said}"):
        application(LINE | {column: text})


def test_a_missing_column_is_named() -> None:
    with pytest.raises(Unexpected, match="lin-jing: '职称'"):
        application({name: cell for name, cell in LINE.items() if name != "职称"})


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "persons.json").write_bytes(b"{}")
    (tmp_path / "programme.json").write_bytes(orjson.dumps({"school": "jy"}))
    (tmp_path / "claims.json").write_text("[1,")
    files = Files(tmp_path, Cast(tmp_path, "http://127.0.0.1:9", LocalIssuer(tmp_path, "i", "a")))

    with pytest.raises(Unexpected, match=r"claims\.json"):
        files.read("claims.json")
    assert files.read("objections.json", []) == []


def test_a_city_has_the_size_of_its_published_list(tmp_path: Path) -> None:
    folders = city.write(tmp_path)
    persons = [orjson.loads((folder / "persons.json").read_bytes()) for folder in folders]
    applied = sum(len(list(csv.DictReader((folder / "applications.csv").open()))) for folder in folders)

    assert (len(folders), applied) == (15, 31)
    assert sum("trainee" in person["roles"] for school in persons for person in school.values()) == 506
    assert city.expected()["sums"]["members_joined"] == 506


def broken(tmp_path: Path, name: str, content: object) -> Files:
    """The demo's own files with one of them replaced."""
    folder = tmp_path / "school"
    shutil.copytree(SCHOOL, folder)
    (folder / name).write_bytes(orjson.dumps(content))
    return Files(folder, Cast(folder, "http://127.0.0.1:9", LocalIssuer(tmp_path, "i", "a")))


def test_the_demos_own_files_are_read_into_dated_steps() -> None:
    files = Files(SCHOOL, Cast(SCHOOL, "http://127.0.0.1:9", LocalIssuer(SCHOOL, "i", "a")))

    assert [step.on for step in steps(files)] == sorted(step.on for step in steps(files))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("claims.json", {}, "a list of records is needed"),
        ("claims.json", [{"key": "a"}], r"claims\.json: a record has no 'claimant'"),
        ("sessions.json", [{"host": "lin-jing", "held_on": "12.05.2023", "topic": "x"}], "a record has no 'place'"),
        ("objections.json", [{"person": "li-na", "on": "5.5."}], r"'5\.5\.' is no date"),
    ],
)
def test_a_mistake_in_a_file_is_named_before_anything_is_played(
    tmp_path: Path, name: str, content: object, said: str
) -> None:
    with pytest.raises(Unexpected, match=said):
        steps(broken(tmp_path, name, content))
