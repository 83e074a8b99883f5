"""What a payload may hold: whole numbers, points, texts, hashes and money, and nothing that only looks like them."""

import math
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.chassis.stored import believed
from shared.kernel.money import Fen, Price
from shared.kernel.values import ChosenId, Digest, Label, Points, Slug, Text, Unfit, Whole, derived_id

NUMBERS = (Whole, Points, Fen, Price)
TEXTS = (Text, Label, Slug, Digest)
SHA = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
ONE_OF_EACH = {Text: "工作室建设方案", Label: "专家讲座", Slug: "student-affairs", Digest: SHA}


def taken(kind: type[Any], given: object) -> Any:
    return TypeAdapter(kind).validate_python(given)


def taken_from_json(kind: type[Any], text: str) -> Any:
    return TypeAdapter(kind).validate_json(text)


def refuses(kind: type[Any], given: object) -> None:
    with pytest.raises(ValidationError):
        taken(kind, given)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (Whole, 0), (Whole, 1), (Whole, 1_000_000),
        (Points, 0), (Points, 60), (Points, 100),
        (Fen, 0), (Fen, 1), (Fen, 300_000), (Fen, 1_000_000_000),
        (Price, 1), (Price, 300_000), (Price, 1_000_000_000),
    ],
)  # fmt: skip
def test_a_number_within_its_bounds_is_taken_as_it_is(kind: type[Any], number: int) -> None:
    assert (taken(kind, number), type(taken(kind, number))) == (number, kind)
    assert taken_from_json(kind, str(number)) == number


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (Whole, -1), (Whole, 1_000_001), (Whole, 10**30),
        (Points, -1), (Points, 101), (Points, 10**30),
        (Fen, -1), (Fen, 1_000_000_001), (Fen, 10**30), (Fen, -(10**30)),
        (Price, 0), (Price, -1), (Price, 1_000_000_001), (Price, 10**30),
    ],
)  # fmt: skip
def test_a_number_out_of_its_bounds_is_refused(kind: type[Any], number: int) -> None:
    refuses(kind, number)


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize(
    "given",
    [1.0, 5.5, math.nan, math.inf, -math.inf, True, False, "5", "5.0", " 5", "五", "", b"5", None, [5], Decimal(5)],
)
def test_what_only_looks_like_a_number_is_refused(kind: type[Any], given: object) -> None:
    refuses(kind, given)


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("text", ["1.0", "1e2", "true", "null", '"1"', "NaN", "Infinity", "1" + "0" * 400])
def test_what_only_looks_like_a_number_is_refused_in_json_too(kind: type[Any], text: str) -> None:
    with pytest.raises(ValidationError):
        taken_from_json(kind, text)


@pytest.mark.parametrize(
    ("fen", "yuan"),
    [(0, "0.00"), (1, "0.01"), (10, "0.10"), (99, "0.99"), (100, "1.00"), (300_000, "3000.00"), (60_005, "600.05")],
)
def test_money_leaves_as_fen_and_yuan(fen: int, yuan: str) -> None:
    assert TypeAdapter(Fen).dump_python(Fen(fen), mode="json") == {"fen": fen, "yuan": yuan}
    assert TypeAdapter(Fen).dump_json(Fen(fen)) == f'{{"fen":{fen},"yuan":"{yuan}"}}'.encode()


def test_a_price_leaves_like_any_money() -> None:
    assert TypeAdapter(Price).dump_python(Price(120_000), mode="json") == {"fen": 120_000, "yuan": "1200.00"}


def test_inside_money_is_an_integer() -> None:
    assert TypeAdapter(Fen).dump_python(Fen(300_000)) == 300_000


def test_money_is_described_as_it_enters_and_as_it_leaves() -> None:
    entering, leaving = (TypeAdapter(Fen).json_schema(mode=mode) for mode in ("validation", "serialization"))

    assert entering == {"type": "integer", "minimum": 0, "maximum": 1_000_000_000}
    assert leaving == {
        "type": "object",
        "properties": {"fen": entering, "yuan": {"type": "string", "examples": ["3000.00"]}},
        "required": ["fen", "yuan"],
    }


@pytest.mark.parametrize(("kind", "text"), list(ONE_OF_EACH.items()))
def test_a_text_is_taken_as_it_is(kind: type[Any], text: str) -> None:
    assert (taken(kind, text), type(taken(kind, text))) == (text, kind)


@pytest.mark.parametrize(("kind", "text"), list(ONE_OF_EACH.items()))
def test_a_text_is_trimmed(kind: type[Any], text: str) -> None:
    assert taken(kind, f" \t\n{text}\u3000 ") == text


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("given", ["", " ", "\n\t ", "\u3000", None, 5, 5.0, True, b"text", ["text"]])
def test_nothing_and_what_is_no_text_are_refused(kind: type[Any], given: object) -> None:
    refuses(kind, given)


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize(
    "character",
    [
        "\x00", "\x07", "\x08", "\x0b", "\x0c", "\r", "\x1b", "\x1f", "\x7f", "\x80", "\x85", "\x9f",
        "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069", "\ud800",
    ],
)  # fmt: skip
def test_control_and_bidirectional_characters_and_lone_surrogates_are_refused(kind: type[Any], character: str) -> None:
    refuses(kind, f"ab{character}cd")


@pytest.mark.parametrize("character", ["\u061c", "\u200e", "\u200f"], ids=["ALM", "LRM", "RLM"])
def test_bidirectional_marks_are_refused(character: str) -> None:
    refuses(Text, f"ab{character}cd")


@pytest.mark.parametrize("text", ["\u200b", "\ufeff", "\u2060\u200d"])
def test_a_text_that_shows_nothing_is_empty(text: str) -> None:
    refuses(Text, text)


@pytest.mark.parametrize("text", ["第一行\n第二行", "项目\t金额", "😀𠮷", "e\u0301"])
def test_a_text_may_have_lines_and_any_script(text: str) -> None:
    assert taken(Text, text) == text


@pytest.mark.parametrize("text", ["第一行\n第二行", "项目\t金额"])
def test_a_label_is_one_line(text: str) -> None:
    refuses(Label, text)


@pytest.mark.parametrize(("kind", "longest"), [(Text, 2_000), (Label, 200), (Slug, 40)])
def test_the_longest_text_is_taken_and_one_character_more_is_not(kind: type[Any], longest: int) -> None:
    assert taken(kind, "a" * longest) == "a" * longest
    refuses(kind, "a" * (longest + 1))


@pytest.mark.parametrize("kind", [*NUMBERS, *TEXTS])
def test_a_refusal_says_what_is_needed_in_both_languages(kind: type[Any]) -> None:
    with pytest.raises(Unfit) as said:
        kind.fit(None)

    assert said.value.zh
    assert said.value.en == str(said.value)


@pytest.mark.parametrize(
    ("kind", "given"), [(Points, 101), (Price, 0), (Whole, -1), (Label, "a" * 201), (Slug, "Office"), (Digest, "e3")]
)
def test_what_a_log_once_stored_is_believed_though_the_bounds_are_tighter_now(kind: type[Any], given: object) -> None:
    assert believed(kind, given) == given


@pytest.mark.parametrize("slug", ["a", "7", "information", "student-affairs", "class-3-b"])
def test_a_slug_is_lower_case_words_with_hyphens(slug: str) -> None:
    assert taken(Slug, slug) == slug


@pytest.mark.parametrize("slug", ["A", "-a", "a-", "a--b", "a_b", "a b", "a/b", "机电", "é", "a\nb", "\u0661"])
def test_what_is_no_slug_is_refused(slug: str) -> None:
    refuses(Slug, slug)


@pytest.mark.parametrize("digest", [SHA[1:], SHA + "0", SHA.upper(), "g" * 64, "0x" + SHA[2:], "０" * 64])
def test_what_is_no_sha_256_is_refused(digest: str) -> None:
    refuses(Digest, digest)


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (Whole, {"type": "integer", "minimum": 0, "maximum": 1_000_000}),
        (Points, {"type": "integer", "minimum": 0, "maximum": 100}),
        (Price, {"type": "integer", "minimum": 1, "maximum": 1_000_000_000}),
        (Text, {"type": "string", "minLength": 1, "maxLength": 2_000}),
        (Label, {"type": "string", "minLength": 1, "maxLength": 200}),
        (Digest, {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[0-9a-f]{64}$"}),
    ],
)
def test_each_value_describes_its_bounds(kind: type[Any], schema: dict[str, Any]) -> None:
    assert TypeAdapter(kind).json_schema() == schema


def test_an_id_that_we_derive_is_the_same_each_time_and_of_version_8() -> None:
    assert derived_id("roster", UUID(int=1)) == derived_id("roster", UUID(int=1)) != derived_id("roster", UUID(int=2))
    assert derived_id("roster", UUID(int=1)).version == 8


@pytest.mark.parametrize("given", [uuid4(), str(uuid4()), uuid5(NAMESPACE_URL, "ours"), UUID(int=7)])
def test_a_caller_chooses_any_id(given: object) -> None:
    assert TypeAdapter(ChosenId).validate_python(given) == UUID(str(given))


@pytest.mark.parametrize("given", [derived_id("settings", "jiangyin"), str(derived_id("batch", 1, "mechanical"))])
def test_but_none_that_we_derive_for_something_else(given: object) -> None:
    with pytest.raises(ValidationError, match="version 8"):
        TypeAdapter(ChosenId).validate_python(given)
