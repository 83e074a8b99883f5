"""Making keys and rotating them: nothing is overwritten, and each step can be taken again after a crash."""

import fcntl
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from shared.audit.files import put, settle
from shared.audit.instants import written
from shared.audit.key_policy import LOG, RECEIPT, USES, KeyPolicy, Term, key_name
from shared.audit.note import Note, Signer, signed
from shared.audit.policy import BadPolicy, Policy
from shared.chassis.keys import ANCHOR, BadKeys, Keys, read_private
from shared.chassis.settings import InstallationSettings

OVERLAP = timedelta(days=30)
"""For how long at least an old key signs beside its successor."""

Record = Callable[[dict[str, Any]], None]
"""Puts a rotation on record, once however often it is told."""


class KeyMaker:
    """For the command line; one at a time."""

    def __init__(self, settings: InstallationSettings, services: Sequence[str]) -> None:
        self._settings, self._services = settings, services
        self._keys = Keys(settings)

    def make(self, now: datetime) -> None:
        """Keys for each log that has none, and the policies that name them; what exists stays as it is."""
        now = now.replace(microsecond=0)
        with self._alone():
            self._name()
            for service in (*self._services, ANCHOR):
                if not self._keys.policy_path(service).exists():
                    self._begin(service, now)
                self._keys.check(service, now)
            self._write_auditors_policy(now)

    def rotate(self, service: str, use: str, overlap: timedelta, now: datetime, record: Record) -> dict[str, Any]:
        """A new key from now on, the former ones to the end of the overlap. What was begun before is finished first.

        No overlap is for a key that is lost or stolen: it stops now, and does not sign the policy any more.
        """
        if overlap and overlap < OVERLAP:
            msg = f"the old key signs on for {OVERLAP.days} days at least, or not at all when it is lost or stolen"
            raise BadKeys(msg)
        now = now.replace(microsecond=0)
        with self._alone():
            path = self._keys.policy_path(service)
            before, begun = self._keys.policy(service), path.with_name(f"{path.name}.next")
            if not begun.exists():
                put(begun, self._successor(before, service, use, overlap, now).whole)
            rotation = told(before, KeyPolicy.read(Note.read(begun.read_bytes()).text))
            record(rotation)
            begun.replace(path)
            settle(path.parent)
            self._write_auditors_policy(now)
        return rotation

    def _successor(self, before: KeyPolicy, service: str, use: str, overlap: timedelta, now: datetime) -> Note:
        made = self._made(before.origin, service, use)
        after = before.rotated(use, made.verifier, now, now + overlap)
        return signed(after.text, *self._keys.signing(after, LOG, service, now))

    def _begin(self, service: str, now: datetime) -> None:
        origin = self._keys.origin_of(service)
        uses = USES if service != ANCHOR else (LOG,)
        kept = {use: self._orphan(service, use) or self._made(origin, service, use) for use in uses}
        policy = KeyPolicy(origin, tuple(Term(use, signer.verifier, now) for use, signer in kept.items()))
        put(self._keys.policy_path(service), signed(policy.text, kept[LOG]).whole)

    def _orphan(self, service: str, use: str) -> Signer | None:
        """The key of a making that ended before its policy was written."""
        found = sorted(self._folder(use).glob(f"{service}-????????.key"))
        if len(found) > 1:
            path = self._keys.policy_path(service)
            msg = f"{path} is missing, and {len(found)} keys of {service} are there: bring it back from a copy"
            raise BadKeys(msg)
        return read_private(found[0]) if found else None

    def _made(self, origin: str, service: str, use: str) -> Signer:
        signer = Signer.made(key_name(origin, use))
        self._folder(use).mkdir(mode=0o700, parents=True, exist_ok=True)
        put(self._keys.private_path(use, service, signer.verifier), f"{signer.text}\n".encode(), mode=0o600)
        return signer

    def _folder(self, use: str) -> Path:
        return self._settings.seal_folder if use == LOG else self._settings.receipt_folder

    def _name(self) -> None:
        path = self._keys.public / "origin"
        if path.exists():
            return
        if self._settings.origin is None and self._settings.database_url is not None:
            msg = "MINGBAN_ORIGIN is needed to make keys: the name of this installation's logs, for ever"
            raise BadKeys(msg)
        # Two installations that share a name would look to a witness like one that lies.
        made_up = f"mingban-{secrets.token_hex(4)}.localhost"
        put(path, f"{self._settings.origin or made_up}\n".encode())

    def begin_epoch(self, service: str, number: int, now: datetime) -> None:
        """Name a service's log in the auditors' policy as it is named from an epoch on."""
        with self._alone():
            put(self._keys.epoch_path(service), f"{number}\n".encode())
            self._write_auditors_policy(now)

    def _write_auditors_policy(self, now: datetime) -> None:
        """The tlog-policy that auditors and witnesses begin with: the keys that count, and who must cosign."""
        lines = [
            f"log {replace(term.key, name=self._keys.name_now(service)).text}"
            for service in (*self._services, ANCHOR)
            for term in self._keys.policy(service).of(LOG)
            if term.until is None or term.until > now
        ]
        path = self._keys.public / "policy"
        # Who starts a command without the setting must not send the witnesses away.
        named = self._settings.witness_policy or (path if path.exists() else None)
        text = "".join(f"{line}\n" for line in (*lines, *_witnesses(named))).encode()
        try:
            Policy.read(text)
        except BadPolicy as error:
            msg = f"{named}: {error}"
            raise BadKeys(msg) from None
        if not path.exists() or path.read_bytes() != text:
            put(path, text)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        public = self._keys.public
        public.mkdir(parents=True, exist_ok=True)
        with (public / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def told(before: KeyPolicy, after: KeyPolicy) -> dict[str, Any]:
    """What a rotation changed, as its event says it; `days` is how long the old keys sign on."""
    new = next(term for term in after.terms if term.key not in {known.key for known in before.terms})
    old = [term for term in before.of(new.use) if term.covers(new.since)]
    until = next((term.until for term in after.terms if old and term.key == old[-1].key), None) or new.since
    return {
        "days": (until - new.since).days,
        "from": written(new.since),
        "new": new.key.text,
        "old": [term.key.text for term in old],
        "use": "receipt" if new.use == RECEIPT else "seal",
    }


def _witnesses(path: Path | None) -> list[str]:
    if path is None:
        return ["quorum none"]
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        msg = f"MINGBAN_WITNESS_POLICY {path}: {error.strerror}"
        raise BadKeys(msg) from None
    return [line for line in lines if line.split()[:1] in (["witness"], ["group"], ["quorum"])]
