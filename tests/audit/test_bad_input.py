"""What cannot be judged is refused with one sentence, in little memory and time; and nothing else of ours is needed."""

import gzip
import io
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest
from typer.testing import CliRunner

from mingban.cli import app
from shared.audit.archive import END, header
from shared.audit.checkpoint import Checkpoint
from shared.audit.command import language
from shared.audit.note import COSIGNATURE, Note, Signer, signed
from shared.audit.proof import EntryProof
from shared.audit.said import SAYINGS
from shared.audit.tree import Tree
from tests.audit.exports import LOG, ORIGIN, Log, a_log, head, policy_text
from tests.audit.test_tree import empty

ROOT = Path(__file__).parents[2]
RUNNER = CliRunner()


def run(*arguments: str | Path, memory: int | None = None, lang: str = "C") -> subprocess.CompletedProcess[str]:
    """The stand-alone command, in a process of its own with at most so much memory."""
    limit = ["-c", f'ulimit -v {memory >> 10}; exec "$@"', "sh"] if memory else ["-c", 'exec "$@"', "sh"]
    return subprocess.run(
        ["sh", *limit, sys.executable, "-m", "shared.audit", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, env={"LANG": lang, "PATH": os.environ["PATH"]},
    )  # fmt: skip


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy"
    path.write_bytes(policy_text())
    return path


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return a_log().written(tmp_path / "export.tar")


def verified(*arguments: str | Path) -> tuple[int, str]:
    answer = RUNNER.invoke(app, ["audit", "verify", *map(str, arguments), "--lang", "en"], catch_exceptions=False)
    return answer.exit_code, (answer.stdout + answer.stderr).strip()


def cut(at: int) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(path.read_bytes()[:at])


def with_events(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """The same tar, otherwise in order, around changed lines."""

    def make(path: Path) -> None:
        with tarfile.open(path) as tar:
            parts = {name: tar.extractfile(name).read() for name in tar.getnames()}
        parts["events.jsonl"] = change(parts["events.jsonl"])
        packed = [header(name, len(one)) + one + b"\x00" * (-len(one) % 512) for name, one in parts.items()]
        path.write_bytes(b"".join(packed) + b"\x00" * END)

    return make


def half_a_line(lines: bytes) -> bytes:
    every = lines.splitlines(keepends=True)
    every[50] = every[50][:150] + b"\n"
    return b"".join(every)


def zipped(path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("events.jsonl", b"\x00" * (64 << 20))
    path.write_bytes(file.getvalue())


def appended(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\x00" * 512)


def another_tar(path: Path) -> None:
    with tarfile.open(path, "w") as tar:
        tar.addfile(tarfile.TarInfo("hello"))


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (cut(0), "the file is empty"),
        (cut(100), "breaks off at byte 100"),
        (cut(20_000), "breaks off at byte 20000, within events.jsonl"),
        (cut(-1), "the archive breaks off"),
        (cut(-1024), "the archive breaks off"),
        (appended, "goes on after its end"),
        (lambda path: path.write_bytes(gzip.compress(b"\x00" * (64 << 20))), "a packed file and no export.tar"),
        (zipped, "a packed file and no export.tar"),
        (lambda path: path.write_bytes(b"\x28\xb5\x2f\xfd" + b"x" * 2000), "a packed file and no export.tar"),
        (another_tar, "no export.tar as we write it"),
        (lambda path: path.write_bytes(os.urandom(5000)), "no export.tar as we write it"),
        (with_events(lambda lines: lines[:-40]), "the line of entry 99 breaks off"),
        (with_events(half_a_line), "the line of entry 50 breaks off"),
    ],
)
def test_a_file_that_is_no_whole_export_is_unusable(
    policy: Path, export: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    spoil(export)

    code, told = verified(export, "--policy", policy)
    assert (code, told.count("\n")) == (2, 0)
    assert sentence in told


def made(log: Log, notes: Sequence[Note]) -> Log:
    return replace(log, notes=tuple(notes))


ELSEWHERE = Signer.made("elsewhere.example/log")
FOREIGN = Signer.made(ORIGIN)


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        (a_log(), "the policy knows no log named"),
        (made(a_log(), [head(a_log().hashes, 100, log=FOREIGN)]), "no key that the policy knows for"),
        (
            made(a_log(), [a_log().notes[0], head(a_log().hashes, 100, log=ELSEWHERE, origin=ELSEWHERE.name)]),
            "a checkpoint of another log, elsewhere.example/log",
        ),
        (made(a_log(), []), "there is no checkpoint"),
    ],
    ids=["wrong origin", "foreign key", "another log's checkpoint", "no checkpoint"],
)
def test_an_export_that_the_policy_cannot_judge_is_unusable(
    policy: Path, export: Path, log: Log, sentence: str
) -> None:
    log.written(export)
    if "knows no log" in sentence:
        policy.write_bytes(policy_text().replace(LOG.verifier.text.encode(), ELSEWHERE.verifier.text.encode()))

    code, told = verified(export, "--policy", policy)
    assert (code, told.count("\n")) == (2, 0)
    assert sentence in told


def test_what_is_no_readable_file_is_unusable(policy: Path, export: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path, sentence in (
        (tmp_path, "is a folder"), (tmp_path / "none", "No such file"), (tmp_path / "fifo", "no regular file"),
    ):  # fmt: skip
        code, told = verified(path, "--policy", policy)
        assert (code, sentence in told) == (2, True)


def test_a_policy_or_a_kept_note_that_is_none_is_unusable(policy: Path, export: Path, tmp_path: Path) -> None:
    note = tmp_path / "old.note"
    note.write_bytes(head(a_log().hashes, 10, log=ELSEWHERE, origin=ELSEWHERE.name).whole)
    bad = tmp_path / "bad"
    bad.write_bytes(b"\xff quorum\n")

    assert verified(export, "--policy", bad)[0] == 2
    assert "the export of" in verified(export, "--policy", policy, "--since", note)[1]
    for option in ("--since", "--receipt", "--proof"):
        code, told = verified(export, "--policy", policy, option, bad)
        assert (code, told.count("\n")) == (2, 0)
    note.write_bytes(signed("x\n", LOG).whole)
    assert verified(export, "--policy", policy, "--since", note)[0] == 2


def sparse(path: Path, name: str, size: int) -> None:
    """A file of holes whose header tells the truth."""
    with path.open("wb") as file:
        for member in ("events.jsonl", "hashes", "checkpoints", "keys"):
            real = size if member == name else 0
            content = head(a_log(0, ()).hashes, 0).whole if member == "checkpoints" and not real else b""
            file.write(header(member, real or len(content)) + content.ljust(-(-len(content) // 512) * 512, b"\x00"))
            file.seek(real, os.SEEK_CUR)
        file.write(b"\x00" * END)


@pytest.mark.parametrize("name", ["events.jsonl", "hashes", "checkpoints", "keys"])
def test_absurd_sizes_are_answered_at_once_and_in_little_memory(policy: Path, export: Path, name: str) -> None:
    sparse(export, name, 1 << 36)

    answer = run("verify", export, "--policy", policy, memory=400 << 20)
    assert answer.returncode in (1, 2), answer.stderr
    assert (answer.stdout + answer.stderr).count("\n") == 1
    assert "Traceback" not in answer.stderr


def test_a_size_that_the_file_does_not_have_is_a_truncated_archive(policy: Path, export: Path) -> None:
    export.write_bytes(header("events.jsonl", 1 << 60) + b"\x00" * 5000)

    assert "breaks off at byte 5512, within events.jsonl" in verified(export, "--policy", policy)[1]


LOOKED = """
import sys
from shared.audit.__main__ import main
code = main(sys.argv[1:])
strange = {"psycopg", "sqlalchemy", "httpx", "httpx2", "eventsourcing", "socket", "ssl", "sqlite3", "rich", "typer"}
print(sorted(strange & {name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
ours = [name for name in sys.modules if name.startswith(("shared.", "services", "mingban"))]
print([name for name in ours if not name.startswith("shared.audit")], file=sys.stderr)
sys.exit(code)
"""


def test_an_outsider_needs_nothing_but_one_folder_and_cryptography(policy: Path, export: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", LOOKED, "verify", export, "--policy", policy],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, env={"LANG": "C"},
    )  # fmt: skip

    assert (answer.returncode, answer.stderr.split()) == (0, ["[]", "[]"])
    assert answer.stdout == "holds: mingban.example/finance, 100 entries, 3 checkpoints, witnessed up to 100\n"


def asked_for(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_the_answer_is_in_the_language_that_is_asked_for(policy: Path, export: Path) -> None:
    chinese = run("verify", export, "--policy", policy, lang="zh_CN.UTF-8")

    assert chinese.stdout == "成立：mingban.example/finance，100 条，3 个检查点，见证到 100 条\n"
    assert run("verify", export, "--policy", policy, "--lang", "zh").stdout == chinese.stdout
    assert language({"LANG": "en_US", "LC_ALL": "zh_TW"}) == "zh"
    assert [code for code, (zh, en) in SAYINGS.items() if asked_for(zh) != asked_for(en)] == []


def test_a_tampered_export_is_exit_1_in_both_commands(policy: Path, export: Path) -> None:
    with_events(lambda lines: lines.replace(b'\\"fen\\":', b'\\"fen\\":9', 1))(export)

    code, told = verified(export, "--policy", policy)
    assert (code, "entry 0 (n=1, stream" in told, "the state was altered" in told) == (1, True, True)
    assert run("verify", export, "--policy", policy).returncode == 1


def test_what_stands_in_a_hostile_file_never_reaches_the_terminal_as_it_is(policy: Path, export: Path) -> None:
    log = a_log()
    name = "evil\x9b31m\x7f"
    made(log, [log.notes[2].with_lines(signed("x\n", Signer.made(name)).signatures)]).written(export)

    code, told = verified(export, "--policy", policy)
    assert (code, "\x9b" in told, "\x7f" in told) == (1, False, False)


def proof_file(path: Path, log: Log, index: int, note: Note | None = None) -> Path:
    tree, _ = Tree(0, empty).grown(log.hashes)
    path.write_bytes(EntryProof(log.leaves[index], index, tuple(tree.inclusion(index)), note or log.notes[-1]).text)
    return path


def test_one_entrys_proof_is_checked_by_itself(policy: Path, tmp_path: Path) -> None:
    log, other = a_log(), a_log(seed=1)
    proof, state = proof_file(tmp_path / "p", log, 7), tmp_path / "state"
    state.write_bytes(log.states[7] or b"")

    def checked(*arguments: str | Path) -> tuple[int, str]:
        answer = RUNNER.invoke(
            app, ["audit", "check-proof", *map(str, arguments), "--policy", str(policy), "--lang", "en"]
        )  # fmt: skip
        return answer.exit_code, answer.stdout + answer.stderr

    assert checked(proof, "--state", state)[0] == 0
    assert run("check-proof", proof, "--policy", policy, "--state", state).returncode == 0
    state.write_bytes(log.states[8] or b"")
    assert checked(proof, "--state", state)[0] == 1
    assert checked(proof_file(tmp_path / "q", log, 7, head(other.hashes, 100)))[0] == 1
    assert checked(proof_file(tmp_path / "q", log, 7, head(log.hashes, 100, ())))[0] == 1
    assert checked(proof_file(tmp_path / "q", log, 7, head(log.hashes, 100, log=FOREIGN)))[0] == 2
    assert checked(state)[0] == 2
    assert checked(tmp_path / "none")[0] == 2


def test_a_negative_size_is_no_size(policy: Path, tmp_path: Path) -> None:
    """Octal with a sign would be written back the same, and read without a bound."""
    for name in ("events.jsonl", "hashes", "checkpoints", "keys"):
        whole = a_log().written(tmp_path / "export.tar").read_bytes()
        at = whole.index(name.encode() + b"\x00")
        forged = bytearray(whole)
        forged[at + 124 : at + 136] = b"-0000000007\x00"
        forged[at + 148 : at + 156] = b" " * 8
        forged[at + 148 : at + 156] = b"%06o\x00 " % sum(forged[at : at + 512])
        (tmp_path / "export.tar").write_bytes(forged)

        assert verified(tmp_path / "export.tar", "--policy", policy)[0] == 2


def test_a_checkpoint_over_more_entries_than_there_can_be_is_answered_at_once(policy: Path, tmp_path: Path) -> None:
    huge = signed(Checkpoint(ORIGIN, 2**50, bytes(32)).text, LOG)
    replace(a_log(), notes=(huge,)).written(tmp_path / "export.tar")

    answer = run("verify", tmp_path / "export.tar", "--policy", policy, memory=400 << 20)
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr


def test_a_policy_of_endless_groups_is_refused(export: Path, tmp_path: Path) -> None:
    key = Signer.made("office.example/witness", COSIGNATURE).verifier.text
    groups = "".join(f"group g{n} any {f'g{n - 1}' if n else 'office'}\n" for n in range(5_000))
    (tmp_path / "nested").write_text(f"log {LOG.verifier.text}\nwitness office {key}\n{groups}quorum g4999\n")

    code, said = verified(export, "--policy", tmp_path / "nested")

    assert (code, "at most 100 groups" in said) == (2, True)


def test_nobody_witnesses_a_log_of_their_own(export: Path, tmp_path: Path) -> None:
    own = replace(LOG.verifier, kind=COSIGNATURE).text
    (tmp_path / "own").write_text(f"log {LOG.verifier.text}\nwitness me {own}\nquorum me\n")

    code, said = verified(export, "--policy", tmp_path / "own")

    assert (code, "stands there twice" in said) == (2, True)


def test_a_kept_note_may_have_lost_its_last_line_end_or_have_others(policy: Path, export: Path, tmp_path: Path) -> None:
    whole = head(a_log().hashes, 70).whole
    for kept in (whole, whole.rstrip(b"\n"), whole.replace(b"\n", b"\r\n")):
        (tmp_path / "kept.note").write_bytes(kept)

        assert verified(export, "--policy", policy, "--since", tmp_path / "kept.note")[0] == 0
