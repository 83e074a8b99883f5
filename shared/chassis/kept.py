"""The highest checkpoint that was ever published, remembered outside the database: a restore must not forget it."""

import fcntl
from pathlib import Path

from shared.audit.checkpoint import Checkpoint
from shared.audit.files import put
from shared.audit.note import BadNote, Note


class MemoryLost(Exception):
    """Checkpoints were signed, and the file that remembers the highest is gone."""


class Kept:
    """The highest checkpoint that was ever published, in a file outside the database."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Checkpoint | None:
        """None when there is no file; `MemoryLost` for one that is damaged."""
        if not self.path.exists():
            return None
        try:
            return Checkpoint.of(Note.read(self.path.read_bytes()))
        except BadNote as error:
            msg = f"{self.path} is damaged ({error}); put the newest checkpoint there that anybody holds"
            raise MemoryLost(msg) from None

    def note(self) -> Note:
        return Note.read(self.path.read_bytes())

    def raise_to(self, note: Note, *, anew: bool) -> None:
        """Replace it, whole or not at all, and only by a larger one unless a tree begins `anew`."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            stands = self.read()
            if stands is None or anew or stands.size < Checkpoint.of(note).size:
                put(self.path, note.whole)
