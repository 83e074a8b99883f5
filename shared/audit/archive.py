"""A plain tar in the one way that we write it, so that no byte of it can change unseen."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from shared.audit.said import Unusable

BLOCK = 512
END = 2 * BLOCK
_OCTAL = 8**11
_BINARY = 0x80
_PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf")


_DIGITS = re.compile(rb"[0-7]{11}")


class Member(NamedTuple):
    """Where a member's bytes lie in the file."""

    name: str
    start: int
    size: int

    @property
    def end(self) -> int:
        return self.start + self.size

    @property
    def next(self) -> int:
        return self.end + padding(self.size)


def padding(size: int) -> int:
    return -size % BLOCK


def header(name: str, size: int) -> bytes:
    """A ustar header: a file, 0644, of nobody, at second 0; the size in octal, from 8 GiB on as GNU writes it."""
    length = b"%011o\x00" % size if size < _OCTAL else bytes([_BINARY]) + size.to_bytes(11)
    head = (
        name.encode().ljust(100, b"\x00") + b"0000644\x00" + b"0000000\x00" * 2 + length + b"0" * 11 + b"\x00",
        b"0" + b"\x00" * 100 + b"ustar\x0000" + b"\x00" * 64 + b"0000000\x00" * 2,
    )  # fmt: skip
    total = sum(head[0]) + sum(head[1]) + 8 * ord(" ")
    return (head[0] + b"%06o\x00 " % total + head[1]).ljust(BLOCK, b"\x00")


def members(file: BinaryIO, names: Sequence[str]) -> list[Member]:
    """The members of a file that holds these and nothing else. Raises `Unusable` for every other byte."""
    whole = file.seek(0, 2)
    if whole == 0:
        raise Unusable("file-empty")
    found, at = list[Member](), 0
    for name in names:
        file.seek(at)
        head = file.read(BLOCK)
        if at == 0 and head.startswith(_PACKED):
            raise Unusable("file-packed")
        if len(head) < BLOCK:
            raise Unusable("archive-truncated", member=name, at=at + len(head))
        if head != header(name, size := _size(head)):
            raise Unusable("archive-header", member=name, at=at)
        member = Member(name, at + BLOCK, size)
        if member.next > whole:
            raise Unusable("archive-truncated", member=name, at=whole)
        _zeros(file, member.end, member.next)
        found.append(member)
        at = member.next
    if whole < at + END:
        raise Unusable("archive-truncated", member=names[-1], at=whole)
    if whole > at + END:
        raise Unusable("archive-overlong", at=at + END)
    _zeros(file, at, whole)
    return found


def _size(head: bytes) -> int:
    field = head[124:136]
    if field[0] == _BINARY:
        return int.from_bytes(field[1:])
    return int(field[:11], 8) if _DIGITS.fullmatch(field[:11]) else 0


def _zeros(file: BinaryIO, start: int, end: int) -> None:
    file.seek(start)
    filling = file.read(end - start)
    if filling.count(0) != end - start:
        raise Unusable("archive-padding", at=start + len(filling) - len(filling.lstrip(b"\x00")))


class Archive:
    """An archive being written: member after member, each as long as it turns out to be."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def begin(self) -> int:
        """Where the next member's bytes start; its header is written when it is closed."""
        self._file.write(b"\x00" * BLOCK)
        return self._file.tell()

    def close(self, name: str, start: int) -> None:
        size = self._file.tell() - start
        self._file.write(b"\x00" * padding(size))
        end = self._file.tell()
        self._file.seek(start - BLOCK)
        self._file.write(header(name, size))
        self._file.seek(end)

    def end(self) -> None:
        self._file.write(b"\x00" * END)


def opened(path: Path) -> BinaryIO:
    """A regular file for reading, or `Unusable`."""
    try:
        if path.is_dir():
            raise Unusable("file-folder", path=str(path))
        if path.exists() and not path.is_file():
            raise Unusable("file-irregular", path=str(path))
        return path.open("rb", buffering=1 << 18)
    except OSError as error:
        raise Unusable("file-unreadable", path=str(path), why=error.strerror or str(error)) from None


def content(path: Path, limit: int) -> bytes:
    """A small file whole."""
    with opened(path) as file:
        found = file.read(limit + 1)
    if len(found) > limit:
        raise Unusable("file-long", path=str(path), limit=limit)
    return found
