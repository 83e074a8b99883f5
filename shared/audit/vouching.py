"""Who vouches for an export: its checkpoints and key policies, signature by signature, under an auditor's policy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple

from shared.audit.checkpoint import Checkpoint
from shared.audit.epochs import log_of
from shared.audit.exporting import Export
from shared.audit.key_policy import LOG, KeyPolicy
from shared.audit.note import BadNote, Note, Verifier
from shared.audit.policy import Policy
from shared.audit.said import Said, Unusable, said

MOST_FINDINGS = 20
MOST_KEY_POLICIES = 100
Known = Mapping[tuple[str, bytes], Verifier]


class Head(NamedTuple):
    """A checkpoint of the export; `seen` is the earliest of its witnesses' times, in POSIX seconds."""

    size: int
    root: bytes
    is_witnessed: bool
    seen: int | None


@dataclass
class Vouched:
    """What the signatures say. `heads` ascend by size; without `newest` nothing can be said of the entries."""

    origin: str
    heads: list[Head] = field(default_factory=list)
    newest: Head | None = None
    count: int = 0
    key_policies: list[KeyPolicy] = field(default_factory=list)
    findings: list[Said] = field(default_factory=list)
    remarks: list[Said] = field(default_factory=list)

    @property
    def witnessed(self) -> int:
        """Up to which size witnesses vouch for the log, as far as the policy asks for them."""
        return max((head.size for head in self.heads if head.is_witnessed), default=0)


def vouched(export: Export, policy: Policy, *, pass_over: bool = False) -> Vouched:
    """Read all notes of an export. Raises `Unusable` when it is not of a log that the policy knows."""
    origin = _origin(export)
    ours = policy.keys_of(origin)
    if not ours:
        raise Unusable("log-unknown", origin=origin)
    found = Vouched(origin)
    signatures = _Signatures(
        {(key.name, key.id): key for key in (*ours, *policy.cosigners)}, found, pass_over=pass_over
    )
    _read_keys(export, ours, signatures, found)
    _read_checkpoints(export, policy, signatures, found)
    if found.newest and not found.newest.is_witnessed:
        found.findings.append(said("not-witnessed", size=found.newest.size, witnessed=found.witnessed))
    return found


def _origin(export: Export) -> str:
    """That of the first checkpoint that can be read."""
    why = None
    for whole in export.notes(export.checkpoints):
        try:
            return Checkpoint.of(Note.read(whole)).origin
        except BadNote as error:
            why = why or str(error)
    if why is None:
        raise Unusable("checkpoints-none")
    raise Unusable("note-unusable", what=said("path", path=export.checkpoints.name), why=why)


class _Signatures:
    """Checks each line below a note: a line that nobody checks could be altered unseen."""

    def __init__(self, known: Known, found: Vouched, *, pass_over: bool) -> None:
        self.known = dict(known)
        self._found = found
        self._pass_over = pass_over

    def of(self, note: Note, what: Said) -> dict[Verifier, int | None]:
        """Who signed, with a witness's time. Raises `BadNote` for a known key's wrong signature."""
        signed: dict[Verifier, int | None] = {}
        for each in note.signatures:
            key = self.known.get((each.name, each.id))
            if key is None:
                told = self._found.remarks if self._pass_over else self._found.findings
                code = "signer-passed-over" if self._pass_over else "signer-unknown"
                told.append(said(code, what=what, name=each.name, id=each.id.hex()))
            elif key in signed:
                self._found.findings.append(said("signer-twice", what=what, name=each.name))
            else:
                signed[key] = key.timestamp(note.text, each.signature)
        return signed


def _read_keys(export: Export, ours: Sequence[Verifier], signatures: _Signatures, found: Vouched) -> None:
    """Follow the log's keys from those that the auditor knows to those that they certified, forwards and backwards.

    They count as known, so that their lines are checked; whom to trust stays the auditor's policy's word.
    """
    waiting = dict(enumerate(islice(export.notes(export.keys), MOST_KEY_POLICIES + 1), start=1))
    if len(waiting) > MOST_KEY_POLICIES:
        raise Unusable("keys-many", limit=MOST_KEY_POLICIES)
    # A log's keys go by its own name in every epoch, its checkpoints by the epoch's.
    trusted, notes, why = [*ours, *_named(ours, log_of(found.origin))], dict[int, Note](), dict[int, str]()
    while True:
        before = len(waiting)
        for number, whole in list(waiting.items()):
            try:
                note = Note.read(whole)
                policy = _key_policy(note, trusted, log_of(found.origin))
            except BadNote as error:
                why[number] = str(error)
                continue
            del waiting[number]
            notes[number] = note
            found.key_policies.append(policy)
            keys = [term.key for term in policy.of(LOG)]
            trusted += keys
            signatures.known.update({(key.name, key.id): key for key in _named(keys, found.origin)})
            signatures.known.update({(term.key.name, term.key.id): term.key for term in policy.terms})
        if len(waiting) in (0, before):
            break
    found.findings += [said("keys-bad", number=number, why=why[number]) for number in waiting]
    for number, note in sorted(notes.items()):
        try:
            signatures.of(note, said("keys", number=number))
        except BadNote as error:
            found.findings.append(said("keys-bad", number=number, why=str(error)))


def _named(keys: Iterable[Verifier], name: str) -> list[Verifier]:
    return [replace(key, name=name) for key in keys]


def _key_policy(note: Note, trusted: Sequence[Verifier], origin: str) -> KeyPolicy:
    policy = KeyPolicy.signed_by(note, trusted)
    if policy.origin != origin:
        msg = f"it is of another log, {policy.origin}"
        raise BadNote(msg)
    return policy


def _read_checkpoints(export: Export, policy: Policy, signatures: _Signatures, found: Vouched) -> None:
    """Every checkpoint is signed by a key of the log, the newest by one that the auditor knows."""
    ours, foreign = set(policy.keys_of(found.origin)), False
    terms = [term.key for named in found.key_policies for term in named.of(LOG)]
    certified = ours | {*_named(terms, found.origin)}
    for number, whole in enumerate(export.notes(export.checkpoints), start=1):
        found.count, found.newest, foreign = number, None, False
        if len(found.findings) >= MOST_FINDINGS:
            return
        try:
            note = Note.read(whole)
            checkpoint = Checkpoint.of(note)
            if checkpoint.origin != found.origin:
                raise Unusable("log-other", other=checkpoint.origin, origin=found.origin)
            signed = signatures.of(note, said("checkpoint", size=checkpoint.size))
        except BadNote as error:
            found.findings.append(said("checkpoint-bad", number=number, why=str(error)))
            continue
        foreign = not ours & signed.keys()
        if not certified & signed.keys():
            why = f"no key of {found.origin} that is known signed it"
            found.findings.append(said("checkpoint-bad", number=number, why=why))
            continue
        if found.heads and checkpoint.size <= found.heads[-1].size:
            found.findings.append(said(
                "checkpoint-order", number=number, size=checkpoint.size, before=found.heads[-1].size,
            ))  # fmt: skip
            continue
        times = {key: at for key, at in signed.items() if at is not None}
        found.newest = Head(
            checkpoint.size, checkpoint.root, policy.is_witnessed(times.keys()), min(times.values(), default=None)
        )
        found.heads.append(found.newest)
    if foreign:
        raise Unusable("key-foreign", origin=found.origin)
