"""From the four logs alone: each consequence happened exactly once, and nothing happened without its cause."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from shared.chassis.jobs import Job, Logs, Progress
from shared.kernel.model import Happened, command
from shared.kernel.people import Role

ROLES = (Role.PERSONNEL, Role.STUDENT_AFFAIRS, Role.SCHOOL, Role.AUDITOR)


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

    def of(self, name: str) -> list[Happened]:
        return self.events.get(name, [])

    def count(self, name: str, *fields: str, **only: Any) -> Counter[tuple[UUID, ...]]:
        """How often per subject, of those whose fields are as `only` says."""
        return Counter(
            tuple(getattr(it.event, f) for f in fields)
            for it in self.of(name)
            if all(getattr(it.event, f) == value for f, value in only.items())
        )


@dataclass(frozen=True)
class Consequence:
    """What must follow exactly once from each cause of a kind, and from nothing else (`only_from`)."""

    rule: str
    says: str
    cause: str
    cause_only: dict[str, Any]
    effect: str
    effect_only: dict[str, Any]
    fields: tuple[str, ...] = ("studio_id",)


CONSEQUENCES: Sequence[Consequence] = (
    Consequence("ASM-03", "a failed mid-term disqualifies the studio", "assessment.evaluated",
                {"stage": "midterm", "passed": False}, "assessment.studio-disqualified", {"cause": "midterm"}),
    Consequence("FIN-05", "a disqualified studio's funding is cut", "assessment.studio-disqualified", {},
                "finance.funding-cut", {}),
    Consequence("AMB-16", "a disqualified studio is closed as such", "assessment.studio-disqualified", {},
                "applications.studio-closed", {"outcome": "disqualified"}),
    Consequence("A.9-2", "a passed studio is closed as such", "assessment.evaluated",
                {"stage": "final", "passed": True}, "applications.studio-closed", {"outcome": "passed"}),
    Consequence("A.9-2", "a failed final closes the studio", "assessment.evaluated",
                {"stage": "final", "passed": False}, "applications.studio-closed", {"outcome": "failed_final"}),
    Consequence("ASM-07", "who is designated gets the certificate", "assessment.backbone-designated", {},
                "assessment.certificate-issued", {}, ("studio_id", "person_id")),
    Consequence("ASM-08", "who is designated gets the credits", "assessment.backbone-designated", {},
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


def reconcile(logs: Logs, progress: Progress) -> dict[str, Any]:
    """Which consequences were looked at, and every one that does not match its cause."""
    told, service_of = Told(), {}
    for at, (service, log) in enumerate(logs.items()):
        for happened in log():
            told.events[happened.name].append(happened)
            service_of[happened.name] = service
        progress(at + 1, len(logs))
    found = [*_consequences(told), *_once(told), *_memberships(told), *_awards(told), *_money(told)]
    return {
        "events": {name: len(events) for name, events in sorted(told.events.items())},
        "mismatches": [asdict(one) for one in found],
    }


def _consequences(told: Told) -> Iterator[Mismatch]:
    for rule in CONSEQUENCES:
        causes = told.count(rule.cause, *rule.fields, **rule.cause_only)
        effects = told.count(rule.effect, *rule.fields, **rule.effect_only)
        for subject in {*causes, *effects}:
            if effects[subject] != min(1, causes[subject]):
                where = told.of(rule.effect if effects[subject] else rule.cause)
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


def _awards(told: Told) -> Iterator[Mismatch]:
    """Awards follow from a passed final and from the roster, and from nothing else (ASM-05 to ASM-09)."""
    passed = {it.event.studio_id for it in told.of("assessment.evaluated")
              if it.event.stage == "final" and it.event.passed}  # fmt: skip
    rosters = {it.event.studio_id: it.event.members for it in told.of("membership.studio-roster-closed")}
    for name, rule in (("title-awarded", "ASM-05"), ("recommended", "ASM-09")):
        for it in told.of(f"assessment.{name}"):
            if it.event.studio_id not in passed:
                yield _mismatch(rule, f"{name} follows a passed final", {"studio_id": it.event.studio_id}, 0, 1, [it])
    completed = told.count("assessment.awards-completed", "studio_id")
    for studio in passed & rosters.keys():
        if completed[studio,] != 1:
            yield _mismatch(
                "ASM-05", "a passed studio with a closed roster is awarded once", {"studio_id": studio},
                1, completed[studio,], told.of("membership.studio-roster-closed"),
            )  # fmt: skip
    for it in told.of("assessment.certificate-issued"):
        members = {entry.person_id for entry in rosters.get(it.event.studio_id, ()) if entry.status == "active"}
        if it.event.person_id not in members:
            yield _mismatch(
                "ASM-07", "a certificate is an active member's",
                {"studio_id": it.event.studio_id, "person_id": it.event.person_id}, 0, 1, [it],
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
    roles=ROLES, check=lambda _asked, _book: None,
    work=lambda _school, _asked, logs, progress: reconcile(logs, progress),
)  # fmt: skip
