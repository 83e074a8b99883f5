"""Personal texts on their way in and out: boxed with their persons' keys, opened where they are shown."""

import base64
import hashlib
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args, get_type_hints
from uuid import UUID

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.chassis.person_keys import PersonKeys
from shared.kernel.model import Aggregate
from shared.kernel.personal import MARKS, Boxed, PersonalText, box_of

logger = structlog.get_logger(__name__)

ERASED = ("已按个人信息保护要求删除", "erased at the person's request")
"""What is shown instead of a text whose key is destroyed, zh and en."""

BROKEN = ("此文字与存入时不符，无法显示", "this text is not what was stored and cannot be shown")

NONCE_BYTES = 12


class KeysMissing(Exception):
    """A decision needs keys that are not at hand: fetch them and make it again, it is pure."""

    def __init__(self, persons: Collection[str]) -> None:
        super().__init__(f"{len(persons)} keys are not at hand")
        self.persons = persons


class Tampered(Exception):
    """A box that its key does not open: its bytes, its person or its place were changed."""


class KeyRing:
    """The keys of one decision, fetched when first needed and forgotten with it.

    Off the event loop it may fetch `at_once`; on it `KeysMissing` says which.
    """

    def __init__(self, keys: PersonKeys, school: str, *, at_once: bool = False) -> None:
        self._keys, self._school, self._at_once = keys, school, at_once
        self._held: dict[str, bytes | None] = {}

    def fetch(self, persons: Collection[str]) -> None:
        """Does I/O: not for the event loop."""
        self._held |= self._keys.handed_out(self._school, persons)

    def need(self, persons: Iterable[str]) -> None:
        absent = {one for one in persons if one not in self._held}
        if absent and not self._at_once:
            raise KeysMissing(absent)
        if absent:
            self.fetch(absent)

    def check(self, changed: Iterable[Aggregate]) -> None:
        """That every text that was just said can be boxed."""
        for aggregate in changed:
            for happened in aggregate.pending:
                if says(happened):
                    self.need(persons_of(happened, aggregate))

    def opened(self, box: Boxed) -> str | None:
        self.need(box.boxed_for)
        return opened(self._school, box, self._held)

    def boxed(self, happened: Any, aggregate: Aggregate) -> Any:
        """An event as it is stored."""
        persons, name = persons_of(happened, aggregate), happened.__event_name__
        self.need(persons)
        key = _key(persons, self._held)

        def box(said: str, path: str) -> Boxed:
            of = f"{name}/{path}"
            return Boxed(persons, of, sealed(said, key, _bound_to(self._school, persons, of)))

        said = {field: _each(getattr(happened, field), field, box) for field in personal_fields(type(happened))}
        return replace(happened, **said)


def _each(value: Any, path: str, box: Callable[[str, str], Boxed]) -> Any:
    match value:
        case Boxed() | None:
            return value
        case str():
            return box(value, path)
        case tuple():
            return tuple(_each(one, path, box) for one in value)
    inner = {name: _each(getattr(value, name), f"{path}.{name}", box) for name in personal_fields(type(value))}
    return replace(value, **inner) if inner else value


def says(value: Any) -> bool:
    """Whether a personal text stands in it that is not boxed yet."""
    # Asked of each event of each command: most kinds hold none.
    if _FIELDS.get(type(value)) == ():
        return False
    match value:
        case Boxed() | None:
            return False
        case str():
            return True
        case tuple():
            return any(map(says, value))
    return any(says(getattr(value, name)) for name in personal_fields(type(value)))


def personal_fields(kind: Any) -> tuple[str, ...]:
    """The fields of an event or a row in which a personal text may stand."""
    if kind not in _FIELDS:
        _FIELDS[kind] = _personal_fields(kind)
    return _FIELDS[kind]


_FIELDS: dict[Any, tuple[str, ...]] = {}


def _personal_fields(kind: Any) -> tuple[str, ...]:
    if not is_dataclass(kind):
        return ()
    hints = get_type_hints(kind)
    return tuple(one.name for one in fields(kind) if _holds_text(hints[one.name]))


def _holds_text(hint: Any) -> bool:
    if isinstance(hint, type) and issubclass(hint, PersonalText):
        return True
    return bool(isinstance(hint, type) and personal_fields(hint)) or any(map(_holds_text, get_args(hint)))


def persons_of(happened: Any, aggregate: Aggregate) -> tuple[str, ...]:
    """Whom the texts of an event are about: one person, or all of a group."""
    name: str = happened.about
    about = getattr(happened, name, None) or getattr(aggregate, name, None)
    if not about:
        msg = f"{type(happened).__name__} does not say whom its text is about ({name})"
        raise TypeError(msg)
    return (str(about),) if isinstance(about, UUID) else tuple(sorted(map(str, about)))


def _bound_to(school: str, persons: Sequence[str], of: str) -> bytes:
    return "\0".join((school, *persons, of)).encode()


def _key(persons: Sequence[str], held: Mapping[str, bytes | None]) -> bytes | None:
    """Of several persons one key made of all theirs: who of them is erased takes the text along."""
    keys = [key for one in persons if (key := held.get(one)) is not None]
    if len(keys) < len(persons):
        return None
    return keys[0] if len(keys) == 1 else hashlib.sha256(b"".join(keys)).digest()


def sealed(said: str, key: bytes | None, bound_to: bytes) -> str:
    """The box's text; about somebody who is erased nothing is kept."""
    if key is None:
        return ""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, said.encode(), bound_to)).decode()


def opened(school: str, box: Boxed, held: Mapping[str, bytes | None]) -> str | None:
    """What a box says; None when it is erased. Raises `Tampered` for anything else than was boxed."""
    key = _key(box.boxed_for, held)
    if key is None:
        return None
    try:
        raw = base64.b64decode(box.box, validate=True)
        said = AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound_to(school, box.boxed_for, box.of))
    except (InvalidTag, ValueError) as error:
        raise Tampered(box.of) from error
    return said.decode()


def shown(keys: PersonKeys, school: str, body: Any, *, english: bool) -> Any:
    """Plain JSON as it is shown to who may see it: every box opened, or its erasure told. Does I/O.

    Another service's stay boxed: its keys lie there.
    """
    boxes = [box for box in _boxes(body) if _is_of(box, keys.service)]
    if not boxes:
        return body
    held = keys.known(school, {person for box in boxes for person in box.boxed_for})

    def told(box: Boxed) -> Any:
        if not _is_of(box, keys.service):
            return box
        try:
            said = opened(school, box, held)
        except Tampered:
            logger.exception("a box does not open", school=school, of=box.of, boxed_for=box.boxed_for)
            return BROKEN[english]
        return ERASED[english] if said is None else said

    return _with_boxes(body, told)


def _is_of(box: Boxed, service: str) -> bool:
    return box.of.partition(".")[0] == service


def _boxes(value: Any) -> Iterator[Boxed]:
    if (box := _as_box(value)) is not None:
        yield box
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _boxes(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _boxes(inner)


def _with_boxes(value: Any, told: Callable[[Boxed], Any]) -> Any:
    if (box := _as_box(value)) is not None:
        return told(box)
    if isinstance(value, dict):
        return {name: _with_boxes(inner, told) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_with_boxes(inner, told) for inner in value]
    return value


def _as_box(value: Any) -> Boxed | None:
    if isinstance(value, Boxed):
        return value
    return box_of(value) if isinstance(value, dict) and value.keys() == MARKS else None
