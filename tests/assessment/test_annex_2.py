"""The policy's own rubric is at hand as data, and the office adopts it as it is."""

import json

import pytest

from services.assessment.api import ANNEX_2
from services.assessment.commands import AdoptRubric, adopt_rubric
from services.assessment.events import RubricAdopted
from shared.chassis.stored import believed
from shared.kernel.people import Role
from tests.assessment.examples import SECTIONS, WU_MIN
from tests.scenario import given

pytestmark = pytest.mark.rule("ASM-10")

SHOWN = json.loads(ANNEX_2)["sections"]
ITEMS = [item for section in SHOWN for item in section["items"]]
STATEMENTS = [statement for item in ITEMS for statement in item["guidance"]]
LEAVES = {
    "总体要求": {"领导有力": 1, "定位准确": 1, "方案周密": 1},
    "工作室成员": {"人员组成": 2, "人员要求": 3},
    "建设实践": {"建设模式": 2, "工作载体": 3, "组织实施": 3, "资源建设": 2, "建班育人": 1},
    "建设成效": {"育人理念": 1, "工作团队": 3, "工作研究": 2, "育人资源": 2, "班级建设质量": 1},
    "工作保障": {"工作保障": 1},
}
"""附件2 by hand: level-1, level-2, and how many level-3 statements each has."""


def test_asm_10_the_tree_is_that_of_annex_2() -> None:
    tree = {section["title"]: {item["title"]: len(item["guidance"]) for item in section["items"]} for section in SHOWN}

    assert tree == LEAVES


def test_asm_10_five_sections_fifteen_items_and_the_safeguards_twenty_nine_statements() -> None:
    assert len(SHOWN) == 5
    assert [item["title"] for item in ITEMS].index("工作保障") == 15
    assert len(ITEMS) == 15 + 1
    assert len(STATEMENTS) == len(set(STATEMENTS)) == 29


def test_asm_10_annex_2_names_no_weights() -> None:
    assert {name for section in SHOWN for name in section} == {"title", "items"}


@pytest.mark.parametrize(
    "sentence",
    [
        "工作室建设工作领导小组定期听取建设情况汇报,组织领导有力,工作指导到位,工作室建设机制健全、有效。",
        "党员教师在育人工作中亮出党员身份、立起模范标尺、发挥先锋作用,成为“四有”好老师、“四个引路人”“四个相统一”的表率。",
        "探索建设班主任工作室微信公众号、短视频号等,筑牢拓展网络德育和思想政治教育阵地,共享育人资源。",
        "工作室成员优先参加各级培训、活动和班主任能力比赛等,对建设工作中发挥作用显著、贡献大的,给予适当激励。",
    ],
)
def test_asm_10_the_words_are_those_of_the_policy(sentence: str) -> None:
    assert sentence in STATEMENTS


@pytest.mark.rule("ASM-01")
def test_asm_01_the_office_adopts_annex_2_as_it_is_with_the_weights_of_the_settings() -> None:
    asked = believed(AdoptRubric, json.loads(ANNEX_2))

    outcome = given().by(Role.PERSONNEL, WU_MIN).when(adopt_rubric, asked)

    (adopted,) = outcome.events
    assert isinstance(adopted, RubricAdopted)
    assert [section.weight for section in adopted.sections] == [15, 15, 35, 30, 5]
    assert [(s.title, [item.title for item in s.items]) for s in adopted.sections] == [
        (s.title, [item.title for item in s.items]) for s in SECTIONS
    ]
