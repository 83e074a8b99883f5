"""What came of it all, computed from the four logs alone."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import httpx2 as httpx
import orjson

from mingban.composition import SERVICES
from shared.kernel.money import in_hundredths

NameOf = Callable[[UUID], str]


def read_logs(base_url: str, token: str) -> dict[str, list[dict[str, Any]]]:
    """Every line of every `/log`, with its state read."""
    with httpx.Client(
        base_url=base_url, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=30
    ) as client:
        return {name: list(_lines(client, name)) for name in SERVICES}


def read_rows(base_url: str, token: str, path: str) -> list[dict[str, Any]]:
    """All rows of a list that fits one page."""
    answer = httpx.get(
        f"{base_url}/{path}", params={"limit": 500}, headers={"Authorization": f"Bearer {token}"}, trust_env=False
    ).raise_for_status()
    rows: list[dict[str, Any]] = answer.json()["items"]
    return rows


def _lines(client: httpx.Client, service: str) -> Iterator[dict[str, Any]]:
    after = -1
    through = 0
    while through != after:
        page = client.get(f"/{service}/log", params={"after": through, "limit": 1000}).raise_for_status().json()
        if page["after"] != through:
            # An answer delivered twice stands before the right one.
            continue
        for item in page["items"]:
            state = orjson.loads(item["state"])
            yield {**item, **state, "state": item["state"]}
        after, through = through, page["through"]


def outcome(logs: dict[str, list[dict[str, Any]]], name_of: NameOf, expense_names: dict[str, str]) -> dict[str, Any]:
    """The story by studio and person, as `expected.json` tells it."""
    told = _Told(name_of, expense_names)
    for name in SERVICES:
        for line in logs[name]:
            told.hear(line)
    return told.result()


class _Told:
    """Hears events, each by its eternal name."""

    def __init__(self, name_of: NameOf, expense_names: dict[str, str]) -> None:
        self._name_of, self._expense_names = name_of, expense_names
        self._host_of: dict[str, str] = {}
        self._hours_of: dict[str, int] = {}
        self._applicant_of: dict[str, str] = {}
        self.studios: dict[str, dict[str, Any]] = {}
        self.persons: dict[str, dict[str, Any]] = defaultdict(dict)
        self.expenses: dict[str, str] = {}
        self.published: dict[str, str] = {}
        self.applications: dict[str, dict[str, Any]] = {}
        self.counts: Counter[str] = Counter()
        self.credits = 0

    def hear(self, line: dict[str, Any]) -> None:
        self.counts[line["event"]] += 1
        handler = getattr(self, "on_" + line["event"].partition(".")[2].replace("-", "_"), None)
        if handler:
            handler(line["body"], line)

    def _studio(self, body: dict[str, Any]) -> dict[str, Any]:
        return self.studios[self._host_of[body["studio_id"]]]

    def _person(self, body: dict[str, Any]) -> dict[str, Any]:
        return self.persons[self._name_of(UUID(body["person_id"]))]

    def on_applied(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        self._applicant_of[body["application_id"]] = self._name_of(UUID(body["applicant_id"]))
        self.on_resubmitted(body, _line)

    def on_resubmitted(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        told = self.applications.setdefault(self._applicant_of[body["application_id"]], {})
        told["preferences"] = [one["flag"] for one in body["preferences"] if one["state"] == "met"]

    def on_reviewed(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        told = self.applications.setdefault(self._applicant_of[body["application_id"]], {})
        told.setdefault("reviewed", []).append(f"{body['level']}: {body['verdict']}")
        if body["score_hundredths"] is not None:
            told["score"] = in_hundredths(body["score_hundredths"])

    def on_list_published(self, body: dict[str, Any], line: dict[str, Any]) -> None:
        self.published.update(dict.fromkeys(body["application_ids"], line["on"]))

    def on_studio_established(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        host = self._name_of(UUID(body["host_id"]))
        self._host_of[body["studio_id"]] = host
        money = {"released": {}, "spent_fen": 0, "cancelled_fen": 0, "cut_on": None, "returned": {}}
        self.studios[host] = {
            "published_on": self.published.get(body["application_id"]), "plaqued_on": None, "ends_on": None,
            "midterm": None, "final": None, "outcome": None, "roster_closed_on": None, "money": money,
        }  # fmt: skip

    def on_studio_plaqued(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        self._studio(body).update(plaqued_on=body["plaqued_on"], ends_on=body["ends_on"])

    def on_studio_closed(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        self._studio(body)["outcome"] = body["outcome"]

    def on_member_joined(self, body: dict[str, Any], line: dict[str, Any]) -> None:
        self._person(body)["joined_on"] = line["on"]

    def on_member_left(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        self._person(body)["left"] = body["reason"]

    def on_removal_pending(self, body: dict[str, Any], line: dict[str, Any]) -> None:
        self._person(body)["removal_pending"] = f"{line['on']}: {body['absent']} of {body['denominator']} (MEM-06)"

    def on_removal_lifted(self, body: dict[str, Any], line: dict[str, Any]) -> None:
        self._person(body)["removal_lifted"] = f"{line['on']}: {body['because']}"

    def on_member_removed(self, body: dict[str, Any], line: dict[str, Any]) -> None:
        self._person(body)["removed_on"] = line["on"]

    def on_member_reinstated(self, body: dict[str, Any], line: dict[str, Any]) -> None:
        self._person(body)["reinstated_on"] = line["on"]

    def on_session_held(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        self._hours_of[body["session_id"]] = body["class_hours"]

    def on_roll_corrected(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        person = self._person(body)
        if body["before"] != "present":
            person["missed"].remove(body["before"])
        if body["after"] == "present":
            person["hours"] = person.get("hours", 0) + self._hours_of[body["session_id"]]
        else:
            person.setdefault("missed", []).append(body["after"])

    def on_session_attended(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        person = self._person(body)
        person["hours"] = person.get("hours", 0) + body["class_hours"]

    def on_session_missed(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        self._person(body).setdefault("missed", []).append(body["kind"])

    def on_studio_roster_closed(self, body: dict[str, Any], line: dict[str, Any]) -> None:
        self._studio(body)["roster_closed_on"] = line["on"]
        for one in body["members"]:
            kept = (
                "status",
                "host_points",
                "plan_filed",
                "sessions_obliged",
                "sessions_attended",
                "unexcused_absences",
            )
            self._person(one)["roster"] = {name: one[name] for name in kept}

    def on_evaluated(self, body: dict[str, Any], line: dict[str, Any]) -> None:
        score = in_hundredths(body["score_hundredths"])
        self._studio(body)[body["stage"]] = {"score": score, "passed": body["passed"], "evaluated_on": line["on"]}

    def on_title_awarded(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        self._person(body)["title"] = True

    def on_backbone_designated(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        self._person(body)["designated"] = True

    def on_certificate_issued(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        self._person(body)["certified"] = True

    def on_credits_granted(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        self.credits += body["credits_hundredths"]
        self._person(body)["credits"] = in_hundredths(body["credits_hundredths"])

    def on_recommended(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        self._person(body)["recommended"] = body["rank"]

    def on_funds_released(self, body: dict[str, Any], line: dict[str, Any]) -> None:
        released = self._studio(body)["money"]["released"]
        released[line["on"]] = released.get(line["on"], 0) + body["fen"]

    def on_release_cancelled(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        self._studio(body)["money"]["cancelled_fen"] += body["fen"]

    def on_funding_cut(self, body: dict[str, Any], line: dict[str, Any]) -> None:
        self._studio(body)["money"]["cut_on"] = line["on"]

    def on_funds_returned(self, body: dict[str, Any], line: dict[str, Any]) -> None:
        self._studio(body)["money"]["returned"][line["on"]] = body["fen"]

    def on_expense_claimed(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        self.expenses[self._expense(body)] = "claimed"

    def on_expense_refused(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        self.expenses[self._expense(body)] = body["reason"]

    def on_expense_spent(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        self.expenses[self._expense(body)] = "spent"
        self._studio(body)["money"]["spent_fen"] += body["fen"]

    def on_expense_reversed(self, body: dict[str, Any], _line: dict[str, Any]) -> None:
        self.expenses[self._expense(body)] = "reversed"
        self._studio(body)["money"]["spent_fen"] -= body["fen"]

    def _expense(self, body: dict[str, Any]) -> str:
        id: str = body["expense_id"]
        return self._expense_names.get(id, id)

    def result(self) -> dict[str, Any]:
        money = [studio["money"] for studio in self.studios.values()]
        released = sum(sum(m["released"].values()) for m in money)
        returned = sum(sum(m["returned"].values()) for m in money)
        spent = sum(m["spent_fen"] for m in money)
        sums = {
            "studios": len(self.studios),
            "studios_disqualified": self.counts["assessment.studio-disqualified"],
            "studios_passed_final": sum(bool(s["final"] and s["final"]["passed"]) for s in self.studios.values()),
            "members_joined": self.counts["membership.member-joined"],
            "members_removed": self.counts["membership.member-removed"],
            "sessions_held": self.counts["membership.session-held"],
            "fen_released": released,
            "fen_spent": spent,
            "fen_returned": returned,
            "fen_balance": released - spent - returned,
            "fen_cancelled": sum(m["cancelled_fen"] for m in money),
            "funding_cuts": self.counts["finance.funding-cut"],
            "titles": self.counts["assessment.title-awarded"],
            "designations": self.counts["assessment.backbone-designated"],
            "certificates": self.counts["assessment.certificate-issued"],
            "credits": in_hundredths(self.credits),
            "recommendations": self.counts["assessment.recommended"],
        }
        return {
            "sums": sums, "by_applicant": self.applications, "by_studio": self.studios,
            "by_person": dict(self.persons), "by_expense": self.expenses,
        }  # fmt: skip
