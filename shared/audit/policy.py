"""Whom an auditor trusts, as a C2SP tlog-policy: the logs' keys, the witnesses', and how many of them are needed."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Self

from shared.audit.checkpoint import Checkpoint
from shared.audit.note import COSIGNATURE, ED25519, BadNote, Note, Verifier

NONE = "none"
MOST_GROUPS = 100


class BadPolicy(ValueError):
    """A policy file that cannot be used; the message names its line."""


@dataclass(frozen=True)
class Party:
    """A log or a witness: its key, and where it answers if the policy says."""

    key: Verifier
    url: str | None = None


@dataclass(frozen=True)
class Policy:
    """`quorum` is the name of a witness or group, or `none`. Witnesses and groups are by their names."""

    logs: tuple[Party, ...]
    witnesses: Mapping[str, Party]
    groups: Mapping[str, tuple[int, tuple[str, ...]]]
    quorum: str

    @classmethod
    def read(cls, given: bytes) -> Self:
        """Raises `BadPolicy`."""
        reading = _Reading()
        for number, raw in enumerate(given.split(b"\n"), start=1):
            try:
                reading.take([item.decode() for item in raw.replace(b"\t", b" ").split(b" ") if item])
            except (BadNote, ValueError) as error:
                msg = f"line {number} of the policy: {error}"
                raise BadPolicy(msg) from None
        if reading.quorum is None:
            msg = "the policy has no quorum line; say `quorum none` where no witness is needed"
            raise BadPolicy(msg)
        return cls(tuple(reading.logs), reading.witnesses, reading.groups, reading.quorum)

    def keys_of(self, origin: str) -> list[Verifier]:
        return [log.key for log in self.logs if log.key.name == origin]

    @property
    def cosigners(self) -> list[Verifier]:
        return [witness.key for witness in self.witnesses.values()]

    def is_witnessed(self, keys: AbstractSet[Verifier]) -> bool:
        """Whether the cosignatures of these keys are enough."""
        return self.quorum == NONE or self._holds(self.quorum, keys)

    def _holds(self, name: str, keys: AbstractSet[Verifier]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name].key in keys
        least, members = self.groups[name]
        return sum(self._holds(member, keys) for member in members) >= least

    def check(self, note: Note) -> "Checked":
        """A checkpoint with who vouches for it. `BadNote` when none of the known keys of its log signed."""
        checkpoint = Checkpoint.of(note)
        keys = self.keys_of(checkpoint.origin)
        if not keys:
            msg = f"the policy knows no log named {checkpoint.origin}"
            raise UnknownLog(msg)
        signed = note.signed_by([*keys, *self.cosigners])
        if not any(key in signed for key in keys):
            msg = f"no key that the policy knows for {checkpoint.origin} signed this checkpoint"
            raise BadNote(msg)
        times = {key: at for key, at in signed.items() if at is not None}
        return Checked(checkpoint, self.is_witnessed(times.keys()), times)


class UnknownLog(BadNote):
    """A checkpoint of a log that the policy does not name."""


@dataclass(frozen=True)
class Checked:
    """A checkpoint that its log signed; `times` are the witnesses' in POSIX seconds."""

    checkpoint: Checkpoint
    is_witnessed: bool
    times: Mapping[Verifier, int]


class _Reading:
    def __init__(self) -> None:
        self.logs: list[Party] = []
        self.witnesses: dict[str, Party] = {}
        self.groups: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.quorum: str | None = None
        self._members: set[str] = set()
        self._publics: set[bytes] = set()

    def take(self, items: Sequence[str]) -> None:
        if not items or items[0].startswith("#"):
            return
        verbs: Mapping[str, Callable[[Sequence[str]], None]] = {
            "log": self._log, "witness": self._witness, "group": self._group, "quorum": self._quorum,
        }  # fmt: skip
        if items[0] not in verbs:
            msg = f"a line begins with log, witness, group or quorum, not {items[0]!r}"
            raise ValueError(msg)
        verbs[items[0]](items[1:])

    def _log(self, items: Sequence[str]) -> None:
        if len(items) not in (1, 2):
            msg = "log <key> [<url>]"
            raise ValueError(msg)
        self.logs.append(self._party("log", items, ED25519))

    def _witness(self, items: Sequence[str]) -> None:
        if len(items) not in (2, 3):
            msg = "witness <name> <key> [<url>]"
            raise ValueError(msg)
        self._free(items[0])
        self.witnesses[items[0]] = self._party("witness", items[1:], COSIGNATURE)

    def _party(self, what: str, items: Sequence[str], kind: int) -> Party:
        key = Verifier.read(items[0])
        if key.kind != kind:
            msg = f"a {what}'s key has the signature type {kind}"
            raise ValueError(msg)
        if key.public in self._publics:
            msg = f"the key of {key.name} stands there twice"
            raise ValueError(msg)
        self._publics.add(key.public)
        return Party(key, items[1] if len(items) > 1 else None)

    def _group(self, items: Sequence[str]) -> None:
        if len(self.groups) == MOST_GROUPS:
            msg = f"a policy has at most {MOST_GROUPS} groups"
            raise ValueError(msg)
        name, least, members = (items[0], items[1], items[2:]) if len(items) > 2 else ("", "", ())  # noqa: PLR2004
        if not members:
            msg = "group <name> <k, all or any> <name>..."
            raise ValueError(msg)
        self._free(name)
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                msg = f"{member} is no witness or group of a line above"
                raise ValueError(msg)
            if member in self._members:
                msg = f"{member} is already in a group"
                raise ValueError(msg)
            self._members.add(member)
        wanted = {"all": len(members), "any": 1}.get(least) or (int(least) if least.isdecimal() else 0)
        if not 1 <= wanted <= len(members):
            msg = f"a group of {len(members)} needs a number from 1 to {len(members)}, all or any"
            raise ValueError(msg)
        self.groups[name] = wanted, tuple(members)

    def _quorum(self, items: Sequence[str]) -> None:
        if len(items) != 1 or self.quorum is not None:
            msg = "there is one line: quorum <name>"
            raise ValueError(msg)
        if items[0] != NONE and items[0] not in self.witnesses and items[0] not in self.groups:
            msg = f"{items[0]} is no witness or group of a line above"
            raise ValueError(msg)
        self.quorum = items[0]

    def _free(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            msg = f"the name {name} is taken"
            raise ValueError(msg)
