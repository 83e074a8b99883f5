"""The same history under other settings: what comes out otherwise, and what rests on it, side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from mingban.what_if import WhatIf, check, what_if
from services.applications.aggregates.settings import OwnBook
from shared.kernel.context import Context
from shared.kernel.explaining import Decision, Explanation, Past, told
from shared.kernel.model import Happened, Refused
from shared.kernel.published import SettingsAdopted
from shared.kernel.values import Slug, Whole
from tests.chassis.ledger import FULLNESS, testing
from tests.chassis.tally import Counted, Counter, Opened
from tests.past import happened
from tests.scenario import SCHOOL

CHESS, GO = UUID(int=101), UUID(int=102)


def opened(stream: UUID, position: int) -> Happened:
    event = Opened(counter_id=stream, owner=Slug("anna"), most=Whole(1000), closes_on=None, notice_workdays=None)
    return happened(event, stream, position=position, version=1, on="2024-01-08")


def counted(stream: UUID, by: int, position: int, version: int, on: str = "2024-01-08") -> Happened:
    return happened(Counted(by=Whole(by)), stream, position=position, version=version, on=on)


# The judgement stands just before the event: chess is asked at 0 and at 65, go at 0 and at 60.
HISTORY = [
    opened(CHESS, 1),
    opened(GO, 2),
    counted(CHESS, 65, 3, 2),
    counted(GO, 60, 4, 2),
    counted(CHESS, 1, 5, 3, on="2024-03-01"),
    counted(GO, 1, 6, 3, on="2024-03-01"),
]


def prize(happened: Happened, past: Past, _context: Context) -> Iterator[Explanation]:
    """What rests on fullness in another service: full wins 100 fen."""
    full = past.load(Counter, happened.stream).total >= 60
    supposed = past.supposed("fullness", counter_id=happened.stream)
    wins = full if supposed is None else supposed == "full"
    yield Explanation(
        kind="prize", subject={"counter_id": happened.stream, "person_id": happened.stream}, rules=("AMB-14",),
        outcome="won" if wins else "not_won", amounts={"fen": 100 if wins else 0}, **told(zh="奖", en="prize"),
    )  # fmt: skip


PRIZES = replace(testing, name="prizes", decisions=[Decision(kind="prize", facts=(Counted,), explain=prize)])


def asked(progress: list[tuple[int, int]] | None = None, since: date | None = None, **values: Any) -> dict[str, Any]:
    seen = progress if progress is not None else []
    logs = {"testing": lambda: iter(HISTORY), "prizes": lambda: iter(HISTORY)}
    question = WhatIf(values=values, since=since)
    return what_if([testing, PRIZES], SCHOOL, question, logs, lambda done, total: seen.append((done, total)))


def of(changes: Sequence[dict[str, Any]], kind: str) -> list[tuple[str, str, str]]:
    return [
        (one["subject"]["counter_id"], one["before"]["outcome"], one["after"]["outcome"])
        for one in changes
        if one["kind"] == kind
    ]


def test_under_the_same_settings_nothing_comes_out_otherwise() -> None:
    answer = asked(pass_score_points=60)

    assert answer["changes"] == []
    assert answer["decisions"] == 4
    assert answer["changed"] == {"people": [], "studios": [], "fen": 0, "credits_hundredths": 0, "amounts": {}}


def test_what_comes_out_otherwise_is_shown_with_both_explanations() -> None:
    answer = asked(pass_score_points=61)

    [change] = [one for one in answer["changes"] if one["kind"] == "fullness"]
    assert of(answer["changes"], "fullness") == [(str(GO), "full", "not_full")]
    assert (change["before"]["settings"], change["after"]["settings"]) == (
        {"pass_score_points": 60},
        {"pass_score_points": 61},
    )
    assert [one["steps"][0]["holds"] for one in (change["before"], change["after"])] == [True, False]


def test_what_rests_on_it_in_another_service_changes_with_it_and_the_sums_say_how_much() -> None:
    answer = asked(pass_score_points=61)

    assert of(answer["changes"], "prize") == [(str(GO), "won", "not_won")]
    assert answer["changed"]["people"] == [str(GO)]
    # Sums are by kind of decision: what counters hold is no money that is released.
    assert answer["changed"]["amounts"] == {"fullness_fen": 0, "prize_fen": -100}
    assert answer["changed"]["fen"] == 0


def test_what_rests_on_it_in_the_same_service_changes_with_it_too() -> None:
    both = replace(testing, decisions=[FULLNESS, PRIZES.decisions[0]])
    logs = {"testing": lambda: iter(HISTORY)}
    answer = what_if([both], SCHOOL, WhatIf(values={"pass_score_points": 61}), logs, lambda *_: None)

    assert of(answer["changes"], "prize") == [(str(GO), "won", "not_won")]


def removal(happened: Happened, past: Past, context: Context) -> Iterator[Explanation]:
    """Asked year by year, the year being the month here: due above the mark."""
    total = past.load(Counter, happened.stream).total
    due = happened.on.month == 1 and total >= context.settings.pass_score_points
    yield Explanation(
        kind="removal", subject={"counter_id": happened.stream, "year": happened.on.month}, rules=("MEM-06",),
        outcome="removal_due" if due else "kept", settings=("pass_score_points",), **told(zh="移除", en="removal"),
    )  # fmt: skip


def certificate(happened: Happened, past: Past, _context: Context) -> Iterator[Explanation]:
    supposed = past.supposed("removal", counter_id=happened.stream)
    yield Explanation(
        kind="certificate", subject={"counter_id": happened.stream}, rules=("ASM-07",),
        outcome={"removal_due": "not_issued", "kept": "open", None: "issued"}[supposed], **told(zh="证书", en="certificate"),
    )  # fmt: skip


@pytest.mark.rule("MEM-06")
def test_who_would_have_been_removed_in_one_year_is_not_kept_by_the_next() -> None:
    services = [
        replace(testing, decisions=[Decision(kind="removal", facts=(Counted,), explain=removal)]),
        replace(
            testing, name="awards", decisions=[Decision(kind="certificate", facts=(Counted,), explain=certificate)]
        ),
    ]
    history = [
        opened(CHESS, 1),
        counted(CHESS, 50, 2, 2),
        counted(CHESS, 5, 3, 3),
        counted(CHESS, 1, 4, 4, on="2024-03-01"),
    ]
    logs = {service.name: lambda: iter(history) for service in services}
    answer = what_if(services, SCHOOL, WhatIf(values={"pass_score_points": 50}), logs, lambda *_: None)

    assert of(answer["changes"], "removal") == [(str(CHESS), "kept", "removal_due")]
    assert of(answer["changes"], "certificate") == [(str(CHESS), "issued", "not_issued")]


def test_what_no_decision_asks_about_is_named() -> None:
    assert asked(pass_score_points=61)["not_judged"] == []
    assert asked(pass_score_points=61, roll_closes_after_days=5)["not_judged"] == ["roll_closes_after_days"]


def test_only_decisions_from_the_given_day_on_are_asked_again() -> None:
    assert asked(pass_score_points=61, since=date(2024, 3, 2))["changes"] == []
    assert asked(pass_score_points=61, since=date(2024, 3, 1))["changes"] != []


def test_its_progress_goes_through_all_logs_to_the_end() -> None:
    progress: list[tuple[int, int]] = []
    asked(progress, pass_score_points=61)

    assert progress == [(n, 12) for n in range(1, 13)] + [(12, 12)]


@pytest.mark.parametrize(
    ("values", "code"),
    [({}, "nothing-supposed"), ({"tea": 1}, "setting-unknown"), ({"absence_limit": [4, 3]}, "setting-invalid")],
)
def test_settings_that_cannot_be_cannot_be_supposed(values: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as said:
        check(WhatIf(values=values), book())

    assert said.value.code == code


def test_what_contradicts_a_version_that_was_in_force_cannot_be_supposed() -> None:
    stricter = SettingsAdopted(number=1, effective_from=date(2024, 2, 1), values={"excellent_score_points": 70})
    check(WhatIf(values={"pass_score_points": 80}), book())
    with pytest.raises(Refused) as said:
        check(WhatIf(values={"pass_score_points": 80}), book(stricter))

    assert (said.value.code, said.value.rule) == ("settings-contradict", "AMB-14")


def book(*versions: SettingsAdopted) -> OwnBook:
    known = OwnBook(OwnBook.id_for(SCHOOL))
    for version in versions:
        known.replay(version)
    return known
