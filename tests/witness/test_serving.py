"""A running witness: its answers by the specification, and that nothing makes it cosign a second history."""

import random
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.audit.note import Note, Signer, Verifier, read_signatures, signed
from shared.audit.witnessing import MOST_BYTES
from tests.audit.witnessed import LOG, WITNESSES, History
from tests.witness.conftest import RUN, Begin, Running

TRUE, FORK = History(60), History(60, since=20, teller=1)
KEY = WITNESSES["office"].verifier


def cosigned(note: Note, lines: str) -> int | None:
    """When the witness says that it signed."""
    return note.with_lines(read_signatures(lines)).signed_by([KEY])[KEY]


def test_what_is_cosigned_is_answered_with_the_witnesss_own_dated_line(begin: Begin) -> None:
    office = begin()

    answer = office.ask(TRUE.request(0, 7))

    assert answer.status_code == 200
    assert answer.text.startswith("\u2014 office.example/witness ")
    assert cosigned(TRUE.note(7), answer.text)
    assert (office.cosigns(TRUE, 7, 7), office.cosigns(TRUE, 7, 33)) == (200, 200)


def test_each_refusal_has_the_status_of_the_specification(begin: Begin) -> None:
    office, nobody = begin(), Signer.made(LOG.name)
    office.ask(TRUE.request(0, 25))

    said = {
        "malformed": office.ask(b"hello"),
        "above": office.ask(b"old 34\n\n" + TRUE.note(33).whole),
        "unknown log": office.ask(
            b"old 0\n\n" + signed("elsewhere\n" + TRUE.note(7).text.partition("\n")[2], LOG).whole
        ),
        "unknown key": office.ask(TRUE.request(25, 33, nobody)),
        "other size": office.ask(TRUE.request(7, 33)),
        "other tree": office.ask(FORK.request(25, 25)),
        "other history": office.ask(FORK.request(25, 33)),
        "too much": office.ask(b"a" * (MOST_BYTES + 1)),
    }

    assert {name: answer.status_code for name, answer in said.items()} == {
        "malformed": 400, "above": 400, "unknown log": 404, "unknown key": 403, "other size": 409, "other tree": 409,
        "other history": 422, "too much": 413,
    }  # fmt: skip
    for conflict in (said["other size"], said["other tree"]):
        assert (conflict.headers["content-type"], conflict.text) == ("text/x.tlog.size", "25\n")
    assert office.cosigns(TRUE, 25, 33) == 200


def test_what_a_log_signed_and_could_not_prove_is_kept_as_evidence(begin: Begin) -> None:
    office = begin()
    office.ask(TRUE.request(0, 25))
    asked = FORK.request(25, 33)
    for _ in range(2):
        office.ask(asked)

    kept = sqlite3.connect(office.state).execute("SELECT request FROM evidence").fetchall()

    assert kept == [(asked.whole,)]


def test_it_remembers_over_a_restart(begin: Begin) -> None:
    office = begin()
    office.ask(TRUE.request(0, 25))
    office.kill()
    office.start()

    assert [office.cosigns(FORK, old, 33) for old in (0, 20, 25)] == [409, 409, 422]
    assert office.cosigns(TRUE, 25, 33) == 200


def test_killed_between_writing_and_answering_it_stands_by_what_it_wrote(begin: Begin) -> None:
    office = begin()
    office.ask(TRUE.request(0, 25))
    office.kill()
    named = [str(at) for at in (office.logs, office.key, office.state, office.port)]
    office.spawn([sys.executable, "-m", "tests.witness.mortal", *named])

    with pytest.raises(Exception, match=r"(?i)disconnected|reset|closed"):
        office.ask(TRUE.request(25, 33))
    office.wait()
    office.start()

    # The log never heard of it: it asks as before, is told the size, and asks from there.
    told = office.ask(TRUE.request(25, 40))
    assert (told.status_code, told.text) == (409, "33\n")
    assert office.cosigns(FORK, 25, 33) == 409
    assert office.cosigns(TRUE, 33, 40) == 200


def ended(running: Running, *more: str) -> tuple[int, str]:
    done = subprocess.run(running.command(RUN, *more), capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr


def test_one_that_forgot_does_not_begin_again_by_itself(begin: Begin) -> None:
    office = begin()
    office.ask(TRUE.request(0, 25))
    office.kill()
    kept = office.state.read_bytes()

    assert ended(office, "--new") == (2, f"mingban: {office.state} is there already: leave --new out\n")
    office.state.unlink()
    code, said = ended(office)
    assert (code, "must be retired" in said) == (2, True)
    office.state.write_bytes(kept)
    office.key.write_text(WITNESSES["party"].text)
    code, said = ended(office)
    assert (code, "is the state of another witness" in said) == (2, True)


def test_a_key_that_others_can_read_is_not_used(begin: Begin) -> None:
    office = begin()
    office.kill()
    office.key.chmod(0o640)

    code, said = ended(office)

    assert (code, "can be read by others than its owner" in said, said.count("\n")) == (2, True, 1)


def test_a_logs_key_and_a_broken_state_or_policy_are_said_to_be_none(begin: Begin) -> None:
    office = begin()
    office.kill()
    office.key.write_text(LOG.text)
    assert "is no witness's key" in ended(office)[1]
    office.key.write_text(WITNESSES["office"].text)
    office.state.write_bytes(b"no database at all, but some bytes")
    assert "is no witness's state" in ended(office)[1]
    office.logs.write_text("peer x\n")
    assert "line 1 of the policy" in ended(office)[1]


@pytest.mark.parametrize("seed", range(3))
def test_of_two_histories_told_at_once_only_one_is_ever_cosigned(begin: Begin, seed: int) -> None:
    office, drawn = begin(), random.Random(seed)
    histories = [TRUE, FORK, History(60, since=20, teller=2)]
    asked = [(drawn.choice(histories), drawn.randint(1, 60)) for _ in range(120)]

    def tell(history: History, size: int) -> Note | None:
        """Like a log: from 0, then from the size that it is told."""
        old = 0
        while old <= size:
            answer = office.ask(history.request(old, size))
            if answer.status_code == 409 and int(answer.text) > old:
                old = int(answer.text)
                continue
            return history.note(size) if answer.status_code == 200 else None
        return None

    with ThreadPoolExecutor(12) as tellers:
        said = [note for note in tellers.map(lambda one: tell(*one), asked) if note]

    assert said
    assert any(all(note == history.note(_size(note)) for note in said) for history in histories)


def _size(note: Note) -> int:
    return int(note.text.split("\n")[1])


def test_two_processes_on_one_state_are_one_witness(begin: Begin) -> None:
    office = begin()
    other = Running(office.folder / "second", "office", [LOG])
    other.state = office.state
    other.start()
    turns = [(running, history) for running in (office, other) for history in (TRUE, FORK)] * 8

    with ThreadPoolExecutor(8) as asking:
        answers = list(asking.map(lambda turn: (turn[1], turn[0].ask(turn[1].request(0, 40)).status_code), turns))
    other.kill()

    assert len({history for history, status in answers if status == 200}) == 1


def test_a_witness_makes_its_key_and_prints_its_line_for_the_policy(tmp_path: Path) -> None:
    made = [sys.executable, "-c", RUN, "witness-key", "district.example/witness", "--url", "http://127.0.0.1:9001"]
    key = tmp_path / "witness.key"

    said = subprocess.run([*made, "--key", str(key)], capture_output=True, text=True, timeout=60, check=True).stdout
    again = subprocess.run([*made, "--key", str(key)], capture_output=True, text=True, timeout=60, check=False)

    word, name, text, url = said.split()
    assert (word, name, url) == ("witness", "district.example/witness", "http://127.0.0.1:9001")
    assert Signer.read(key.read_text()).verifier == Verifier.read(text)
    assert key.stat().st_mode & 0o777 == 0o600
    assert (again.returncode, "never overwritten" in again.stderr) == (2, True)
