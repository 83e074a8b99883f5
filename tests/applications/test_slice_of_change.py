"""The arrow again: a settled objection, a studio's members, and another host, over HTTP."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from services.applications.aggregates.settings import OwnBook
from services.applications.explanations import DECISIONS
from services.applications.service import applications
from shared.chassis.envelope import unpack
from shared.chassis.past import Past
from shared.kernel.calendar import OFFICIAL
from shared.kernel.context import Context
from shared.kernel.model import EVENTS, Happened
from shared.kernel.people import SYSTEM
from shared.kernel.published import ExpertAppointed, MemberJoined, SettingsAdopted
from tests.conftest import Installation
from tests.scenario import SCHOOL
from tests.slice import Slice

PRINCIPAL, LIU, HE, CHEN, SUN, WANG, HU = (UUID(int=number) for number in range(1, 8))
EXPERTS = [UUID(int=number) for number in range(11, 16)]
ROUND, APPLICATION, OBJECTION, MEMBERSHIP = UUID(int=50), UUID(int=60), UUID(int=70), UUID(int=80)
ONE, THIS = {"application_id": str(APPLICATION)}, {"round_id": str(ROUND)}
FORM = {
    "department": "mechanical", "on_duty": True, "semesters": 12, "title": "intermediate", "class_honor": "county",
}  # fmt: skip


@pytest.fixture
def slice_(installation: Installation) -> Iterator[Slice]:
    made = Slice(applications, installation(["applications"], clock="2023-03-31T09:00:00+08:00"))
    with made.client:
        yield made


def posted(slice_: Slice) -> None:
    """The list of 2023 with Chen Jing on it is up, decided by a seated panel."""
    seen = f"/applications/{APPLICATION}"
    office, head = ["personnel"], ["department:mechanical"]
    headers = slice_._headers(LIU, office)
    people = {
        CHEN: {"name": "陈静"}, WANG: {"name": "王磊"},
        HU: {"name": "胡军", "sex": "male", "birth_year": 1994, "subject": "数学"},
    }  # fmt: skip
    for person, known in people.items():
        slice_.client.put(f"/applications/persons/{person}", json=known | {"department": "mechanical"}, headers=headers)
    chain = {"review_chain": ["department", "office", "panel", "school"], "ban_years": 2}
    opened = THIS | {"title": "2023年", "deadline": "2023-03-31", "places": 1, "settings": chain}
    slice_.ask("/rounds", opened, LIU, office, "2023-03-23")
    slice_.ask("/applications", ONE | THIS | FORM, CHEN, ["teacher"], "2023-03-31")
    decision = ONE | {"verdict": "approved"}
    slice_.ask("/reviews", decision | {"level": "department", "attests": True}, HE, head, "2023-03-31", seen)
    slice_.ask("/department-batches", THIS, HE, head, "2023-03-31")
    slice_.ask("/reviews", decision | {"level": "office"}, LIU, office, "2023-03-31", seen)
    slice_.told(
        "assessment", *(ExpertAppointed(person_id=e, until=date(2026, 12, 31)) for e in EXPERTS), on="2023-03-23"
    )
    slice_.comes("2023-04-07")
    slice_.ask(
        "/selection-panels", THIS | {"experts": [str(one) for one in EXPERTS]}, SUN, ["student_affairs"], "2023-04-04"
    )
    slice_.ask(
        "/panel-recusals",
        ONE | {"expert_id": str(EXPERTS[4]), "reason": "同课题"},
        EXPERTS[4],
        ["expert"],
        "2023-04-04",
    )
    for expert in EXPERTS[:4]:
        slice_.ask("/panel-scores", ONE | {"points": [60] * 6}, expert, ["expert"], "2023-04-04")
    slice_.ask("/panel-conclusions", ONE, LIU, office, "2023-04-06", seen)
    slice_.ask("/rankings", THIS, LIU, office, "2023-04-07")
    slice_.ask("/posted-lists", THIS, PRINCIPAL, ["school"], "2023-04-07", f"/rounds/{ROUND}")
    slice_.caught_up()


@pytest.mark.rule("SIL-01", "A.9-25")
def test_an_objection_holds_the_list_up_and_its_answer_publishes_it(slice_: Slice) -> None:
    posted(slice_)
    raised = THIS | ONE | {"objection_id": str(OBJECTION), "reason": "材料不实"}
    answer = {"objection_id": str(OBJECTION), "upheld": False, "reason": "经查属实无误"}

    first = slice_.ask("/objections", raised, WANG, ["teacher"], "2023-04-07")
    slice_.comes("2023-04-15")
    held_up = slice_.look(f"/rounds/{ROUND}", WANG, ["teacher"]).json()
    slice_.comes("2023-04-25")
    late = slice_.ask("/objections", raised | {"objection_id": str(HU)}, WANG, ["teacher"], "2023-04-25")
    slice_.ask("/objection-answers", answer, LIU, ["personnel"], "2023-04-25")
    slice_.caught_up()
    shown = slice_.look(f"/rounds/{ROUND}", WANG, ["teacher"]).json()
    mine = slice_.look("/objections", WANG, ["teacher"]).json()["items"]
    others = slice_.look("/objections", CHEN, ["teacher"]).json()["items"]

    assert first.status_code == 201
    assert (held_up["extended_since"], held_up["objections"], held_up["published_on"]) == ("2023-04-14", 1, None)
    assert (late.status_code, late.json()["rule"]) == (409, "SIL-01")
    assert shown["published_on"] == "2023-04-25"
    assert [one["state"] for one in mine] == ["dismissed"]
    assert others == []


def running(slice_: Slice) -> str:
    """Chen Jing's studio with Hu Jun in it: where it is shown."""
    posted(slice_)
    slice_.comes("2023-04-15")
    made = slice_.ask("/studios", ONE, PRINCIPAL, ["school"], "2023-04-15").json()["stream"]
    joined = MemberJoined(studio_id=UUID(made), membership_id=MEMBERSHIP, person_id=HU)
    slice_.told("membership", joined, on="2023-04-15")
    slice_.caught_up()
    return str(made)


@pytest.mark.rule("SIL-04")
def test_another_host_takes_the_studio_over(slice_: Slice) -> None:
    made = running(slice_)
    successor = {"studio_id": made, "new_host_id": str(WANG), "form": FORM, "reason": "调离"}
    unknown = successor | {"new_host_id": str(SUN)}
    office, day, studio = ["personnel"], "2023-04-15", f"/studios/{made}"

    unseen = slice_.ask("/host-changes", successor, LIU, office, day)
    stranger = slice_.ask("/host-changes", unknown, LIU, office, day, studio)
    changed = slice_.ask("/host-changes", successor, LIU, office, day, studio)
    slice_.caught_up()
    shown = slice_.look(studio, WANG, ["teacher"]).json()
    report = slice_.look(f"/structure-reports/{made}", WANG, ["host"])
    former = slice_.look(f"/structure-reports/{made}", CHEN, ["host"])

    assert unseen.status_code in {400, 428}
    assert (stranger.status_code, stranger.json()["rule"]) == (409, "APP-19")
    assert changed.status_code == 201
    assert (shown["name"], shown["former_hosts"][0]["host_id"]) == ("王磊名班主任工作室", str(CHEN))
    assert (report.status_code, former.status_code) == (200, 403)


@pytest.mark.rule("MEM-15")
def test_a_host_sees_how_the_studio_is_made_up(slice_: Slice) -> None:
    report = f"/structure-reports/{running(slice_)}"

    own, stranger = slice_.look(report, CHEN, ["host"]), slice_.look(report, WANG, ["host"])

    assert (own.status_code, stranger.status_code) == (200, 403)
    assert (own.json()["size"], own.json()["sex"], own.json()["age"]) == (1, {"male": 1}, {"0-29": 1})
    assert (own.json()["title"], own.json()["subject"]) == ({"unknown": 1}, {"数学": 1})


@pytest.mark.rule("APP-17", "APP-20")
def test_annex_3_shows_the_form_with_each_level_and_names_a_candidate_once_the_list_is_published(
    slice_: Slice,
) -> None:
    posted(slice_)
    annex_3 = f"/applications/{APPLICATION}"

    before = slice_.look(annex_3, CHEN, ["teacher"]).json()
    slice_.comes("2023-04-15")
    after = slice_.look(annex_3, CHEN, ["teacher"]).json()

    assert (after["name"], after["lead_kind"]) == ("陈静", "host")
    assert {name: after[name] for name in FORM} == FORM
    assert [one["level"] for one in after["decisions"]] == ["department", "office", "panel", "school"]
    assert (before["designation"], after["designation"]) == (None, "名班主任培养人选")


@pytest.mark.rule("APP-18")
def test_annex_4_sums_up_what_a_department_handed_in(slice_: Slice) -> None:
    posted(slice_)

    (annex_4,) = slice_.look("/batches", LIU, ["personnel"]).json()["items"]

    assert (annex_4["department"], list(annex_4["names"].values())) == ("mechanical", ["陈静"])
    (entry,) = annex_4["entries"]
    assert (entry["application_id"], entry["semesters"], entry["title"]) == (str(APPLICATION), 12, "intermediate")


@pytest.mark.rule("APP-21")
def test_the_office_sees_what_each_department_brought(slice_: Slice) -> None:
    posted(slice_)
    slice_.comes("2023-04-15")

    brought = slice_.look(f"/department-participation/{ROUND}", LIU, ["personnel"]).json()

    assert brought == [{"department": "mechanical", "applied": 1, "approved": 1, "rejected": 0, "published": 1}]


@pytest.mark.rule("A.9-25")
def test_a_seated_panel_is_shown(slice_: Slice) -> None:
    posted(slice_)

    (panel,) = slice_.look("/selection-panels", LIU, ["personnel"], round_id=str(ROUND)).json()["items"]

    assert panel["experts"] == [str(one) for one in EXPERTS]


@pytest.mark.rule("SIL-14")
def test_what_a_person_told_of_themselves_is_erased_with_them(slice_: Slice) -> None:
    posted(slice_)
    own, stranger = slice_.look(f"/persons/{HU}", HU, ["teacher"]), slice_.look(f"/persons/{HU}", WANG, ["teacher"])
    headers = slice_._headers(PRINCIPAL, ["school"]) | {"Idempotency-Key": "erase"}
    slice_.client.delete(f"/applications/persons/{HU}", headers=headers)
    again = {"name": "胡军", "department": "mechanical"}
    slice_.client.put(f"/applications/persons/{HU}", json=again, headers=slice_._headers(LIU, ["personnel"]))

    assert (own.json()["birth_year"], "birth_year" in stranger.json()) == (1994, False)
    assert slice_.look(f"/persons/{HU}", HU, ["teacher"]).json()["birth_year"] is None


@pytest.mark.rule("A.7", "APP-01", "APP-05", "A.9-7")
def test_what_stands_in_the_log_explains_each_decision_as_it_came_out(slice_: Slice) -> None:
    adopted = {"effective_from": "2023-03-31", "values": {"selection_min_score_points": 59, "ban_years": 1}}
    slice_.ask("/settings-versions", adopted, LIU, ["personnel"], "2023-03-31")
    posted(slice_)
    slice_.comes("2023-04-15")
    slice_.ask("/studios", ONE, PRINCIPAL, ["school"], "2023-04-15")

    log = [unpack(line) for line in slice_.runtime.log.read(0, 500) if line.event in EVENTS]
    book = OwnBook(OwnBook.id_for(SCHOOL))
    for one in log:
        if isinstance(one.event, SettingsAdopted):
            book.replay(one.event)
    outcomes = [
        (explained.kind, explained.outcome, one.rules)
        for one in log
        for decision in DECISIONS
        if isinstance(one.event, tuple(decision.facts))
        for explained in decision.explain(one, before(one, log), judging(one, book))
    ]

    assert outcomes == [
        ("eligibility", "eligible", 1), ("selection", "listed", 1), ("establishment", "established", 1),
    ]  # fmt: skip


def before(now: Happened, log: list[Happened]) -> Past:
    """The history just before an event."""
    earlier = [one for one in log if one.position < now.position]
    return Past("applications", SCHOOL, lambda stream: [one for one in earlier if one.stream == stream])


def judging(now: Happened, book: OwnBook) -> Context:
    """The settings that decided then."""
    return Context(
        actor=SYSTEM, school=SCHOOL, on=now.on, at=now.at, in_force=book.numbered(now.rules), calendar=OFFICIAL,
        correlation="test", causation="test",
    )  # fmt: skip
