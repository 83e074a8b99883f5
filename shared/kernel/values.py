"""Strict values: what a payload may hold, checked where it enters and nowhere else.

Each validates by itself and hands pydantic a plain-dict schema, so the kernel imports no library.
pydantic's own `int` takes 5.0, "5", true and 10**30; its `str` takes control characters.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class Unfit(ValueError):
    """What was given is no such value; said in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class Strict:
    """A value that pydantic meets through `fit`, while one that a log stored is believed (`stored`).

    A bound that was tightened since must not make an old stream unloadable.
    """

    __slots__ = ()

    @classmethod
    def fit(cls, given: Any) -> Self:
        """The value, or `Unfit`."""
        raise NotImplementedError

    @classmethod
    def stored(cls, given: Any) -> Self:
        return cls(given)  # type: ignore[call-arg]

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> dict[str, Any]:
        return {"type": "function-plain", "function": {"type": "no-info", "function": cls.fit}}


class Whole(Strict, int):
    """A whole number between `least` and `most`, both included; no bool, float or digits in text."""

    least: ClassVar[int] = 0
    most: ClassVar[int] = 1_000_000

    @classmethod
    def fit(cls, given: Any) -> Self:
        if isinstance(given, bool) or not isinstance(given, int) or not cls.least <= given <= cls.most:
            raise Unfit(
                f"应为 {cls.least} 到 {cls.most} 的整数", f"a whole number from {cls.least} to {cls.most} is needed"
            )
        return cls(given)

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: Any, _handler: Any) -> dict[str, Any]:
        return {"type": "integer", "minimum": cls.least, "maximum": cls.most}


class Points(Whole):
    """Points of an expert for one item, 0 to 100."""

    most = 100


class Text(Strict, str):
    """One or more lines for people: trimmed, not empty, no control or bidirectional characters."""

    __slots__ = ()
    longest: ClassVar[int] = 2_000
    pattern: ClassVar[str | None] = None
    example: ClassVar[str] = "带班育人方略"

    @classmethod
    def fit(cls, given: Any) -> Self:
        text = given.strip() if isinstance(given, str) else ""
        if not 1 <= len(text) <= cls.longest:
            raise Unfit(f"应为 1 到 {cls.longest} 个字的文本", f"a text of 1 to {cls.longest} characters is needed")
        if all(unicodedata.category(character)[0] in "CZM" for character in text):
            raise Unfit("应有看得见的文字", "a text that can be seen is needed")
        if _CONTROL.search(text):
            raise Unfit("不能含有控制字符", "control characters are not allowed")
        if cls.pattern and not re.fullmatch(cls.pattern, text):
            raise Unfit(f"应符合 {cls.pattern}", f"a text like {cls.pattern} is needed")
        return cls(text)

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: Any, _handler: Any) -> dict[str, Any]:
        schema = {"type": "string", "minLength": 1, "maxLength": cls.longest}
        return schema | ({"pattern": f"^{cls.pattern}$"} if cls.pattern else {})


class Label(Text):
    """A short line: a title, a place, a topic."""

    longest = 200

    @classmethod
    def fit(cls, given: Any) -> Self:
        line = super().fit(given)
        if "\n" in line or "\t" in line:
            raise Unfit("应为一行文字", "one line is needed")
        return line


class Slug(Text):
    """A short machine name: a school, a department."""

    longest = 40
    pattern = "[a-z0-9]+(-[a-z0-9]+)*"
    example = "mechanical"


class Digest(Text):
    """SHA-256 of a document that is kept elsewhere, 64 hex digits."""

    longest = 64
    pattern = "[0-9a-f]{64}"
    example = "a" * 64


class _Checked:
    """A guard before pydantic's own reading of a type that it takes too much for."""

    def __init__(self, fits: Callable[[Any], bool], zh: str, en: str) -> None:
        self._fits, self._zh, self._en = fits, zh, en

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        check = {"type": "no-info", "function": self._check}
        return {"type": "function-before", "function": check, "schema": handler(source)}

    def _check(self, given: Any) -> Any:
        if not self._fits(given):
            raise Unfit(self._zh, self._en)
        return given


def _is_day(given: Any) -> bool:
    if isinstance(given, date):
        return not isinstance(given, datetime)
    return isinstance(given, str) and re.fullmatch(r"(19|20|21)\d\d-\d\d-\d\d", given) is not None


Day = Annotated[date, _Checked(_is_day, "应为日期 YYYY-MM-DD", "a date YYYY-MM-DD is needed")]
"""A date, as text YYYY-MM-DD of the years 1900 to 2199: pydantic takes numbers and instants for dates too."""

DERIVED = 8
"""The version of UUIDs that we derive from what a stream is about; no caller may choose such an id."""


def derived_id(*about: object) -> UUID:
    """The id of a stream that is found by what it is about: a version 8 UUID of its name's SHA-256."""
    digest = int.from_bytes(hashlib.sha256("/".join(("mingban", *map(str, about))).encode()).digest()[:16])
    return UUID(int=digest & ~(0xF << 76 | 0x3 << 62) | DERIVED << 76 | 0x2 << 62)


def _is_chosen(given: Any) -> bool:
    try:
        return UUID(str(given)).version != DERIVED
    except ValueError:
        return True


ChosenId = Annotated[UUID, _Checked(_is_chosen, "编号不能是第8版UUID", "an id that you choose is no UUID of version 8")]
"""An id under which a caller begins something: never one that we derive, or it would squat on another's stream."""

Flag = Annotated[bool, _Checked(lambda given: isinstance(given, bool), "应为 true 或 false", "true or false is needed")]
"""true or false: pydantic takes "yes" and 1 too."""
