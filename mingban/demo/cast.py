"""The people of a demo: each asks over HTTP with a token of their own."""

from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx2 as httpx
import orjson

from shared.chassis.identity import LocalIssuer

CREATED = (200, 201)


class Unexpected(Exception):
    """An answer that the input files do not foresee."""


class Cast:
    """The persons of one school, by the names that its input files give them.

    `is_away` while the broker is: nothing is projected then, so what a decision rests on is taken from
    the answers to earlier commands instead of from queries.
    """

    def __init__(self, folder: Path, base_url: str, issuer: LocalIssuer) -> None:
        self.people: dict[str, dict[str, Any]] = orjson.loads((folder / "persons.json").read_bytes())
        self.school: str = orjson.loads((folder / "programme.json").read_bytes())["school"]
        self.refused: list[dict[str, str]] = []
        self.is_away = False
        self.asked = 0
        self._versions: dict[str, int] = {}
        self._client = httpx.Client(base_url=base_url, trust_env=False, timeout=30)
        self._issuer = issuer
        self._tokens: dict[str, str] = {}
        self._positions: dict[str, int] = {}

    def id(self, *name: str) -> UUID:
        """The id of a person, or of anything that the files name: the same in every play."""
        return uuid5(NAMESPACE_URL, "/".join(("mingban/demo", self.school, *name)))

    def register_all(self, officer: str) -> None:
        for name, person in self.people.items():
            body = {"name": person["name"], "department": person["department"]}
            answer = self._client.put(
                f"/applications/persons/{self.id(name)}", json=body, headers=self._headers(officer)
            )
            if not answer.is_success:
                raise Unexpected(answer.text)

    def ask(
        self, who: str, service: str, path: str, body: dict[str, Any], *,
        on: str, sees: str | None = None, refused: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """One command; `sees` is the query whose ETag the decision rests on, `refused` the rule foreseen."""
        self.asked += 1
        headers = self._headers(who) | {"Idempotency-Key": f"demo-{self.asked}", "Accept-Language": "zh"}
        if sees:
            headers["If-Match"] = self._seen(who, service, sees)
        answer = self._client.post(f"/{service}/{path}", params={"on": on}, json=body, headers=headers)
        said: dict[str, Any] = answer.json()
        rule = said.get("rule") if answer.status_code == httpx.codes.CONFLICT else None
        if (refused and rule != refused) or (not refused and answer.status_code not in CREATED):
            msg = f"{who} asked {service}/{path} on {on}, foreseen {refused or 'accepted'}: {answer.text}"
            raise Unexpected(msg)
        if refused:
            self.refused.append({"on": on, "who": who, "rule": refused})
        else:
            self._positions[service] = said["position"]
            self._versions[said["stream"]] = said["version"]
        return said

    def _seen(self, who: str, service: str, path: str) -> str:
        known = self._versions.get(path.rpartition("/")[2])
        if self.is_away and known is not None:
            return f'"{known}"'
        return self.see(who, service, path).headers["etag"]

    def see(self, who: str, service: str, path: str, **params: Any) -> httpx.Response:
        """A query that has caught up with our own last write."""
        at_least = self._positions.get(service, 0)
        answer = self._client.get(
            f"/{service}/{path}", params=params | {"at_least": at_least}, headers=self._headers(who)
        )
        if not answer.is_success:
            msg = f"{who} looked at {service}/{path}: {answer.text}"
            raise Unexpected(msg)
        return answer

    def find(self, who: str, service: str, path: str, **params: Any) -> dict[str, Any]:
        """The one row of a list."""
        items = self.see(who, service, path, **params).json()["items"]
        if len(items) != 1:
            msg = f"{service}/{path} {params}: one row was foreseen, {len(items)} came"
            raise Unexpected(msg)
        row: dict[str, Any] = items[0]
        return row

    def _headers(self, who: str) -> dict[str, str]:
        if who not in self._tokens:
            if who not in self.people:
                msg = f"persons.json knows no {who}"
                raise Unexpected(msg)
            roles = self.people[who]["roles"]
            self._tokens[who] = self._issuer.token(self.id(who), roles, self.school)
        return {"Authorization": f"Bearer {self._tokens[who]}"}

    def close(self) -> None:
        self._client.close()
