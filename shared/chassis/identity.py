"""Who asks: tokens of the installation's issuer, checked once and remembered until they expire."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2 as httpx
import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from shared.kernel.people import Actor, Role
from shared.kernel.values import Slug

ALGORITHMS = ["Ed25519"]
TYPE = "at+jwt"
REMEMBERED = 10_000
REST_SECONDS = 5.0
GRANTED = {role.value for role in Role} - {Role.SYSTEM.value}


class KeysAway(Exception):
    """The issuer's keys cannot be read now: nobody can be told apart until they can."""


class Unauthenticated(Exception):
    """No token, or one that this installation does not accept; the message says which."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A verified token: a person, a school (None: the whole installation), roles with their bindings."""

    person: UUID
    school: str | None
    actors: tuple[Actor, ...]

    def has(self, *roles: Role) -> bool:
        return any(actor.role in roles for actor in self.actors)


class Verifier:
    """Checks signature, issuer, audience, type and time. Keys unknown here are looked up once a minute."""

    def __init__(self, source: str, issuer: str, audience: str) -> None:
        self._source = source
        self._claims = jwt.JWTClaimsRegistry(
            leeway=5,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        )
        self._keys: KeySet | None = None
        self._looked = self._rests_until = 0.0
        self._seen: OrderedDict[bytes, tuple[float, Identity]] = OrderedDict()

    def known(self, token: str) -> Identity | None:
        """One that was verified before and has not expired: without any work."""
        found = self._seen.get(_digest(token))
        return found[1] if found and found[0] > time.time() else None

    def verify(self, token: str) -> Identity:
        """Checked anew; may ask the issuer for its keys, so not for the event loop."""
        expires, identity = self._check(token)
        self._seen[_digest(token)] = expires, identity
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return identity

    def _check(self, token: str) -> tuple[float, Identity]:
        try:
            decoded = jwt.decode(token, self._key_for, algorithms=ALGORITHMS)
            if decoded.header.get("typ") != TYPE:
                msg = f"the token's type is not {TYPE}"
                raise Unauthenticated(msg)
            self._claims.validate(decoded.claims)
            return float(decoded.claims["exp"]), _identity(decoded.claims)
        except JoseError as error:
            msg = f"the token is not accepted: {error.error}"
            raise Unauthenticated(msg) from None
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            msg = "the token is not accepted: malformed"
            raise Unauthenticated(msg) from None

    def _key_for(self, token: Any) -> Any:
        kid = token.headers().get("kid")
        for fresh in (False, True):
            keys = self._load(again=fresh)
            for key in keys.keys:
                if key.kid == kid:
                    return key
        msg = "unknown key"
        raise ValueError(msg)

    def _load(self, *, again: bool) -> KeySet:
        if self._keys is None or (again and time.monotonic() - self._looked > 60):  # noqa: PLR2004
            if time.monotonic() < self._rests_until:
                raise KeysAway
            try:
                self._looked = time.monotonic()
                self._keys = KeySet.import_key_set(_read_jwks(self._source))
            except (httpx.HTTPError, OSError) as error:
                self._rests_until = time.monotonic() + REST_SECONDS
                raise KeysAway from error
        return self._keys


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def _read_jwks(source: str) -> Any:
    if source.startswith("https://"):
        return httpx.get(source, timeout=5).raise_for_status().json()
    return orjson.loads(Path(source).read_bytes())


def _identity(claims: dict[str, Any]) -> Identity:
    """`roles` are names, bound ones as `department:dept-a`. An unknown role gives no right."""
    person = UUID(claims["sub"])
    actors, roles = [], claims.get("roles", [])
    if not isinstance(roles, list) or not all(isinstance(named, str) for named in roles):
        msg = "roles are a list of names"
        raise ValueError(msg)
    for named in roles:
        role, _, bound_to = named.partition(":")
        if role in GRANTED:
            actors.append(Actor(person, Role(role), bound_to or None))
    school = claims.get("school")
    if school is not None:
        school = str(Slug.fit(school))
    if school is None and not all(a.role in (Role.FOLLOWER, Role.AUDITOR, Role.OPERATOR) for a in actors):
        msg = "only followers, auditors and operators act without a school"
        raise ValueError(msg)
    return Identity(person, school, tuple(actors))


class LocalIssuer:
    """The issuer of an embedded installation: an Ed25519 key under its home."""

    def __init__(self, home: Path, issuer: str, audience: str) -> None:
        self._home, self._issuer, self._audience = home, issuer, audience

    def prepare(self) -> None:
        """Make the key unless there is one; only its owner may read it."""
        private, public = self._home / "issuer.key.json", self._home / "issuer.jwks.json"
        if private.exists() and public.exists():
            return
        self._home.mkdir(parents=True, exist_ok=True)
        key = OKPKey.generate_key("Ed25519", auto_kid=True)
        private.touch(mode=0o600)
        private.write_bytes(orjson.dumps(key.as_dict(private=True)))
        public.write_bytes(orjson.dumps({"keys": [key.as_dict(private=False)]}))

    def token(self, person: UUID, roles: list[str], school: str | None = None, seconds: int = 12 * 3600) -> str:
        key = OKPKey.import_key(orjson.loads((self._home / "issuer.key.json").read_bytes()))
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self._issuer, "aud": self._audience, "sub": str(person),
            "iat": now, "exp": now + seconds, "roles": roles,
        }  # fmt: skip
        if school is not None:
            claims["school"] = school
        header = {"alg": "Ed25519", "typ": TYPE, "kid": key.kid}
        return jwt.encode(header, claims, key, algorithms=ALGORITHMS)


def follower_tokens(issuer: LocalIssuer | None, file: Path | None) -> Callable[[], str]:
    """Where a follower's token comes from: a file that ops renews, or the local issuer."""
    if file is not None:
        return lambda: file.read_text().strip()
    if issuer is None:
        msg = "mingban cannot start: MINGBAN_FOLLOWER_TOKEN_FILE is needed where the issuer is not the local one"
        raise SystemExit(msg)
    kept: list[tuple[float, str]] = []

    def token() -> str:
        if not kept or kept[0][0] < time.monotonic():
            fresh = issuer.token(UUID(int=0), [Role.FOLLOWER], seconds=3600)
            kept[:] = [(time.monotonic() + 3000, fresh)]
        return kept[0][1]

    return token
