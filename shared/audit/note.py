"""C2SP signed notes: texts that keys sign, the keys' own text forms, and witnesses' dated cosignatures."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = 0x01, 0x04
"""Signature types of signed notes: a log's or receipt key's, and a witness's with its time."""
LONGEST = 64 * 1024
MOST_SIGNATURES = 64
_NAME = re.compile(r"[^\s+]+")
_LATEST = 2**63


class BadNote(ValueError):
    """No signed note, or one that a key it names did not sign; the message says which."""


def unbase64(given: str) -> bytes:
    """The bytes of a base64 text in its one canonical form, or `BadNote`."""
    try:
        found = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        found = None
    if found is None or base64.b64encode(found).decode() != given:
        msg = f"this is no base64: {given[:60]!r}"
        raise BadNote(msg)
    return found


def _key_id(name: str, kind: int, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        msg = f"a key's name has no spaces and no plus: {name!r}"
        raise BadNote(msg)


@dataclass(frozen=True)
class Verifier:
    """A public key under its name, for one kind of signature."""

    name: str
    kind: int
    public: bytes

    @cached_property
    def id(self) -> bytes:
        return _key_id(self.name, self.kind, self.public)

    @property
    def text(self) -> str:
        """As C2SP writes it: `<name>+<id>+<base64 of kind and key>`."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    @classmethod
    def read(cls, text: str) -> Self:
        name, _, rest = text.partition("+")
        id, _, key = rest.partition("+")
        _check_name(name)
        material = unbase64(key)
        if len(material) != 33 or material[0] not in (ED25519, COSIGNATURE):  # noqa: PLR2004 - kind and key
            msg = f"{name}: only Ed25519 keys of the types 1 and 4 are known"
            raise BadNote(msg)
        found = cls(name, material[0], material[1:])
        if found.id.hex() != id:
            msg = f"{name}: the key's id is not that of its name and key"
            raise BadNote(msg)
        return found

    def timestamp(self, text: str, signature: bytes) -> int | None:
        """When a witness signed, in seconds of POSIX time; None for keys that do not say. `BadNote` when it did not."""
        at, message = None, text.encode()
        if self.kind == COSIGNATURE:
            at, signature = int.from_bytes(signature[:8]), signature[8:]
            message = f"cosignature/v1\ntime {at}\n".encode() + message
        if at is not None and at >= _LATEST:
            msg = f"the signature of {self.name} names no time"
            raise BadNote(msg)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            msg = f"the signature of {self.name} does not hold"
            raise BadNote(msg) from None
        return at


@dataclass(frozen=True)
class Signer:
    """A private key under its name."""

    name: str
    kind: int
    seed: bytes = field(repr=False)

    @classmethod
    def made(cls, name: str, kind: int = ED25519) -> Self:
        _check_name(name)
        return cls(name, kind, Ed25519PrivateKey.generate().private_bytes_raw())

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.kind, self._key.public_key().public_bytes_raw())

    @property
    def text(self) -> str:
        """As the Go tools keep it: `PRIVATE+KEY+<name>+<id>+<base64>`."""
        key = base64.b64encode(bytes([self.kind]) + self.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{key}"

    @classmethod
    def read(cls, text: str) -> Self:
        parts = text.strip().split("+", 4)
        if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:  # noqa: PLR2004
            msg = "this is no private key of a signed note"
            raise BadNote(msg)
        material = unbase64(parts[4])
        if len(material) != 33 or material[0] not in (ED25519, COSIGNATURE):  # noqa: PLR2004
            msg = f"{parts[2]}: only Ed25519 keys of the types 1 and 4 are known"
            raise BadNote(msg)
        found = cls(parts[2], material[0], material[1:])
        if found.verifier.id.hex() != parts[3]:
            msg = f"{parts[2]}: the key's id is not that of its name and key"
            raise BadNote(msg)
        return found

    def line(self, text: str, at: int = 0) -> str:
        """The signature line under a text; a witness signs with the POSIX second `at`."""
        message, stamp = text.encode(), b""
        if self.kind == COSIGNATURE:
            message, stamp = f"cosignature/v1\ntime {at}\n".encode() + message, at.to_bytes(8)
        signature = stamp + self._key.sign(message)
        return signature_line(self.name, self.verifier.id, signature)


def signature_line(name: str, id: bytes, signature: bytes) -> str:
    return f"\u2014 {name} {base64.b64encode(id + signature).decode()}\n"


@dataclass(frozen=True)
class Signature:
    """A line below a text: whose, and the bytes after the key's id."""

    name: str
    id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        return signature_line(self.name, self.id, self.signature)


@dataclass(frozen=True)
class Note:
    """A text with the signatures under it, whoever made them."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def read(cls, given: bytes) -> Self:
        """Raises `BadNote` with what is wrong with its form; who signed is not looked at."""
        if len(given) > LONGEST:
            msg = f"a signed note has at most {LONGEST} bytes"
            raise BadNote(msg)
        try:
            whole = given.decode()
        except UnicodeDecodeError:
            msg = "a signed note is UTF-8 text"
            raise BadNote(msg) from None
        if any(character < " " and character != "\n" for character in whole):
            msg = "a signed note has no control characters"
            raise BadNote(msg)
        text, found, below = whole.rpartition("\n\n")
        if not found or not below.endswith("\n"):
            msg = "a signed note is a text, an empty line, and signature lines"
            raise BadNote(msg)
        return cls(text + "\n", tuple(read_signatures(below)))

    @property
    def whole(self) -> bytes:
        return (self.text + "\n" + "".join(each.line for each in self.signatures)).encode()

    def with_lines(self, lines: Iterable[Signature]) -> "Note":
        """With more signatures, each once."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *lines))))

    def signed_by(self, known: Sequence[Verifier]) -> dict[Verifier, int | None]:
        """Which of the known keys signed, with a witness's time. A wrong signature of a known key is `BadNote`."""
        found: dict[Verifier, int | None] = {}
        for each in self.signatures:
            for key in known:
                if (key.name, key.id) == (each.name, each.id):
                    found[key] = key.timestamp(self.text, each.signature)
        return found


def read_signatures(lines: str) -> list[Signature]:
    """Signature lines as a note or a witness's answer has them, or `BadNote`."""
    found = []
    for line in lines.removesuffix("\n").split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != "\u2014" or not encoded:
            msg = f"this is no signature line: {line[:60]!r}"
            raise BadNote(msg)
        _check_name(name)
        material = unbase64(encoded)
        if len(material) <= 4:  # noqa: PLR2004 - the id alone
            msg = f"the signature of {name} is empty"
            raise BadNote(msg)
        found.append(Signature(name, material[:4], material[4:]))
    if len(found) > MOST_SIGNATURES:
        msg = f"a note has at most {MOST_SIGNATURES} signatures"
        raise BadNote(msg)
    return found


def signed(text: str, *signers: Signer) -> Note:
    """A text under the signatures of keys that do not date theirs."""
    return Note(text, tuple(each for signer in signers for each in read_signatures(signer.line(text))))
