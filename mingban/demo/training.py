"""Sessions with their rolls, corrected rolls, objections to removals."""

from collections.abc import Callable, Iterator

from mingban.demo.files import Files, Record, Step


def training(files: Files) -> Iterator[Step]:
    for record in files.rows("sessions.json"):
        says = f"{files.name(record['host'])}工作室：{record['topic']}"
        yield Step(record["held_on"], 7, says, _hold(files, record))
        for fix in record.get("corrections", ()):
            yield Step(fix["on"], 8, f"{says}：更正考勤（{files.name(fix['person'])}）", _correct(files, record, fix))


def _hold(files: Files, record: Record) -> Callable[[], object]:
    """`members`: who stands on the roster that day; whoever is not in `absent` was present."""
    host, on, cast = record["host"], record["held_on"], files.cast
    id = files.session_id(host, on)
    planned = {name: record[name] for name in ("held_on", "place", "topic", "class_hours")}
    absent = [{"person_id": files.id(person), "kind": kind} for person, kind in record["absent"].items()]
    present = [files.id(person) for person in record["members"] if person not in record["absent"]]

    def hold() -> None:
        one = {"studio_id": files.studio_of[host], "session_id": id}
        cast.ask(host, "membership", "planned-sessions", one | planned, on=on)
        cast.ask(host, "membership", "sessions", one, on=on)
        roll = {"session_id": id, "present": present, "absent": absent}
        cast.ask(host, "membership", "rolls", roll, on=on)
        if record["closed"] == "by_hand":
            cast.ask(host, "membership", "roll-closures", {"session_id": id}, on=on, sees=f"sessions/{id}")

    return hold


def _correct(files: Files, record: Record, fix: Record) -> Callable[[], object]:
    id = files.session_id(record["host"], record["held_on"])
    body = {"session_id": id, "person_id": files.id(fix["person"]), "mark": fix["mark"], "reason": fix["reason"]}
    return lambda: files.cast.ask(
        fix["by"], "membership", "roll-corrections", body, on=fix["on"], sees=f"sessions/{id}"
    )


def objecting(files: Files) -> Iterator[Step]:
    for record in files.rows("objections.json", needed=False):
        says = f"{files.name(record['person'])}异议"
        yield Step(record["on"], 8, says, _object(files, record))
        yield Step(record["answer"]["on"], 8, f"{says}答复", _answer(files, record, record["answer"]))


def _object(files: Files, record: Record) -> Callable[[], object]:
    def raise_objection() -> None:
        body = {"membership_id": files.membership_of[record["host"], record["person"]], "reason": record["reason"]}
        files.cast.ask(record["person"], "membership", "objections", body, on=record["on"])

    return raise_objection


def _answer(files: Files, record: Record, answer: Record) -> Callable[[], object]:
    def answered() -> None:
        id = files.membership_of[record["host"], record["person"]]
        body = {"membership_id": id, "upheld": answer["upheld"], "reason": answer["reason"]}
        files.cast.ask(answer["by"], "membership", "objection-answers", body, on=answer["on"], sees=f"memberships/{id}")

    return answered
