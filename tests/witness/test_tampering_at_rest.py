"""A log of ours from end to end: written, sealed, witnessed, tampered with by whoever owns the store, exported, checked."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import make_url
from typer.testing import CliRunner, Result

from mingban.cli import app
from mingban.composition import SERVICES
from mingban.sealed import NotToBeHad
from shared.audit.policy import Policy
from shared.chassis.key_making import KeyMaker
from shared.chassis.keys import Keys
from shared.chassis.log import Log, open_log
from shared.chassis.receipts import Receipts, promising
from shared.chassis.sealers import Sealers, Witnessing
from shared.chassis.sealing import Sealer, open_sealer
from shared.chassis.settings import InstallationSettings
from tests.audit.witnessed import NAMES, WITNESSES
from tests.chassis.examples import BOARDS, CLOCKS, decision, happening
from tests.chassis.test_sealing import BY_HAND, forced
from tests.conftest import Databases, Installation
from tests.witness.conftest import Begin

EVENT = b'{"actor":{"person":null,"role":"system"},"at":"2026-03-02T01:00:00+00:00","body":{"n":%d},"nonce":"%032x"}'


@pytest.fixture
def finance(
    installation: Installation, database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[SimpleNamespace]:
    """An installation's finance: `write`, `seal`, `force` a statement as who owns the store, and the command line."""
    settings = installation(["finance"])
    KeyMaker(settings, list(SERVICES)).make(datetime.now(UTC))
    superuser = None
    if database == "postgres":
        databases: Databases = request.getfixturevalue("databases")
        name = make_url(settings.service_url("finance") or "").database or ""
        superuser = make_url(databases.admin_url).set(database=name).render_as_string(hide_password=False)
    log = open_log(settings.service_url("finance"), settings.home / "finance" / "log.sqlite", pool_size=2)

    def write(count: int, stream: UUID = CLOCKS, start: int = 1) -> None:
        for number in range(start, start + count):
            log.commit([decision(happening(stream, number, EVENT % (number, number)))])

    def run(*typed: Any) -> Result:
        named = {f"MINGBAN_{k.upper()}": str(v) for k, v in settings.model_dump(exclude_none=True).items()}
        return CliRunner().invoke(app, ["audit", *map(str, typed)], env=named | {"LANG": "en"})

    def receipt(position: int) -> Path:
        """What a command that recorded the event at a position was answered with."""
        promised = promising(SERVICES["finance"], settings)
        assert promised
        text = Receipts(log, promised)._note(log.read(position - 1, 1))
        (tmp_path / "receipt").write_text(text)
        return tmp_path / "receipt"

    with closing(log):
        yield SimpleNamespace(
            log=log, settings=settings, write=write, receipt=receipt, run=run, export=tmp_path / "finance.tar",
            policy=settings.public_folder / "policy", seal=lambda: sealed(settings),
            force=lambda statement: forced(settings, statement, superuser=superuser, service="finance"),
        )  # fmt: skip


def opened(settings: InstallationSettings) -> Sealer:
    keys = Keys(settings)
    return open_sealer(
        "finance", settings, keys.origin_of("finance"), lambda: keys.signers("finance", datetime.now(UTC))
    )


def sealed(settings: InstallationSettings) -> None:
    """Seal what is there, and have it cosigned by whom the policy names."""
    witnessing = Witnessing(lambda: Policy.read((settings.public_folder / "policy").read_bytes()))
    sealers = Sealers({"finance": lambda: opened(settings)}, witnessing=witnessing)
    sealers.run()
    sealers.close()


def verified(finance: SimpleNamespace, *more: Any) -> tuple[int, str]:
    """The exit code of an export's check, and what it says."""
    written = finance.run("export", "finance", "-o", finance.export, "--unwitnessed")
    assert written.exit_code == 0, written.output
    found = finance.run("verify", finance.export, "--policy", finance.policy, "--lang", "en", *more)
    return found.exit_code, found.output


def test_what_was_sealed_holds_and_can_be_checked_elsewhere(finance: SimpleNamespace) -> None:
    finance.write(300)
    finance.seal()

    code, said = verified(finance)

    assert code == 0, said
    assert "holds: mingban.example/finance, 301 entries" in said


@pytest.mark.parametrize(
    ("what", "entry"),
    [
        ("an event's state", "n=3"),
        ("an event's name", "n=3"),
        ("an event's version", "n=3"),
        ("an event removed", "n=3"),
    ],
)
def test_what_the_owner_of_the_store_changes_is_found_in_its_export_with_the_entry(
    finance: SimpleNamespace, what: str, entry: str
) -> None:
    finance.write(10)
    finance.seal()

    finance.force(BY_HAND[what])
    code, said = verified(finance)

    assert code == 1
    assert entry in said or "entry 2" in said, said


def test_an_export_proves_an_entry_and_the_proof_is_checked_without_it(
    finance: SimpleNamespace, tmp_path: Path
) -> None:
    finance.write(5)
    finance.seal()
    proof = tmp_path / "entry.tlog-proof"

    written = finance.run("prove", "finance", 4, "-o", proof)
    checked = finance.run("check-proof", proof, "--policy", finance.policy, "--lang", "en")

    assert (written.exit_code, checked.exit_code) == (0, 0)
    assert "n=4" in checked.output


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["export", "payroll", "-o", "x.tar"], "no such service: payroll"),
        (["export", "finance", "-o", "x.tar"], "nothing is sealed yet"),
        (["prove", "finance", "1"], "nothing is sealed yet"),
        (["epoch", "finance", "--because", "tidiness"], "sealing of finance is not halted"),
        (["anchor"], "the anchor is made once a day"),
    ],
)
def test_what_cannot_be_had_is_said_in_one_sentence(finance: SimpleNamespace, typed: list[str], said: str) -> None:
    failure = finance.run(*typed).exception

    assert isinstance(failure, NotToBeHad)
    assert said in str(failure)


@pytest.fixture
def witnessed(finance: SimpleNamespace, begin: Begin, tmp_path: Path) -> SimpleNamespace:
    """The same under three witnesses that run, two of whom are needed."""
    keys = Keys(finance.settings)
    signers = keys.signers("finance", datetime.now(UTC))
    running = {name: begin(name, logs=signers) for name in NAMES}
    lines = [f"witness {name} {WITNESSES[name].verifier.text} {one.url}" for name, one in running.items()]
    file = tmp_path / "witnesses"
    file.write_text("\n".join([*lines, f"group two 2 {' '.join(NAMES)}", "quorum two"]) + "\n")
    settings = finance.settings.model_copy(update={"witness_policy": file})
    KeyMaker(settings, list(SERVICES)).make(datetime.now(UTC))
    finance.witnesses = running
    return finance


def test_two_of_three_witnesses_cosign_what_is_sealed_while_one_is_away(witnessed: SimpleNamespace) -> None:
    witnessed.witnesses["party"].kill()
    witnessed.write(5)
    witnessed.seal()
    witnessed.write(5, start=6)
    witnessed.seal()

    code, said = verified(witnessed)

    assert code == 0, said
    assert "11 entries" in said


def test_with_the_signing_key_in_hand_nobody_rewrites_what_was_witnessed(
    witnessed: SimpleNamespace, tmp_path: Path
) -> None:
    """The thief has the store, the key and the sealer's memory: the tree is made anew over another past."""
    witnessed.write(10)
    witnessed.seal()
    code, said = verified(witnessed)
    assert code == 0, said
    settings: InstallationSettings = witnessed.settings
    old = tmp_path / "old.note"
    old.write_bytes((settings.seal_state_folder / "finance.checkpoint").read_bytes())

    witnessed.force(BY_HAND["an event's state"])
    witnessed.force("DELETE FROM {at}signatures; DELETE FROM {at}checkpoints; DELETE FROM {at}tiles")
    (settings.seal_state_folder / "finance.checkpoint").unlink()
    witnessed.seal()

    assert verified(witnessed)[0] == 1, "no witness cosigned the other tree"
    kept = verified(witnessed, "--since", old)
    assert (kept[0], "11" in kept[1]) == (1, True), "and whoever kept a checkpoint sees it"


def test_an_event_that_was_promised_and_left_out_is_named(finance: SimpleNamespace) -> None:
    finance.write(5)
    receipt = finance.receipt(6)
    finance.force("DELETE FROM {events} WHERE {id} = 6")
    finance.write(1, stream=BOARDS)
    finance.seal()

    code, said = verified(finance, "--receipt", receipt)

    assert code == 1
    assert "6" in said, said


def test_an_export_for_one_school_withholds_what_others_did_and_still_proves_all(finance: SimpleNamespace) -> None:
    for school, stream in (("jy", CLOCKS), ("wuxi", BOARDS)):
        finance.log.commit([decision(happening(stream, 1, EVENT[:-1] % (1, 1) + b',"school":"%s"}' % school.encode()))])
    finance.seal()

    finance.run("export", "finance", "-o", finance.export, "--school", "jy")
    strict = finance.run("verify", finance.export, "--policy", finance.policy, "--lang", "en")
    allowed = finance.run("verify", finance.export, "--policy", finance.policy, "--lang", "en", "--allow-withheld")

    assert (strict.exit_code, allowed.exit_code) == (1, 0), strict.output + allowed.output
    assert finance.export.read_bytes().count(b'"state":null') == 1


def test_without_enough_witnesses_an_export_says_so(witnessed: SimpleNamespace) -> None:
    for name in ("party", "district"):
        witnessed.witnesses[name].kill()
    witnessed.write(3)
    witnessed.seal()

    refused = witnessed.run("export", "finance", "-o", witnessed.export)

    assert "no checkpoint is cosigned as the policy wants it" in str(refused.exception)
    assert verified(witnessed)[0] == 1


def test_after_a_rollback_people_begin_a_new_tree_under_another_name(finance: SimpleNamespace) -> None:
    log: Log = finance.log
    finance.write(3)
    finance.seal()
    finance.write(3, start=4)
    finance.seal()
    finance.force(
        "DELETE FROM {events} WHERE {id} > 4; DELETE FROM {at}signatures; DELETE FROM {at}checkpoints;"
        " DELETE FROM {at}tiles"
    )
    finance.seal()

    begun = finance.run("epoch", "finance", "--because", "restored from the copy of Monday")
    finance.write(2, stream=BOARDS)
    finance.seal()
    code, said = verified(finance)

    receipt = finance.receipt(finance.log.head())
    kept = verified(finance, "--receipt", receipt)

    assert kept[0] == 0, kept[1]
    assert begun.exit_code == 0, begun.output
    assert "mingban.example/finance/epoch-2" in begun.output
    assert code == 0, said
    assert f"holds: mingban.example/finance/epoch-2, {len(log.read(0, 100))} entries" in said
