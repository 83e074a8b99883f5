"""A log collects cosignatures: each witness on its own, and a quorum is enough."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from shared.audit.note import Note
from shared.chassis.cosigning import answers, cosignatures
from tests.audit.witnessed import LOG, NAMES, WITNESSES, History, policy
from tests.servers import _free_port
from tests.witness.conftest import Begin

TRUE, FORK = History(60), History(60, since=20, teller=1)


def collected(history: History, size: int, urls: list[str | None], known: dict[str, int] | None = None) -> Note:
    note = history.note(size)
    return note.with_lines(cosignatures(note, history.proof, policy(urls), known))


def test_three_witnesses_cosign_what_grows(begin: Begin) -> None:
    urls: list[str | None] = [begin(name).url for name in NAMES]

    for size in (1, 7, 7, 33):
        checked = policy(urls).check(collected(TRUE, size, urls))
        assert (checked.is_witnessed, len(checked.times)) == (True, 3)


def test_two_of_three_are_enough_when_one_is_down_and_it_catches_up_later(begin: Begin) -> None:
    running = [begin(name) for name in NAMES]
    urls: list[str | None] = [one.url for one in running]
    collected(TRUE, 7, urls)
    running[2].kill()

    said = answers(TRUE.note(33), TRUE.proof, policy(urls))
    checked = policy(urls).check(collected(TRUE, 33, urls))

    assert [bool(one.signature) for one in said] == [True, True, False]
    assert "ConnectError" in said[2].problem
    assert (checked.is_witnessed, len(checked.times)) == (True, 2)
    running[2].start()
    assert len(policy(urls).check(collected(TRUE, 40, urls)).times) == 3


def test_with_two_down_what_remains_is_not_enough(begin: Begin) -> None:
    gone = [f"http://127.0.0.1:{_free_port()}" for _ in range(2)]
    urls: list[str | None] = [begin("office").url, *gone]

    checked = policy(urls).check(collected(TRUE, 7, urls))

    assert (checked.is_witnessed, len(checked.times)) == (False, 1)


def test_sizes_that_are_known_save_a_question_and_wrong_ones_are_put_right(begin: Begin) -> None:
    known: dict[str, int] = {}
    urls: list[str | None] = [begin("office").url, None, None]

    for size, before in [(7, {}), (33, {"office": 7}), (40, {"office": 60}), (50, {"office": 3})]:
        known = dict(before)
        assert len(collected(TRUE, size, urls, known).signatures) == 2
        assert known == {"office": size}


def test_a_log_that_tells_another_history_gets_no_word_and_hears_why(begin: Begin) -> None:
    urls: list[str | None] = [begin("office").url, None, None]
    collected(TRUE, 33, urls)

    said = [answers(FORK.note(size), FORK.proof, policy(urls))[0] for size in (25, 33, 40)]

    assert [one.signature for one in said] == [None] * 3
    assert "it has cosigned 33 leaves, this checkpoint has 25" in said[0].problem
    assert "it has cosigned another tree of 33 leaves" in said[1].problem
    assert "422" in said[2].problem


def test_of_two_histories_at_three_witnesses_only_one_finds_a_quorum(begin: Begin) -> None:
    """The log tells each office what it likes: two of three cannot be had for both."""
    urls: list[str | None] = [begin(name).url for name in NAMES]
    both = threading.Barrier(2)
    found: dict[str, bool] = {}

    def tell(name: str, history: History, order: list[str | None]) -> None:
        both.wait()
        found[name] = policy(urls).check(collected(history, 40, order)).is_witnessed

    tellers = [threading.Thread(target=tell, args=one) for one in (("true", TRUE, urls), ("fork", FORK, urls))]
    for teller in tellers:
        teller.start()
    for teller in tellers:
        teller.join()

    assert sum(found.values()) == 1


class Liar(BaseHTTPRequestHandler):
    """Answers each question with what it was told to say."""

    status, body = 200, b""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Nothing to tell."""


@contextmanager
def lying(status: int, body: bytes) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Told", (Liar,), {"status": status, "body": body}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


NOTE = TRUE.note(7)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, b"", "no signature line"),
        (200, b"\xff", "no text"),
        (200, WITNESSES["party"].line(NOTE.text, 1).encode(), "no cosignature under the key"),
        (200, WITNESSES["office"].line(TRUE.note(8).text, 1).encode(), "does not hold"),
        (200, LOG.line(NOTE.text).encode(), "no cosignature under the key"),
        (200, b"a" * 100_000, "more than 65536 bytes"),
        (409, b"many\n", "the size that is cosigned"),
        (409, b"5\n", "another tree of 5 leaves"),
        (302, b"", "302"),
        (500, b"out of order", "500: out of order"),
    ],
)
def test_what_a_witness_answers_is_believed_only_when_it_holds(status: int, body: bytes, said: str) -> None:
    with lying(status, body) as url:
        [answer] = answers(NOTE, TRUE.proof, policy([url, None, None]))

    assert answer.signature is None
    assert said in answer.problem


def test_of_several_lines_the_witnesss_own_is_taken() -> None:
    lines = WITNESSES["party"].line(NOTE.text, 1) + WITNESSES["office"].line(NOTE.text, 2)

    with lying(200, lines.encode()) as url:
        [answer] = answers(NOTE, TRUE.proof, policy([url, None, None]))

    assert answer.signature
    assert answer.signature.name == "office.example/witness"
