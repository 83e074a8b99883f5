"""What an outsider is served: checkpoint, tiles, entries with proofs, consistency; each checked with nothing of ours."""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
import pytest

from shared.audit.checkpoint import Checkpoint
from shared.audit.leaf import leaf_of, read_leaf
from shared.audit.note import Note
from shared.audit.policy import Policy
from shared.audit.tree import leaf_hash, root_of, tile_path, verify_consistency, verify_inclusion
from shared.chassis.key_making import KeyMaker
from shared.chassis.keys import Keys
from shared.chassis.sealing import Sealer, open_sealer
from shared.chassis.settings import InstallationSettings
from tests.chassis.examples import SCHOOL
from tests.chassis.web import Web, problem

Seal = Callable[[], None]
AUDITOR: dict[str, Any] = {"roles": ["auditor"], "school": None}


@pytest.fixture
def sealer(store: InstallationSettings) -> Iterator[Sealer]:
    KeyMaker(store.model_copy(update={"origin": "mingban.example"}), ["testing"]).make(datetime.now(UTC))
    keys = Keys(store)
    made = open_sealer("testing", store, keys.origin_of("testing"), lambda: keys.signers("testing", datetime.now(UTC)))
    yield made
    made.close()


@pytest.fixture
def policy(sealer: Sealer, store: InstallationSettings) -> Policy:
    assert sealer
    return Policy.read((store.public_folder / "policy").read_bytes())


def counted(web: Web, count: int, school: str = SCHOOL) -> None:
    for number in range(count):
        body = {"counter_id": str(uuid4())}
        assert web.ask("/counters", body, key=f"{school}-{number}", school=school).status_code == 201


def head(web: Web, policy: Policy) -> Checkpoint:
    """The newest checkpoint, as anybody may fetch and check it."""
    answer = web.client.get("/testing/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    return policy.check(Note.read(answer.content)).checkpoint


def hashes(given: list[str]) -> list[bytes]:
    return [base64.b64decode(each) for each in given]


def test_before_the_first_seal_there_is_no_checkpoint_and_entries_say_so(web: Web, sealer: Sealer) -> None:
    counted(web, 1)

    entry = web.look("/log/2", **AUDITOR).json()

    assert problem(web.client.get("/testing/checkpoint")) == (404, "not-sealed")
    assert (entry["position"], entry["sealed"], entry["proof"]) == (2, False, None)


def test_an_entry_proves_itself_under_the_signed_checkpoint(web: Web, sealer: Sealer, policy: Policy) -> None:
    counted(web, 5)
    sealer.run()

    for line in web.runtime.log.read(0, 10):
        entry = web.look(f"/log/{line.position}", **AUDITOR).json()
        proof = entry["proof"]
        checkpoint = policy.check(Note.read(proof["checkpoint"].encode())).checkpoint
        leaf = read_leaf(proof["leaf"].encode())
        mine = leaf_of(checkpoint.origin, line.position, line.stream, line.version, line.event, entry["state"].encode())

        assert leaf == mine
        verify_inclusion(
            leaf_hash(leaf.text), proof["index"], checkpoint.size, hashes(proof["hashes"]), checkpoint.root
        )


def test_the_whole_tree_can_be_fetched_as_tiles_and_has_the_signed_root(
    web: Web, sealer: Sealer, policy: Policy
) -> None:
    counted(web, 300)
    sealer.run()
    checkpoint, leaves, bottom = head(web, policy), [], b""

    for number in range(-(-checkpoint.size // 256)):
        width = min(256, checkpoint.size - number * 256)
        name = tile_path(number) + (f".p/{width}" if width < 256 else "")
        bottom += web.client.get(f"/testing/tile/0/{name}").content
        bundle = web.look(f"/tile/entries/{name}", **AUDITOR).content
        while bundle:
            length = int.from_bytes(bundle[:2])
            leaves.append(bundle[2 : 2 + length])
            bundle = bundle[2 + length :]

    assert checkpoint.size == 301
    assert bottom == b"".join(map(leaf_hash, leaves))
    assert root_of(map(leaf_hash, leaves)) == checkpoint.root
    assert web.client.get("/testing/tile/1/000.p/1").content == root_of(map(leaf_hash, leaves[:256]))


def test_one_tree_is_shown_to_begin_with_another(web: Web, sealer: Sealer, policy: Policy) -> None:
    counted(web, 3)
    sealer.run()
    old = head(web, policy)
    counted(web, 4, school="wuxi")
    sealer.run()
    new = head(web, policy)

    proof = web.client.get(f"/testing/consistency/{old.size}/{new.size}").json()

    verify_consistency(old.size, new.size, hashes(proof["hashes"]), old.root, new.root)
    then = web.client.get(f"/testing/checkpoints/{old.size}").content
    assert policy.check(Note.read(then)).checkpoint == old


def test_the_list_says_what_is_sealed_and_can_be_asked_for_it(web: Web, sealer: Sealer) -> None:
    counted(web, 2)
    sealer.run()
    counted(web, 1, school="wuxi")

    def seen(**params: Any) -> list[tuple[int, bool]]:
        items = web.look("/log", **AUDITOR, **params).json()["items"]
        return [(item["position"], item["sealed"]) for item in items]

    assert seen() == [(1, True), (2, True), (3, True), (4, False)]
    assert seen(sealed="true") == [(1, True), (2, True), (3, True)]
    assert seen(sealed="false") == [(4, False)]


def test_a_schools_auditor_is_shown_no_other_schools_entry(web: Web, sealer: Sealer) -> None:
    counted(web, 1)
    counted(web, 1, school="wuxi")
    sealer.run()

    looks = {school: web.look("/log/3", roles=["auditor"], school=school).status_code for school in (SCHOOL, "wuxi")}

    assert looks == {SCHOOL: 404, "wuxi": 200}
    assert web.look("/tile/entries/000.p/3", roles=["auditor"]).status_code == 403
    assert web.look("/log/2", roles=["school"]).status_code == 403
    assert web.client.get("/testing/tile/entries/000.p/3").status_code == 401
    assert web.client.get("/testing/log/2").status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/tile/0/000", "/tile/0/000.p/4", "/tile/0/000.p/0", "/tile/0/000.p/x", "/tile/0/001.p/1", "/tile/0/0",
        "/tile/1/000.p/1", "/checkpoints/3", "/consistency/1/4", "/consistency/3/2", "/log/99",
    ],
)  # fmt: skip
def test_what_the_signed_tree_does_not_have_is_not_found(web: Web, sealer: Sealer, path: str) -> None:
    counted(web, 1)
    sealer.run()

    assert web.look(path, **AUDITOR).status_code == 404


@pytest.mark.parametrize("path", ["/consistency/0/2", "/tile/64/000", "/tile/x/000", "/checkpoints/0", "/log/0"])
def test_what_no_tree_can_have_is_said_to_be_none(web: Web, sealer: Sealer, path: str) -> None:
    assert problem(web.look(path, **AUDITOR)) == (422, "payload-invalid")


def test_the_logs_keys_are_there_for_everyone_and_signed_by_the_log(web: Web, sealer: Sealer, policy: Policy) -> None:
    note = Note.read(web.client.get("/testing/keys").content)

    assert note.signed_by([log.key for log in policy.logs])


def test_how_far_it_is_sealed_is_part_of_the_status(web: Web, sealer: Sealer) -> None:
    counted(web, 1)
    sealer.run()

    said = web.look("/status", roles=["operator"], school=None).json()["sealed"]

    assert (said["through"], said["entries"], said["halted"]) == (2, 2, None)
    assert 'mingban_sealed_position{service="testing"} 2.0' in web.client.get("/testing/metrics").text


def test_the_causes_of_an_event_come_with_their_proofs(web: Web, sealer: Sealer, policy: Policy) -> None:
    counted(web, 1)
    sealer.run()

    (found,) = web.look("/log/2/grounds", **AUDITOR).json()["items"]

    proof = found["entry"]["proof"]
    checkpoint = policy.check(Note.read(proof["checkpoint"].encode())).checkpoint
    verify_inclusion(
        leaf_hash(proof["leaf"].encode()), proof["index"], checkpoint.size, hashes(proof["hashes"]), checkpoint.root
    )
    assert orjson.loads(proof["leaf"])["n"] == 2
