"""From the four logs alone: each consequence happened exactly once, and nothing happened without its cause."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.applications.aggregates.settings import OwnBook
from services.assessment.aggregates.merit import Ending, holds
from shared.chassis.jobs import Job, Logs, Progress
from shared.kernel.model import Happened, command
from shared.kernel.people import OVERSEEING

READINGS = 5


@command
class Reconcile:
    """Nothing is asked but that it be done."""


@dataclass(frozen=True, kw_only=True)
class Mismatch:
    """A consequence that is missing, doubled or without its cause; `found` of `expected`, of whom, in whose log."""

    rule: str
    says: str
    subject: dict[str, str]
    expected: int
    found: int
    service: str
    position: int


@dataclass
class Told:
    """The four logs by event name."""

    events: dict[str, list[Happened]] = field(default_factory=lambda: defaultdict(list))

    @property
    def size(self) -> int:
        return sum(map(len, self.events.values()))

    def of(self, name: str) -> list[Happened]:
        return self.events.get(name, [])

    def count(self, name: str, *fields: str, **only: Any) -> Counter[tuple[UUID, ...]]:
        """How often per subject, of those whose fields are as `only` says."""
        return Counter(
            tuple(getattr(it.event, f) for f in fields)
            for it in self.of(name)
            if all(getattr(it.event, f) == value for f, value in only.items())
        )


Causes = tuple[tuple[str, dict[str, Any]], ...]
"""Events by name, those alone whose fields are so."""


@dataclass(frozen=True)
class Consequence:
    """What must follow exactly once from each cause of a kind, and from nothing else (`only_from`)."""

    rule: str
    says: str
    causes: Causes
    effect: str
    effect_only: dict[str, Any]
    fields: tuple[str, ...] = ("studio_id",)


MIDTERM_FAILED = {"stage": "midterm", "passed": False}
DISQUALIFIED: Causes = (("assessment.studio-disqualified", {}),)
DESIGNATED: Causes = (("assessment.backbone-designated", {}),)

CONSEQUENCES: Sequence[Consequence] = (
    Consequence("ASM-03", "a failed mid-term disqualifies the studio",
                (("assessment.evaluated", MIDTERM_FAILED), ("assessment.evaluation-revised", MIDTERM_FAILED)),
                "assessment.studio-disqualified", {"cause": "midterm"}),
    Consequence("FIN-05", "a disqualified studio's funding is cut", DISQUALIFIED, "finance.funding-cut", {}),
    Consequence("AMB-16", "a disqualified studio is closed as such", DISQUALIFIED,
                "applications.studio-closed", {"outcome": "disqualified"}),
    Consequence("A.9-2", "a passed studio is closed as such",
                (("assessment.evaluated", {"stage": "final", "passed": True}),),
                "applications.studio-closed", {"outcome": "passed"}),
    Consequence("A.9-2", "a failed final closes the studio",
                (("assessment.evaluated", {"stage": "final", "passed": False}),),
                "applications.studio-closed", {"outcome": "failed_final"}),
    Consequence("ASM-07", "who is designated gets the certificate", DESIGNATED,
                "assessment.certificate-issued", {}, ("studio_id", "person_id")),
    Consequence("ASM-08", "who is designated gets the credits", DESIGNATED,
                "assessment.credits-granted", {}, ("studio_id", "person_id")),
)  # fmt: skip

ONCE = (
    ("ASM-02", "assessment.evaluated", ("studio_id", "stage")),
    ("ASM-05", "assessment.title-awarded", ("studio_id",)),
    ("ASM-06", "assessment.backbone-designated", ("studio_id", "person_id")),
    ("ASM-09", "assessment.recommended", ("studio_id", "person_id")),
    ("A.9-3", "membership.studio-roster-closed", ("studio_id",)),
    ("FIN-01", "finance.funds-released", ("studio_id", "year")),
    ("FIN-05", "finance.funding-cut", ("studio_id",)),
    ("A.9-8", "finance.funds-returned", ("studio_id",)),
    ("A.9-8", "finance.expense-spent", ("expense_id",)),
    ("A.9-8", "finance.expense-reversed", ("expense_id",)),
    ("APP-06", "applications.plan-filed", ("studio_id",)),
    ("MEM-05", "applications.studio-plaqued", ("studio_id",)),
)
"""What happens at most once to a subject."""


def reconcile(school: str, logs: Logs, progress: Progress) -> dict[str, Any]:
    """Every consequence that does not match its cause.

    The logs are read one after another, and what follows from the newest may not have come yet: as long as they
    move and something does not match, they are read again, a few times.
    """
    told, found = Told(), list[Mismatch]()
    for attempt in range(READINGS):
        before, told = told, Told()
        for at, log in enumerate(logs.values(), start=1):
            for happened in log():
                told.events[happened.name].append(happened)
            progress(at, len(logs))
        found = [
            *_consequences(told), *_once(told), *_memberships(told), *_awards(told, school), *_money(told),
        ]  # fmt: skip
        if not found or (attempt and told.size == before.size):
            break
    return {
        "events": {name: len(events) for name, events in sorted(told.events.items())},
        "mismatches": [asdict(one) for one in found],
    }


def _consequences(told: Told) -> Iterator[Mismatch]:
    for rule in CONSEQUENCES:
        causes = sum((told.count(name, *rule.fields, **only) for name, only in rule.causes), Counter())
        effects = told.count(rule.effect, *rule.fields, **rule.effect_only)
        for subject in {*causes, *effects}:
            if effects[subject] != min(1, causes[subject]):
                where = told.of(rule.effect if effects[subject] else rule.causes[0][0])
                yield _mismatch(
                    rule.rule, rule.says, dict(zip(rule.fields, subject, strict=True)),
                    min(1, causes[subject]), effects[subject], where,
                )  # fmt: skip


def _once(told: Told) -> Iterator[Mismatch]:
    for rule, name, fields in ONCE:
        for subject, times in told.count(name, *fields).items():
            if times > 1:
                yield _mismatch(
                    rule, f"{name} happens once", dict(zip(fields, subject, strict=True)), 1, times, told.of(name)
                )


def _memberships(told: Told) -> Iterator[Mismatch]:
    """Who was a member when the studio was disqualified left it then, once (AMB-16)."""
    ended = {it.event.studio_id for it in told.of("assessment.studio-disqualified")}
    standing: Counter[UUID] = Counter()
    studio: dict[UUID, UUID] = {}
    for it in sorted(
        (it for name in ("joined", "left", "removed", "reinstated") for it in told.of(f"membership.member-{name}")),
        key=lambda it: it.position,
    ):
        studio[it.event.membership_id] = it.event.studio_id
        standing[it.event.membership_id] += 1 if it.name.endswith(("joined", "reinstated")) else -1
    # A matched pair that never joined may leave too: that is -1 and fine.
    for membership, stands in standing.items():
        if stands > 1 or (stands == 1 and studio[membership] in ended):
            yield _mismatch(
                "AMB-16", "a disqualified studio has no members", {"membership_id": membership},
                0, stands, told.of("membership.member-joined"),
            )  # fmt: skip


def _awards(told: Told, school: str) -> Iterator[Mismatch]:
    """Who has a title, a designation, a recommendation: judged again from what the others' logs say (ASM-05 to 09)."""
    book = OwnBook(OwnBook.id_for(school))
    for it in told.of("applications.settings-adopted"):
        book.replay(it.event)
    completed = {it.event.studio_id: it for it in told.of("assessment.awards-completed")}
    for it in told.of("membership.studio-roster-closed"):
        studio, done = it.event.studio_id, completed.get(it.event.studio_id)
        ending = _ending(studio, told, done.at if done else None)
        if ending is None:
            continue
        settings = (book.numbered(done.rules) if done else book.on(it.on)).values
        title = {ending.host_id} if holds(ending.title()) else set()
        qualified = {one.person_id for one in ending.qualified(settings)} if ending.admission(settings).holds else set()
        if done is None and (title or qualified) and all(map(ending.is_clear, title | qualified)):
            yield _mismatch("ASM-05", "an ended studio is awarded once", {"studio_id": studio}, 1, 0, [it])
        for rule, name, due in (
            ("ASM-05", "title-awarded", title), ("ASM-06", "backbone-designated", qualified),
        ):  # fmt: skip
            given = {one.event.person_id for one in told.of(f"assessment.{name}") if one.event.studio_id == studio}
            missing = due - given if done else set()
            for person in sorted(missing | (given - due), key=str):
                subject = {"studio_id": studio, "person_id": person}
                yield _mismatch(
                    rule, f"{name} is for who deserves it", subject, int(person in due), int(person in given), [it]
                )
    rosters = {it.event.studio_id for it in told.of("membership.studio-roster-closed")}
    for rule, name in (("ASM-05", "title-awarded"), ("ASM-06", "backbone-designated"), ("ASM-09", "recommended")):
        for it in told.of(f"assessment.{name}"):
            if it.event.studio_id not in rosters or _final(it.event.studio_id, told, it.at) is None:
                subject = {"studio_id": it.event.studio_id, "person_id": it.event.person_id}
                yield _mismatch(rule, f"{name} follows a final and a closed roster", subject, 0, 1, [it])
    designated = told.count("assessment.backbone-designated", "studio_id", "person_id")
    for it in told.of("assessment.recommended"):
        if not designated[it.event.studio_id, it.event.person_id]:
            subject = {"studio_id": it.event.studio_id, "person_id": it.event.person_id}
            yield _mismatch("ASM-09", "only who is designated is recommended", subject, 0, 1, [it])


def _final(studio: UUID, told: Told, by: datetime | None) -> bool | None:
    """How the final ended by then, a revision included."""
    results = [
        it
        for name in ("evaluated", "evaluation-revised")
        for it in told.of(f"assessment.{name}")
        if it.event.studio_id == studio and it.event.stage == "final" and (by is None or it.at <= by)
    ]
    return max(results, key=lambda it: it.position).event.passed if results else None


def _ending(studio: UUID, told: Told, by: datetime | None) -> Ending | None:
    passed = _final(studio, told, by)
    if passed is None:
        return None

    def of(name: str) -> Iterator[Happened]:
        return (it for it in told.of(name) if it.event.studio_id == studio and (by is None or it.at <= by))

    conduct: dict[UUID, Literal["recorded", "confirmed"] | None] = {}
    for it in of("membership.conduct-violation-recorded"):
        conduct[it.event.person_id] = "recorded"
    for it in of("membership.conduct-violation-decided"):
        conduct[it.event.person_id] = "confirmed" if it.event.confirmed else None
    established = next(of("applications.studio-established"), None)
    roster = next(of("membership.studio-roster-closed"), None)
    if established is None or roster is None:
        return None
    host: UUID = established.event.host_id
    for it in of("applications.host-changed"):
        host = it.event.host_id
    return Ending(
        host_id=host, lead_kind=established.event.lead_kind, roster=roster.event.members, final_passed=passed,
        conduct=conduct,
    )  # fmt: skip


def _money(told: Told) -> Iterator[Mismatch]:
    """Per studio: at most three releases, none after a cut, nothing spent that was not released (FIN-01, 05, 08)."""
    released: Counter[UUID] = Counter()
    spent: Counter[UUID] = Counter()
    cut: dict[UUID, int] = {it.event.studio_id: it.position for it in told.of("finance.funding-cut")}
    for it in told.of("finance.funds-released"):
        released[it.event.studio_id] += it.event.fen
        if it.position > cut.get(it.event.studio_id, it.position):
            yield _mismatch("FIN-05", "no release follows a cut", {"studio_id": it.event.studio_id}, 0, 1, [it])
    for subject, times in told.count("finance.funds-released", "studio_id").items():
        if times > 3:  # noqa: PLR2004 - FIN-01
            yield _mismatch(
                "FIN-01",
                "at most three releases",
                {"studio_id": subject[0]},
                3,
                times,
                told.of("finance.funds-released"),
            )
    for it in told.of("finance.expense-spent"):
        spent[it.event.studio_id] += it.event.fen
    for it in told.of("finance.expense-reversed"):
        spent[it.event.studio_id] -= it.event.fen
    for studio, fen in spent.items():
        if fen > released[studio]:
            yield _mismatch(
                "FIN-08", "what was spent was released, in fen", {"studio_id": studio},
                released[studio], fen, told.of("finance.expense-spent"),
            )  # fmt: skip


def _mismatch(
    rule: str, says: str, subject: dict[str, Any], expected: int, found: int, where: Iterable[Happened]
) -> Mismatch:
    plain = {name: str(id) for name, id in subject.items()}
    about = [it for it in where if all(str(getattr(it.event, name, id)) == id for name, id in plain.items())]
    service, position = (about[-1].name.partition(".")[0], about[-1].position) if about else ("", 0)
    return Mismatch(
        rule=rule, says=says, subject=plain, expected=expected, found=found, service=service, position=position
    )


JOB = Job(
    kind="reconciliations", asked=Reconcile, summary="Prove that each consequence happened exactly once",
    roles=OVERSEEING, check=lambda _asked, _book: None,
    work=lambda school, _asked, logs, progress: reconcile(school, logs, progress),
)  # fmt: skip
