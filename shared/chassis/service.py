"""One service as a page of facts: what it is asked, what it knows, what it reacts to, who may ask."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter
from sqlalchemy import MetaData

from shared.kernel.context import Context
from shared.kernel.explaining import Decision, Resting
from shared.kernel.model import Aggregate, Due, Happened, History, ReadModel
from shared.kernel.people import Actor
from shared.kernel.settings import SchoolBook

Handler = Callable[[Any, History, Context], Sequence[Aggregate]]
Policy = Callable[[Happened], Iterable[Any]]
Authorize = Callable[[Actor, Any, History], bool]


@dataclass(frozen=True, kw_only=True)
class Service:
    """The definition. `about` is its sentence for OpenAPI.

    `policies` are by upstream (a service may follow itself) and event.

    `authorize(actor, command, history)` is pure and says no to whatever it does not know.
    `keeps_keys`: idempotency keys of this service are never forgotten (money).
    `public` are paths that answer without a token: they say nothing of persons.
    `tables` are its own that are not projected, such as the directory of persons.
    `receipts` are the events whose sealing is promised, signed, to whoever's command records one of them.
    `erases` are its events after which nothing of a person (`person_id`) can be read here: the key is destroyed.
    `decisions` are those that it explains, in the order in which one may rest on another's outcome.
    `grounds` are by event: what of its own it needed to have come before, where no explanation says so.
    """

    name: str
    about: str
    handlers: Mapping[type[Any], Handler]
    authorize: Authorize
    book: type[SchoolBook]
    policies: Mapping[str, Mapping[type[Any], Policy]] = field(default_factory=dict)
    read_models: Sequence[ReadModel[Any]] = ()
    agenda: ReadModel[Due] | None = None
    receipts: Sequence[type[Any]] = ()
    decisions: Sequence[Decision] = ()
    grounds: Mapping[type[Any], Resting] = field(default_factory=dict)
    routes: APIRouter = field(default_factory=APIRouter)
    keeps_keys: bool = False
    public: tuple[str, ...] = ()
    tables: MetaData | None = None
    erases: Sequence[type[Any]] = ()

    @property
    def upstreams(self) -> tuple[str, ...]:
        return tuple(self.policies)

    @property
    def models(self) -> Sequence[ReadModel[Any]]:
        return [*self.read_models, self.agenda] if self.agenda else self.read_models

    def command_named(self, name: str) -> type[Any]:
        return next(kind for kind in self.handlers if kind.__name__ == name)
