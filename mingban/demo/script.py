"""From input files to dated steps: what happens on which day, in which order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from mingban.demo.cast import Cast, Unexpected

Record = dict[str, Any]


@dataclass(order=True)
class Step:
    """One thing that somebody does on a day; steps of one day go by their rank, between ranks all rests."""

    on: str
    rank: int
    says: str = field(compare=False)
    act: Callable[[], object] = field(compare=False)


class Script:
    """All steps of a folder of input files."""

    def __init__(self, folder: Path, cast: Cast) -> None:
        self._folder, self._cast = folder, cast
        self.round = self._read("round.json")
        self._officer: str = self.round["opened_by"]
        self._studios: dict[str, str] = {}
        self._memberships: dict[str, str] = {}

    def steps(self) -> list[Step]:
        made = [
            *self._opening(), *self._applying(), *self._establishing(), *self._training(), *self._spending(),
            *self._evaluating(),
        ]  # fmt: skip
        return sorted(made)

    def _read(self, name: str) -> Any:
        try:
            return orjson.loads((self._folder / name).read_bytes())
        except (OSError, ValueError) as error:
            msg = f"{self._folder / name}: {error}"
            raise Unexpected(msg) from None

    def _opening(self) -> Iterator[Step]:
        plan, rubric, cast = self.round, self._read("rubric.json"), self._cast
        body = {
            "round_id": str(cast.id("round")), "title": plan["title"], "deadline": plan["deadline"],
            "places": plan["places"],
        }  # fmt: skip

        def open_round() -> None:
            cast.register_all(plan["opened_by"])
            cast.ask(plan["opened_by"], "applications", "rounds", body, on=plan["opened_on"])

        yield Step(plan["opened_on"], 1, f"{plan['title']}：申报开始", open_round)
        yield Step(
            rubric["adopted_on"], 1, "考核评估细则",
            lambda: cast.ask(
                rubric["adopted_by"], "assessment", "rubrics", {"sections": rubric["sections"]},
                on=rubric["adopted_on"],
            ),
        )  # fmt: skip
        listed = plan["list"]
        ids = [str(cast.id("application", host)) for host in listed["hosts"]]
        yield Step(
            listed["posted_on"], 5, "名单公示",
            lambda: cast.ask(
                listed["posted_by"], "applications", "posted-lists",
                {"round_id": str(cast.id("round")), "application_ids": ids},
                on=listed["posted_on"], sees=f"rounds/{cast.id('round')}",
            ),
        )  # fmt: skip

    def _applying(self) -> Iterator[Step]:
        for record in self._read("applications.json"):
            yield self._application(record)
            if record.get("skips"):
                yield self._review(record, record["skips"])
            for review in record.get("reviews", ()):
                yield self._review(record, review)
            if "panel" in record:
                yield from self._panel(record, record["panel"])

    def _application(self, record: Record) -> Step:
        who, cast = record["applicant"], self._cast
        asked = ("department", "on_duty", "semesters", "title", "class_honor")
        body = {name: record[name] for name in asked} | {
            "application_id": str(cast.id("application", who)), "round_id": str(cast.id("round")),
        }  # fmt: skip
        on, refused = record["applied_on"], record.get("refused")
        return Step(
            on, 2, f"{self._name(who)}申报",
            lambda: cast.ask(who, "applications", "applications", body, on=on, refused=refused),
        )  # fmt: skip

    def _review(self, record: Record, review: Record) -> Step:
        id = str(self._cast.id("application", record["applicant"]))
        body = {"application_id": id, "level": review["level"], "verdict": review.get("verdict", "approved")}
        return Step(
            review["on"], 3, f"{self._name(record['applicant'])}：{self._name(review['by'])}评审",
            lambda: self._cast.ask(
                review["by"], "applications", "reviews", body,
                on=review["on"], sees=f"applications/{id}", refused=review.get("refused"),
            ),
        )  # fmt: skip

    def _panel(self, record: Record, panel: Record) -> Iterator[Step]:
        id, cast = str(self._cast.id("application", record["applicant"])), self._cast

        def score() -> None:
            for expert, points in panel["points"].items():
                body = {"application_id": id, "points": points}
                cast.ask(expert, "applications", "panel-scores", body, on=panel["on"])

        yield Step(panel["on"], 4, f"{self._name(record['applicant'])}：专家评分", score)
        yield Step(
            panel["concluded_on"], 4, f"{self._name(record['applicant'])}：专家组意见",
            lambda: cast.ask(
                panel["concluded_by"], "applications", "panel-conclusions", {"application_id": id},
                on=panel["concluded_on"], sees=f"applications/{id}",
            ),
        )  # fmt: skip

    def _establishing(self) -> Iterator[Step]:
        for studio in self._read("studios.json"):
            host, plan = studio["host"], studio["plan"]
            yield Step(studio["established_on"], 1, f"{self._name(host)}工作室设立", self._establish(studio))
            yield Step(
                plan["on"], 2, f"{self._name(host)}工作室建设方案",
                self._of_studio(host, host, "construction-plans", plan["on"], plan),
            )  # fmt: skip
            for receipt in studio["receipts"]:
                yield Step(
                    receipt["on"], 3, f"{self._name(host)}工作室：方案备案",
                    self._of_studio(receipt["by"], host, "plan-receipts", receipt["on"]),
                )  # fmt: skip
            if early := studio.get("plaque_too_early"):
                yield Step(
                    early["on"], 4, f"{self._name(host)}工作室：尚不能挂牌",
                    self._of_studio(
                        studio["plaqued_by"], host, "plaques", early["on"], {}, early["refused"], sees=True
                    ),
                )  # fmt: skip
            for trainee in studio["trainees"]:
                yield from self._joining(studio, trainee)
            yield Step(
                studio["plaqued_on"], 5, f"{self._name(host)}工作室挂牌",
                self._of_studio(studio["plaqued_by"], host, "plaques", studio["plaqued_on"], {}, sees=True),
            )  # fmt: skip

    def _establish(self, studio: Record) -> Callable[[], object]:
        def establish() -> None:
            body = {"application_id": str(self._cast.id("application", studio["host"]))}
            said = self._cast.ask(
                studio["established_by"], "applications", "studios", body, on=studio["established_on"]
            )
            self._studios[studio["host"]] = said["stream"]

        return establish

    def _of_studio(
        self, who: str, host: str, path: str, on: str, plan: Record | None = None,
        refused: str | None = None, *, sees: bool = False,
    ) -> Callable[[], object]:  # fmt: skip
        more = {name: plan[name] for name in ("document", "sessions_a_year") if plan and name in plan}

        def act() -> None:
            studio = self._studios[host]
            body = {"studio_id": studio} | more
            seen = f"studios/{studio}" if sees else None
            self._cast.ask(who, "applications", path, body, on=on, sees=seen, refused=refused)

        return act

    def _joining(self, studio: Record, trainee: Record) -> Iterator[Step]:
        host, person, cast = studio["host"], trainee["person"], self._cast
        chosen, agreed, filed = trainee["chosen_on"], trainee["agreed_on"], trainee["filed_on"]

        def choose() -> None:
            body = {"studio_id": self._studios[host]}
            cast.ask(host, "membership", "trainee-choices", body | {"person_id": str(cast.id(person))}, on=chosen)
            said = cast.ask(person, "membership", "host-choices", body, on=chosen)
            self._memberships[person] = said["stream"]

        def agree() -> None:
            one = {"membership_id": self._memberships[person]}
            cast.ask(host, "membership", "agreements", one | studio["agreement"], on=agreed)
            signed = one | {"document": studio["plan"]["document"]}
            for party in (host, person):
                cast.ask(party, "membership", "signatures", signed, on=agreed)

        def file() -> None:
            for receipt in studio["receipts"]:
                one = {"membership_id": self._memberships[person]}
                cast.ask(receipt["by"], "membership", "agreement-receipts", one, on=filed)

        yield Step(chosen, 6, f"{self._name(host)}与{self._name(person)}双向选择", choose)
        yield Step(agreed, 6, f"{self._name(person)}签订协议", agree)
        yield Step(filed, 6, f"{self._name(person)}协议备案", file)
        yield from self._growing(host, trainee)

    def _growing(self, host: str, trainee: Record) -> Iterator[Step]:
        person, cast = trainee["person"], self._cast
        if plan := trainee.get("plan"):

            def file_plan() -> None:
                body = {"membership_id": self._memberships[person], "document": plan["document"]}
                cast.ask(person, "membership", "development-plans", body, on=plan["on"])

            yield Step(plan["on"], 6, f"{self._name(person)}个人发展规划", file_plan)
        if evaluation := trainee.get("evaluation"):

            def evaluate() -> None:
                id = self._memberships[person]
                body = {"membership_id": id, "points": evaluation["points"]}
                cast.ask(host, "membership", "trainee-evaluations", body, on=evaluation["on"], sees=f"memberships/{id}")

            yield Step(evaluation["on"], 6, f"{self._name(person)}结业评价", evaluate)

    def _training(self) -> Iterator[Step]:
        for number, record in enumerate(self._read("sessions.json")):
            id = str(self._cast.id("session", str(number)))
            yield Step(
                record["held_on"],
                7,
                f"{self._name(record['host'])}工作室：{record['topic']}",
                self._session(id, record),
            )

    def _session(self, id: str, record: Record) -> Callable[[], object]:
        host, on, cast = record["host"], record["held_on"], self._cast
        of_session = {name: record[name] for name in ("held_on", "place", "topic", "class_hours")}

        def hold() -> None:
            one = {"studio_id": self._studios[host], "session_id": id}
            cast.ask(host, "membership", "planned-sessions", one | of_session, on=on)
            cast.ask(host, "membership", "sessions", one, on=on)
            obliged = cast.see(host, "membership", f"sessions/{id}").json()["obliged"]
            absent = {str(cast.id(person)): kind for person, kind in record["absent"].items()}
            roll = {
                "session_id": id,
                "present": [person for person in obliged if person not in absent],
                "absent": [{"person_id": person, "kind": kind} for person, kind in absent.items()],
            }
            cast.ask(host, "membership", "rolls", roll, on=on)
            if record["closed"] == "by_hand":
                cast.ask(host, "membership", "roll-closures", {"session_id": id}, on=on, sees=f"sessions/{id}")

        return hold

    def _spending(self) -> Iterator[Step]:
        for record in self._read("claims.json"):
            says = f"{self._name(record['claimant'])}报销：{record['purpose']}"
            yield Step(record["claimed_on"], 8, says, self._claim(record))
            for path, decision in (("expense-approvals", record.get("approved")), ("payments", record.get("paid"))):
                if decision:
                    yield Step(
                        decision["on"],
                        8,
                        f"{says}（{self._name(decision['by'])}）",
                        self._settle(record, path, decision),
                    )

    def _claim(self, record: Record) -> Callable[[], object]:
        asked = ("fen", "category", "activity_on", "purpose")

        payee = {"payee_id": str(self._cast.id(record["payee"]))} if "payee" in record else {}

        def claim() -> None:
            body = {name: record[name] for name in asked} | payee | {
                "studio_id": self._studios[record["host"]], "expense_id": str(self._cast.id("expense", record["key"])),
            }  # fmt: skip
            self._cast.ask(
                record["claimant"], "finance", "expense-claims", body,
                on=record["claimed_on"], refused=record.get("refused"),
            )  # fmt: skip

        return claim

    def _settle(self, record: Record, path: str, decision: Record) -> Callable[[], object]:
        def settle() -> None:
            studio, cast = self._studios[record["host"]], self._cast
            fund = cast.find(decision["by"], "finance", "funds", studio_id=studio)["id"]
            body = {"studio_id": studio, "expense_id": str(cast.id("expense", record["key"]))}
            cast.ask(decision["by"], "finance", path, body, on=decision["on"], sees=f"funds/{fund}")

        return settle

    def _evaluating(self) -> Iterator[Step]:
        plan = self._read("evaluations.json")

        def appoint() -> None:
            for expert in sorted({e for record in plan["evaluations"] for e in record["experts"]}):
                body = {"person_id": str(self._cast.id(expert)), "until": plan["until"]}
                self._cast.ask(plan["appointed_by"], "assessment", "expert-appointments", body, on=plan["appointed_on"])

        yield Step(plan["appointed_on"], 1, "聘任专家", appoint)
        for record in plan["evaluations"]:
            says = f"{self._name(record['host'])}工作室：{'中期考核' if record['stage'] == 'midterm' else '终期评估'}"
            yield Step(record["seated_on"], 9, f"{says}专家组", self._seat(record))
            if early := record.get("early"):
                yield Step(early["on"], 9, f"{says}尚早", self._sheets(record, early["on"], early["refused"]))
            yield Step(record["scored_on"], 9, f"{says}评分", self._sheets(record, record["scored_on"]))
            yield Step(record["scored_on"], 10, f"{says}结果公示", self._post(record, record["scored_on"]))
            if again := record.get("again"):
                yield Step(again["on"], 10, f"{says}不得重复", self._post(record, again["on"], again["refused"]))

    def _stage(self, record: Record) -> Record:
        return {"studio_id": self._studios[record["host"]], "stage": record["stage"]}

    def _seat(self, record: Record) -> Callable[[], object]:
        experts = {"experts": [str(self._cast.id(expert)) for expert in record["experts"]]}
        return lambda: self._cast.ask(
            record["seated_by"], "assessment", "panels", self._stage(record) | experts, on=record["seated_on"]
        )

    def _sheets(self, record: Record, on: str, refused: str | None = None) -> Callable[[], object]:
        def submit() -> None:
            sheets = list(record["sheets"].items())[: 1 if refused else None]
            for expert, points in sheets:
                body = self._stage(record) | {"points": points}
                self._cast.ask(expert, "assessment", "sheets", body, on=on, refused=refused)

        return submit

    def _post(self, record: Record, on: str, refused: str | None = None) -> Callable[[], object]:
        def post() -> None:
            stage, who = self._stage(record), record["scored_by"]
            row = self._cast.find(who, "assessment", "evaluations", **stage)["id"]
            self._cast.ask(who, "assessment", "scores", stage, on=on, sees=f"evaluations/{row}", refused=refused)

        return post

    def _name(self, who: str) -> str:
        person = self._cast.people.get(who)
        return str(person["name"]) if person else who
