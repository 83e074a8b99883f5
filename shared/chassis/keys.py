"""The keys of an installation's logs: who signs now, and what others may know of it.

Keys count by machine time, in a rehearsal too: witnesses date their signatures by clocks of their own.
"""

import os
from datetime import datetime
from pathlib import Path

from shared.audit.epochs import origin_of
from shared.audit.key_policy import LOG, RECEIPT, KeyPolicy
from shared.audit.note import BadNote, Note, Signer, Verifier
from shared.chassis.settings import InstallationSettings

ANCHOR = "anchor"
"""The log that takes the services' checkpoints once a day; it has a sealing key and promises nothing."""


class BadKeys(Exception):
    """The keys cannot be used as they are; the message says what to do."""


class Keys:
    """The key folders, read afresh each time: a rotation shows at the next question."""

    def __init__(self, settings: InstallationSettings) -> None:
        self._settings = settings
        self.public = settings.public_folder

    @property
    def origin(self) -> str:
        """What all logs of this installation are named by. It never changes once there are keys."""
        try:
            kept = (self.public / "origin").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            msg = f"there are no keys in {self.public}: make them with mingban keys make"
            raise BadKeys(msg) from None
        if self._settings.origin not in (None, kept):
            msg = (
                f"the logs are named {kept} for ever ({self.public / 'origin'}), and MINGBAN_ORIGIN says"
                f" {self._settings.origin}: set it back, or leave it out"
            )
            raise BadKeys(msg)
        return kept

    def origin_of(self, service: str) -> str:
        return f"{self.origin}/{service}"

    def epoch_path(self, service: str) -> Path:
        return self.public / f"{service}.epoch"

    def name_now(self, service: str) -> str:
        """What a service's checkpoints are named by since its newest tree began."""
        path = self.epoch_path(service)
        return origin_of(self.origin_of(service), int(path.read_text()) if path.exists() else 1)

    def policy_path(self, service: str) -> Path:
        return self.public / f"{service}.keys"

    def policy_note(self, service: str) -> Note:
        """A service's key policy, as anybody may have it."""
        path, origin = self.policy_path(service), self.origin_of(service)
        try:
            note = Note.read(path.read_bytes())
            policy = KeyPolicy.read(note.text)
        except FileNotFoundError:
            msg = f"{path} is missing: make keys with mingban keys make"
            raise BadKeys(msg) from None
        except BadNote as error:
            msg = f"{path}: {error}"
            raise BadKeys(msg) from None
        if policy.origin != origin:
            msg = f"{path} is the key policy of {policy.origin}, not of {origin}"
            raise BadKeys(msg)
        return note

    def policy(self, service: str) -> KeyPolicy:
        return KeyPolicy.read(self.policy_note(service).text)

    def signers(self, service: str, now: datetime) -> list[Signer]:
        """All keys that seal a service's log now, the newest last; or `BadKeys`. For the sealer alone."""
        note = self.policy_note(service)
        found = self.signing(KeyPolicy.read(note.text), LOG, service, now)
        try:
            KeyPolicy.signed_by(note, [signer.verifier for signer in found])
        except BadNote as error:
            msg = f"{self.policy_path(service)}: {error}"
            raise BadKeys(msg) from None
        return found

    def receipt_signer(self, service: str, now: datetime) -> Signer:
        """The key that signs a service's receipts now."""
        return self.signing(self.policy(service), RECEIPT, service, now)[-1]

    def signing(self, policy: KeyPolicy, use: str, service: str, now: datetime) -> list[Signer]:
        """The private keys of a policy that count now."""
        keys = policy.keys(use, now)
        if not keys:
            msg = f"no {use} key of {policy.origin} counts now: mingban keys rotate makes one"
            raise BadKeys(msg)
        return [self._private(use, service, key) for key in keys]

    def private_path(self, use: str, service: str, key: Verifier) -> Path:
        folder = self._settings.seal_folder if use == LOG else self._settings.receipt_folder
        return folder / f"{service}-{key.id.hex()}.key"

    def _private(self, use: str, service: str, key: Verifier) -> Signer:
        signer = read_private(self.private_path(use, service, key))
        if signer.verifier != key:
            msg = f"{self.private_path(use, service, key)} holds another key than its name says"
            raise BadKeys(msg)
        return signer

    def check(self, service: str, now: datetime) -> None:
        """Raise `BadKeys` unless a service's keys are there and can be read by their owner alone."""
        self.signers(service, now)
        if self.policy(service).of(RECEIPT):
            self.receipt_signer(service, now)


def read_private(path: Path) -> Signer:
    """A private key of a file that only its owner can read; `BadKeys` otherwise."""
    try:
        with path.open(encoding="ascii") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(1024)
        if mode & 0o077:
            msg = f"{path} can be read by others than its owner: chmod 600 it, and rotate the key if they may have"
            raise BadKeys(msg)
        return Signer.read(text)
    except FileNotFoundError:
        msg = f"the key {path} is missing: make keys with mingban keys make, or rotate a lost one (deploy/README.md)"
        raise BadKeys(msg) from None
    except OSError as error:
        msg = f"the key {path} cannot be read: {error.strerror}"
        raise BadKeys(msg) from None
    except (BadNote, UnicodeDecodeError) as error:
        msg = f"{path}: {error}"
        raise BadKeys(msg) from None
