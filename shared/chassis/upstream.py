"""Read another service's log over HTTP, page by page; what comes back is checked before it is believed."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, Protocol
from uuid import UUID

import httpx2 as httpx
from pydantic import BaseModel, ConfigDict, Strict, ValidationError

from shared.chassis.envelope import Line
from shared.chassis.log import Log


class UpstreamAway(Exception):
    """The upstream does not answer, or not with a log page: try later."""


class UpstreamDisorder(Exception):
    """The upstream answered another page than the one asked for, or its lines out of order."""


@dataclass(frozen=True, slots=True)
class LogPage:
    """Lines above `after`, ascending; `through` is how far the upstream looked."""

    lines: list[Line]
    through: int


class Upstream(Protocol):
    """Where a follower reads: `page` gives lines in order, each once, none left out."""

    def page(self, after: int, limit: int) -> LogPage: ...


class OwnLog:
    """A service's own log, followed like another's."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def page(self, after: int, limit: int) -> LogPage:
        lines = self._log.read(after, limit)
        return LogPage(lines, lines[-1].position if lines else after)


class RemoteLog:
    """Another service's `/log`, with a follower's token."""

    def __init__(self, url: str, token: Callable[[], str], client: httpx.Client) -> None:
        self._url, self._token, self._client = url, token, client

    def page(self, after: int, limit: int) -> LogPage:
        try:
            return checked(self._asked(after, limit), after)
        except UpstreamDisorder:
            # An answer delivered twice, by a proxy or a cache, stands before the right one: ask once more.
            return checked(self._asked(after, limit), after)

    def _asked(self, after: int, limit: int) -> Any:
        try:
            answer = self._client.get(
                self._url,
                params={"after": after, "limit": limit},
                headers={"Authorization": f"Bearer {self._token()}"},
            )
        except httpx.HTTPError as error:
            msg = f"{self._url}: {error}"
            raise UpstreamAway(msg) from error
        if answer.status_code != httpx.codes.OK:
            msg = f"{self._url} answered {answer.status_code}"
            raise UpstreamAway(msg)
        try:
            return answer.json()
        except ValueError:
            msg = f"{self._url} answered no JSON"
            raise UpstreamAway(msg) from None


def checked(body: Any, after: int) -> LogPage:
    """A page as it was asked for, or `UpstreamDisorder`: nothing doubled, reordered or skipped."""
    try:
        return _in_order(_Page.model_validate(body), after)
    except ValidationError as error:
        msg = f"the page after {after} has another shape: {error.error_count()} mistakes"
        raise UpstreamDisorder(msg) from None


class _Item(BaseModel):
    model_config = ConfigDict(strict=True)

    position: int
    stream: Annotated[UUID, Strict(strict=False)]
    version: int
    event: str
    state: str


class _Page(BaseModel):
    model_config = ConfigDict(strict=True)

    after: int
    through: int
    items: list[_Item]


def _in_order(body: _Page, after: int) -> LogPage:
    if body.after != after:
        msg = f"asked for lines after {after}, got those after {body.after}"
        raise UpstreamDisorder(msg)
    lines = [Line(i.position, i.stream, i.version, i.event, i.state.encode()) for i in body.items]
    positions = [after, *(line.position for line in lines)]
    if any(later <= earlier for earlier, later in pairwise(positions)):
        msg = f"lines after {after} are doubled or out of order"
        raise UpstreamDisorder(msg)
    if body.through < positions[-1]:
        msg = f"the page after {after} ends before its last line"
        raise UpstreamDisorder(msg)
    return LogPage(lines, body.through)
