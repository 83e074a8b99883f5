"""Which keys speak for a log, and when: a text that the log's own keys sign, so that a rotation can be followed.

mingban key policy v1
origin mingban.example/finance
log <key> from 2026-11-24T00:00:00Z until 2027-01-23T00:00:00Z
log <key> from 2026-12-24T00:00:00Z
receipt <key> from 2026-11-24T00:00:00Z
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from shared.audit.instants import read_instant, written
from shared.audit.note import ED25519, BadNote, Note, Verifier

HEADER = "mingban key policy v1"
LOG, RECEIPT = "log", "receipt"
USES = (LOG, RECEIPT)


def key_name(origin: str, use: str) -> str:
    """A log's keys are named like the log, its receipt keys one below it."""
    return origin if use == LOG else f"{origin}/{RECEIPT}"


@dataclass(frozen=True)
class Term:
    """A key with the time in which it signs: from `since` on and before `until`; None while no end is set."""

    use: str
    key: Verifier
    since: datetime
    until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)

    @property
    def line(self) -> str:
        until = f" until {written(self.until)}" if self.until else ""
        return f"{self.use} {self.key.text} from {written(self.since)}{until}"

    @classmethod
    def read(cls, line: str) -> Self:
        match line.split(" "):
            case [use, key, "from", since] if use in USES:
                return cls(use, Verifier.read(key), read_instant(since))
            case [use, key, "from", since, "until", until] if use in USES:
                return cls(use, Verifier.read(key), read_instant(since), read_instant(until))
        msg = f"a key's line is: log or receipt <key> from <instant>, then perhaps until <instant>; not {line[:60]!r}"
        raise BadNote(msg)


@dataclass(frozen=True)
class KeyPolicy:
    """`terms` are in the order of their lines: the log's keys, then the receipt keys, each in the order of making."""

    origin: str
    terms: tuple[Term, ...]

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in (HEADER, f"origin {self.origin}", *(term.line for term in self.terms)))

    @classmethod
    def read(cls, text: str) -> Self:
        """The policy of a note's text, in its one way of writing. Raises `BadNote`."""
        lines = text.removesuffix("\n").split("\n")
        if lines[0] != HEADER or len(lines) < 2 or not lines[1].startswith("origin "):  # noqa: PLR2004
            msg = f"a key policy begins with {HEADER!r} and the log's origin"
            raise BadNote(msg)
        found = cls(lines[1].removeprefix("origin "), tuple(map(Term.read, lines[2:])))
        found._check()
        if found.text != text:
            msg = "this key policy is not written in the one way that there is"
            raise BadNote(msg)
        return found

    def _check(self) -> None:
        for term in self.terms:
            if (term.key.name, term.key.kind) != (key_name(self.origin, term.use), ED25519):
                msg = f"the {term.use} key {term.key.name} is not one of {self.origin}"
                raise BadNote(msg)
            if term.until is not None and term.until < term.since:
                msg = f"the key {term.key.id.hex()} ends before it begins"
                raise BadNote(msg)
        order = [(USES.index(term.use), term.since) for term in self.terms]
        if not self.of(LOG) or order != sorted(order) or len({term.key.public for term in self.terms}) < len(order):
            msg = "a key policy names each key once, the log's first, in the order in which they began"
            raise BadNote(msg)

    @classmethod
    def signed_by(cls, note: Note, trusted: Sequence[Verifier]) -> Self:
        """The policy of a note that a trusted key of its own signed, and each log key whose end is not set."""
        found = cls.read(note.text)
        own = [term.key for term in found.of(LOG)]
        signed = note.signed_by(own)
        if not any(key in signed for key in trusted):
            msg = f"no trusted key signed the key policy of {found.origin}"
            raise BadNote(msg)
        for term in found.of(LOG):
            if term.until is None and term.key not in signed:
                msg = f"the key {term.key.id.hex()} of {found.origin} did not sign the policy that names it"
                raise BadNote(msg)
        return found

    def of(self, use: str) -> list[Term]:
        return [term for term in self.terms if term.use == use]

    def keys(self, use: str, at: datetime) -> list[Verifier]:
        """Those that sign at an instant, the newest last."""
        return [term.key for term in self.of(use) if term.covers(at)]

    def rotated(self, use: str, key: Verifier, since: datetime, until: datetime) -> "KeyPolicy":
        """With a new key from `since` on, and the former ones of this use to sign until `until` at the latest."""
        ended = [
            replace(term, until=min(term.until or until, until)) if term.use == use and _lasts(term, until) else term
            for term in self.terms
        ]
        added = sorted([*ended, Term(use, key, since)], key=lambda term: (USES.index(term.use), term.since))
        return KeyPolicy(self.origin, tuple(added))


def _lasts(term: Term, until: datetime) -> bool:
    return term.until is None or term.until > until
