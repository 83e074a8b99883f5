"""Ask witnesses to cosign a checkpoint: each on its own, none waited for longer than it is given."""

from collections.abc import Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from time import monotonic

import httpx2 as httpx
import structlog

from shared.audit.checkpoint import Checkpoint
from shared.audit.note import BadNote, Note, Signature, read_signatures
from shared.audit.policy import Party, Policy
from shared.audit.witnessing import CONFLICT, PATH, Request, read_size

logger = structlog.get_logger(__name__)

SECONDS, LONGEST_SECONDS = 5.0, 20.0
MOST_ANSWERED = 64 * 1024
ATTEMPTS = 3

Consistency = Callable[[int, int], list[bytes]]
"""The proof that the tree of the second size begins with that of the first; asked for once at a time."""


class NotCosigned(Exception):
    """A witness did not cosign; the message says what it said."""


@dataclass(frozen=True)
class Answer:
    """One witness's: its cosignature, or what is wrong."""

    witness: str
    signature: Signature | None
    problem: str = ""


def cosignatures(
    note: Note, consistency: Consistency, policy: Policy, known: MutableMapping[str, int] | None = None
) -> list[Signature]:
    """The cosignatures of those witnesses that gave one; what the others said is logged."""
    found = answers(note, consistency, policy, known)
    for answer in found:
        if answer.signature is None:
            logger.warning("not cosigned", witness=answer.witness, problem=answer.problem)
    return [answer.signature for answer in found if answer.signature]


def answers(
    note: Note, consistency: Consistency, policy: Policy, known: MutableMapping[str, int] | None = None
) -> list[Answer]:
    """What each witness with an address answers. `known` are the sizes they cosigned last, kept up to date here."""
    asked = {name: party for name, party in policy.witnesses.items() if party.url}
    if not asked:
        return []
    sizes: MutableMapping[str, int] = {} if known is None else known
    asking = _Asking(note, _one_at_a_time(consistency), sizes)
    with (
        httpx.Client(timeout=SECONDS, trust_env=False, follow_redirects=False) as client,
        ThreadPoolExecutor(len(asked), thread_name_prefix="cosigning") as pool,
    ):
        return list(pool.map(lambda one: asking.answer(client, *one), asked.items()))


def _one_at_a_time(consistency: Consistency) -> Consistency:
    turn = Lock()

    def proof(old: int, new: int) -> list[bytes]:
        with turn:
            return consistency(old, new)

    return proof


@dataclass(frozen=True)
class _Asking:
    note: Note
    consistency: Consistency
    sizes: MutableMapping[str, int]

    def answer(self, client: httpx.Client, name: str, party: Party) -> Answer:
        try:
            signature = self._cosigned(client, name, party)
        except (httpx.HTTPError, httpx.InvalidURL, BadNote, NotCosigned) as error:
            return Answer(name, None, f"{type(error).__name__}: {error}"[:500])
        self.sizes[name] = Checkpoint.of(self.note).size
        return Answer(name, signature)

    def _cosigned(self, client: httpx.Client, name: str, party: Party) -> Signature:
        """Ask from the size that was cosigned last, and again from the one that the witness tells."""
        size, ends = Checkpoint.of(self.note).size, monotonic() + LONGEST_SECONDS
        old = min(self.sizes.get(name, 0), size)
        for _ in range(ATTEMPTS):
            proof = self.consistency(old, size) if 0 < old < size else []
            request = Request(old, tuple(proof), self.note)
            status, body = _posted(client, f"{party.url}".rstrip("/") + PATH, request, ends)
            if status == httpx.codes.OK:
                return _believed(party, self.note, body)
            if status != CONFLICT:
                raise NotCosigned(f"{status}: {body[:200].decode('utf-8', 'replace').strip()}")
            told = read_size(body)
            if told > size:
                raise NotCosigned(f"it has cosigned {told} leaves, this checkpoint has {size}")
            if told == old:
                raise NotCosigned(f"it has cosigned another tree of {told} leaves")
            old = told
        raise NotCosigned("the size that it has cosigned changes with each question")


def _posted(client: httpx.Client, url: str, request: Request, ends: float) -> tuple[int, bytes]:
    with client.stream("POST", url, content=request.whole, headers={"Content-Type": "text/plain"}) as answer:
        body = b""
        for part in answer.iter_bytes():
            body += part
            if len(body) > MOST_ANSWERED or monotonic() > ends:
                raise NotCosigned(f"it answered more than {MOST_ANSWERED} bytes, or for too long")
        return answer.status_code, body


def _believed(party: Party, note: Note, body: bytes) -> Signature:
    """The witness's own line of its answer, once it holds; others are passed over."""
    try:
        lines = read_signatures(body.decode())
    except UnicodeDecodeError:
        raise NotCosigned("it answered no text") from None
    for line in lines:
        if party.key in Note(note.text, (line,)).signed_by([party.key]):
            return line
    raise NotCosigned("its answer holds no cosignature under the key that the policy names")
