"""Whose word is taken: tokens of the installation's issuer, of the right kind, for us, and in time."""

import base64
import json
import time
from typing import Any
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey

from shared.chassis.identity import Identity, LocalIssuer, Unauthenticated, Verifier
from shared.chassis.settings import InstallationSettings
from shared.kernel.people import Actor, Role
from tests.chassis.examples import SCHOOL
from tests.chassis.web import Web, problem
from tests.conftest import on_sqlite

pytestmark = on_sqlite

ANNA = UUID(int=1)
NOW = int(time.time())
CLAIMS: dict[str, Any] = {
    "iss": "mingban-local", "aud": "mingban", "sub": str(ANNA), "iat": NOW, "exp": NOW + 3600, "roles": ["school"],
    "school": SCHOOL,
}  # fmt: skip


@pytest.fixture
def key(web: Web) -> OKPKey:
    return OKPKey.import_key(json.loads((web.runtime.settings.home / "issuer.key.json").read_bytes()))


def signed(key: Any, claims: dict[str, Any], **header: Any) -> str:
    head = {"alg": "Ed25519", "typ": "at+jwt", "kid": key.kid} | header
    return jwt.encode({n: v for n, v in head.items() if v is not None}, claims, key, algorithms=[head["alg"]])


def by_hand(header: Any, claims: Any, signature: str = "") -> str:
    parts = (json.dumps(part) if not isinstance(part, str) else part for part in (header, claims))
    return ".".join([*(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts), signature])


def asking(web: Web, token: str) -> tuple[int, str]:
    header = [(b"authorization", b"Bearer " + token.encode("latin-1"))]
    return problem(web.client.get("/testing/log", headers=header))


def test_a_token_of_ours_is_taken(web: Web, key: OKPKey) -> None:
    assert asking(web, signed(key, CLAIMS)) == (403, "forbidden")  # known, and not allowed to read the log


WITHOUT = {f"no {name}": {n: v for n, v in CLAIMS.items() if n != name} for name in ("iss", "aud", "sub", "exp")}
WRONG = {
    "another issuer": CLAIMS | {"iss": "elsewhere"},
    "another audience": CLAIMS | {"aud": "elsewhere"},
    "expired": CLAIMS | {"exp": NOW - 60},
    "not valid yet": CLAIMS | {"nbf": NOW + 1_000_000},
    "no person": CLAIMS | {"sub": "anna"},
    "words for a time": CLAIMS | {"exp": "tomorrow"},
    "a school's role without a school": {n: v for n, v in CLAIMS.items() if n != "school"},
    "roles of no kind": CLAIMS | {"roles": 5},
}


def test_a_token_with_other_claims_is_not_taken(web: Web, key: OKPKey) -> None:
    said = {name: asking(web, signed(key, claims)) for name, claims in (WITHOUT | WRONG).items()}

    assert said == dict.fromkeys(WITHOUT | WRONG, (401, "unauthenticated"))


UNFIT = {
    "a school without a name": CLAIMS | {"school": ""},
    "a school that is a number": CLAIMS | {"school": 5},
    "a school that is a path": CLAIMS | {"school": "jiangyin/00000000-0000-0000-0000-000000000001"},
    "roles that are numbers": CLAIMS | {"roles": [5]},
    "roles in a word": CLAIMS | {"roles": "school"},
}


def test_a_token_of_ours_with_unfit_claims_is_not_taken_either(web: Web, key: OKPKey) -> None:
    said = {name: asking(web, signed(key, claims)) for name, claims in UNFIT.items()}

    assert said == dict.fromkeys(UNFIT, (401, "unauthenticated"))


def test_a_token_of_another_type_is_not_taken(web: Web, key: OKPKey) -> None:
    types = ("JWT", "at+JWT ", "id_token", None)

    assert [asking(web, signed(key, CLAIMS, typ=typ)) for typ in types] == [(401, "unauthenticated")] * 4


def test_a_token_that_somebody_else_signed_is_not_taken(web: Web, key: OKPKey) -> None:
    mine = OKPKey.generate_key("Ed25519", {"kid": key.kid})
    curve, shared = ECKey.generate_key("P-256", {"kid": key.kid}), OctKey.import_key(b"public" * 8, {"kid": key.kid})
    forged = [
        signed(mine, CLAIMS),
        signed(OKPKey.generate_key("Ed25519", {"kid": "another"}), CLAIMS),
        signed(curve, CLAIMS, alg="ES256"),
        signed(shared, CLAIMS, alg="HS256"),
    ]

    assert [asking(web, token) for token in forged] == [(401, "unauthenticated")] * 4


HEADER = {"alg": "Ed25519", "typ": "at+jwt"}
NONSENSE = {
    "alg none": by_hand(HEADER | {"alg": "none"}, CLAIMS),
    "alg None": by_hand(HEADER | {"alg": "None"}, CLAIMS),
    "no alg": by_hand({"typ": "at+jwt"}, CLAIMS),
    "no signature": by_hand(HEADER, CLAIMS),
    "a list for a header": by_hand([], CLAIMS),
    "nothing for a header": by_hand(None, CLAIMS),
    "a number for a header": by_hand(5, CLAIMS),
    "a kid of no kind": by_hand(HEADER | {"kid": ["a"]}, CLAIMS),
    "critical": by_hand(HEADER | {"crit": ["exp"]}, CLAIMS),
    "one part": "abc",
    "two dots": "..",
    "four parts": "a.b.c.d",
    "five parts": "a.b.c.d.e",
    "not base64": "%%%.%%%.%%%",
    "not text": "\xff.\xff.\xff",
}


def test_nonsense_is_not_taken(web: Web) -> None:
    said = {name: asking(web, token) for name, token in NONSENSE.items()}

    assert said == dict.fromkeys(NONSENSE, (401, "unauthenticated"))


def test_a_token_nested_without_end_is_not_taken(web: Web) -> None:
    assert asking(web, by_hand("[" * 20_000, CLAIMS)) == (401, "unauthenticated")


def test_who_shows_no_token_is_told_how(web: Web) -> None:
    shown = (None, "", "Bearer", "Bearer ", "Basic YTpi", "bearer")

    refused = [
        web.client.get("/testing/log", headers={"Authorization": each} if each is not None else {}) for each in shown
    ]

    assert [problem(each) for each in refused] == [(401, "unauthenticated")] * len(shown)
    assert {each.headers["www-authenticate"] for each in refused} == {"Bearer"}


def test_nothing_that_speaks_of_the_programme_is_open(web: Web) -> None:
    paths = ("/", "/nowhere", "/status", "/counters", "/docs/../log", "//livez", "/livez/")

    assert [web.client.get(f"/testing{path}").status_code for path in paths] == [401] * len(paths)


def test_a_tampered_token_is_not_taken(web: Web, key: OKPKey) -> None:
    head, _, signature = signed(key, CLAIMS).split(".")
    _, richer, _ = signed(key, CLAIMS | {"roles": ["auditor"]}).split(".")

    assert asking(web, f"{head}.{richer}.{signature}") == (401, "unauthenticated")


def test_a_remembered_token_is_forgotten_when_it_expires(store: InstallationSettings, monkeypatch: Any) -> None:
    issuer = LocalIssuer(store.home, store.issuer, store.audience)
    issuer.prepare()
    verifier = Verifier(store.jwks_source, store.issuer, store.audience)
    token = issuer.token(ANNA, ["department:dept-a", "wizard"], SCHOOL, seconds=60)
    said = Identity(ANNA, SCHOOL, (Actor(ANNA, Role.DEPARTMENT, "dept-a"),))
    fresh, remembered = verifier.verify(token), verifier.verify(token)
    later = time.time() + 120
    monkeypatch.setattr(time, "time", lambda: later)

    with pytest.raises(Unauthenticated):
        verifier.verify(token)
    assert (fresh, remembered) == (said, said)
