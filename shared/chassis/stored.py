"""What a store kept, read back into values: believed, since it was checked where it came in.

A bound that was tightened since must not make an old stream unloadable, so `Strict.fit` is not asked here.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
Misread = msgspec.MsgspecError
"""A stored text that is no JSON, or doesn't fit its kind."""


def _believe(kind: Any, given: Any) -> Any:
    return kind.stored(given)


def reader(kind: Any) -> Callable[[bytes | str], Any]:
    """From JSON text to a value in one go, outside Python: a projection reads hundreds of thousands."""
    return _decoder(kind).decode


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind, dec_hook=_believe)


def believed(kind: type[T], given: Any) -> T:
    """Plain JSON values as a value of `kind`."""
    return msgspec.convert(given, kind, dec_hook=_believe)
