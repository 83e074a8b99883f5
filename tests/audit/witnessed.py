"""A log with its history, and the histories that its key could sign instead: what a witness is asked."""

from collections.abc import Sequence

from shared.audit.checkpoint import Checkpoint
from shared.audit.note import COSIGNATURE, Note, Signer, signed
from shared.audit.policy import Policy
from shared.audit.tree import Tree
from shared.audit.witnessing import Request
from tests.audit.test_tree import entries, planted

LOG = Signer.made("mingban.example/finance")
NAMES = ("office", "district", "party")
WITNESSES = {name: Signer.made(f"{name}.example/witness", COSIGNATURE) for name in NAMES}


class History:
    """What a log says has happened: the true one, or one that another `teller` has from leaf `since` on."""

    def __init__(self, size: int, since: int = 0, teller: int = 0) -> None:
        self.tree: Tree = planted([*entries(since), *entries(size - since, teller)])

    def note(self, size: int, signer: Signer = LOG) -> Note:
        return signed(Checkpoint(LOG.name, size, self.tree.root(size)).text, signer)

    def proof(self, old: int, size: int) -> list[bytes]:
        return self.tree.consistency(old, size) if old else []

    def request(self, old: int, size: int, signer: Signer = LOG) -> Request:
        return Request(old, tuple(self.proof(old, size)), self.note(size, signer))


def policy(urls: Sequence[str | None] = (None, None, None), log: Signer = LOG, quorum: str = "two") -> Policy:
    witnesses = [
        f"witness {name} {WITNESSES[name].verifier.text} {url or ''}" for name, url in zip(NAMES, urls, strict=True)
    ]
    lines = [f"log {log.verifier.text}", *witnesses, f"group two 2 {' '.join(NAMES)}", f"quorum {quorum}"]
    return Policy.read("\n".join(lines).encode())
