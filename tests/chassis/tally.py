"""What the small service is about: counters that are opened, counted up and closed, and shelves for them."""

from datetime import date
from typing import Any, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.kernel.model import Aggregate, Refused, event
from shared.kernel.settings import Adopted, Delegated, SchoolBook
from shared.kernel.settings import Announced as OfficialYear
from shared.kernel.values import Slug, Text, Whole


@event("testing.opened")
class Opened:
    counter_id: UUID
    owner: Slug
    most: Whole
    closes_on: date | None
    notice_workdays: int | None


@event("testing.counted")
class Counted:
    by: Whole
    note: Text | None = None


@event("testing.closed")
class Closed:
    owner: Slug
    total: int


@event("testing.shelved")
class Shelved:
    """A closed counter was put on its owner's shelf."""

    counter_id: UUID


@event("testing.settings-adopted")
class SettingsAdopted(Adopted):
    pass


@event("testing.year-announced")
class YearAnnounced(OfficialYear):
    pass


@event("testing.duty-delegated")
class DutyDelegated(Delegated):
    pass


@event("elsewhere.announced")
class Announced:
    """What the upstream says: count this counter, once that other one is there."""

    counter_id: UUID
    by: Whole
    needs: UUID | None = None


class Settings(SchoolBook):
    opens = (SettingsAdopted, YearAnnounced, DutyDelegated)


class Counter(Aggregate):
    opens = Opened
    total = 0
    is_closed = False

    @classmethod
    def open(cls, id: UUID, **said: Any) -> Self:
        """A counter of its own, as the services make theirs: not the one that `find` gave."""
        opened = cls(id)
        opened.record(Opened(counter_id=id, **said))
        return opened

    def count(self, by: Whole, note: Text | None = None) -> None:
        if self.total + by > self.most:
            raise Refused(
                "too-many", rule="T-1", left=self.most - self.total, asked=int(by),
                zh="只剩{left}，申请{asked}", en="only {left} is left, {asked} was asked",
            )  # fmt: skip
        self.record(Counted(by=by, note=note))

    def close(self) -> None:
        if self.is_closed:
            raise Refused("closed-already", rule="T-2", zh="已关闭", en="it is closed already")
        self.record(Closed(owner=self.owner, total=self.total))

    def apply(self, happened: Any) -> None:
        match happened:
            case Opened(owner=owner, most=most):
                self.owner, self.most = owner, most
            case Counted(by=by):
                self.total += by
            case Closed():
                self.is_closed = True


class Shelf(Aggregate):
    opens = Shelved

    @classmethod
    def id_for(cls, owner: str) -> UUID:
        return uuid5(NAMESPACE_URL, f"testing/shelf/{owner}")

    def apply(self, happened: Any) -> None:
        pass
