"""What an auditor runs: files in, sentences out; 0 holds, 1 tampered, 2 unusable."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec

from shared.audit.archive import content
from shared.audit.comparing import compare
from shared.audit.leaf import read_leaf
from shared.audit.naming import entry_said
from shared.audit.note import LONGEST, BadNote, Note
from shared.audit.policy import BadPolicy, Policy
from shared.audit.proof import EntryProof
from shared.audit.said import Language, Said, Unusable, said
from shared.audit.tree import BadProof
from shared.audit.verifying import Asked, Kept, Progress, Report, Shown, verify

HOLDS, TAMPERED, UNUSABLE = 0, 1, 2
LONGEST_POLICY = 1 << 20
LONGEST_PROOF = 1 << 20
LONGEST_STATE = 16 << 20

P = ParamSpec("P")
Answer = tuple[int, list[Said]]


def language(environment: Mapping[str, str] = os.environ) -> Language:
    """As the environment asks for; English unless it asks for Chinese."""
    asked = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "zh" if asked.lower().startswith("zh") else "en"


@dataclass(frozen=True)
class Voice:
    """Where sentences go, and in which language."""

    language: Language
    out: Callable[[str], object]
    error: Callable[[str], object]


def _answered(work: Callable[P, Answer]) -> Callable[Concatenate[Voice, P], int]:
    """The exit code, once everything is said."""

    def answer(voice: Voice, /, *args: P.args, **kwargs: P.kwargs) -> int:
        try:
            code, sentences = work(*args, **kwargs)
        except Unusable as unusable:
            voice.error(unusable.said.text(voice.language))
            return UNUSABLE
        except OSError as error:
            sentence = said("file-unreadable", path=error.filename or "", why=error.strerror or str(error))
            voice.error(sentence.text(voice.language))
            return UNUSABLE
        for sentence in sentences:
            voice.out(sentence.text(voice.language))
        return code

    return answer


@_answered
def check_export(
    export: Path,
    policy: Path,
    since: Path | None = None,
    receipts: Sequence[Path] = (),
    proofs: Sequence[Path] = (),
    *,
    allow_withheld: bool = False,
    pass_over_unknown: bool = False,
    progress: Progress = lambda _, __: None,
) -> Answer:
    """Verify an export against a policy and whatever the auditor kept."""
    asked = Asked(
        Kept(str(since), _note(since)) if since else None,
        [Kept(str(path), _note(path)) for path in receipts],
        [Shown(str(path), _proof(path)) for path in proofs],
        allow_withheld=allow_withheld,
        pass_over_unknown=pass_over_unknown,
    )
    report = verify(export, read_policy(policy), asked, progress)
    return (HOLDS if report.holds else TAMPERED), [*report.findings, *report.remarks, *_conclusion(report)]


def _conclusion(report: Report) -> list[Said]:
    if not report.holds:
        return []
    withheld = [said("withheld", count=report.withheld)] if report.withheld else []
    told = {"origin": report.origin, "size": report.size, "checkpoints": report.checkpoints}
    if report.is_witness_asked:
        return [*withheld, said("holds", **told, witnessed=report.witnessed)]
    return [*withheld, said("holds-alone", **told)]


@_answered
def check_proof(proof: Path, policy: Path, state: Path | None = None) -> Answer:
    """Verify one entry's proof, and that a given text is the state that was sealed."""
    given, trusted = _proof(proof), read_policy(policy)
    what = said("path", path=proof)
    try:
        leaf = read_leaf(given.leaf)
        checked = trusted.check(given.note)
        if leaf.log != checked.checkpoint.origin:
            raise Unusable("since-other", what=what, other=leaf.log, origin=checked.checkpoint.origin)
    except ValueError as error:
        raise Unusable("proof-unusable", what=what, why=str(error)) from None
    entry, checkpoint = entry_said(given.index, given.leaf), checked.checkpoint
    try:
        given.verify()
    except BadProof as error:
        return TAMPERED, [said("proof-wrong", what=what, why=str(error))]
    if state is not None and _sha256(content(state, LONGEST_STATE)) != leaf.sha256:
        return TAMPERED, [said("proof-state", entry=entry)]
    if not checked.is_witnessed:
        return TAMPERED, [said("proof-unwitnessed", size=checkpoint.size)]
    return HOLDS, [said("proof-holds", entry=entry, origin=checkpoint.origin, size=checkpoint.size)]


@_answered
def check_difference(one: Path, other: Path, policy: Path | None = None) -> Answer:
    """Compare two exports of one log; with a policy, once both are verified."""
    trusted = read_policy(policy) if policy else None
    for path in (one, other) if trusted else ():
        assert trusted is not None
        report = verify(path, trusted, Asked(allow_withheld=True))
        if not report.holds:
            return TAMPERED, [said("of-export", path=path, finding=finding) for finding in report.findings]
    compared = compare(one, other)
    return (HOLDS if compared.agree else TAMPERED), [compared.sentence]


def read_policy(path: Path) -> Policy:
    try:
        return Policy.read(content(path, LONGEST_POLICY))
    except (BadPolicy, UnicodeDecodeError) as error:
        raise Unusable("policy-unusable", why=str(error)) from None


def _note(path: Path) -> Note:
    try:
        return Note.read(_as_kept(content(path, LONGEST)))
    except BadNote as error:
        raise Unusable("note-unusable", what=said("path", path=path), why=str(error)) from None


def _as_kept(whole: bytes) -> bytes:
    """A note as people keep it: an answer's whole JSON, other ends of lines, none at the end."""
    if whole.lstrip().startswith(b"{"):
        try:
            whole = str(json.loads(whole)["receipt"]).encode()
        except (ValueError, KeyError, TypeError, RecursionError):
            return whole
    return whole.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"


def _proof(path: Path) -> EntryProof:
    try:
        return EntryProof.read(content(path, LONGEST_PROOF))
    except BadNote as error:
        raise Unusable("proof-unusable", what=said("path", path=path), why=str(error)) from None


def _sha256(state: bytes) -> str:
    return hashlib.sha256(state).hexdigest()
