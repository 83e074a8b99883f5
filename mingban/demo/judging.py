"""The rubric, the experts, and the two evaluations of each studio."""

from collections.abc import Callable, Iterator

from mingban.demo.files import Files, Record, Step

STAGES = {"midterm": "中期考核", "final": "终期评估"}


def judging(files: Files) -> Iterator[Step]:
    plan, rubric = files.read("evaluations.json"), files.read("rubric.json")
    yield Step(
        rubric["adopted_on"], 1, "考核评估细则",
        lambda: files.cast.ask(
            rubric["adopted_by"], "assessment", "rubrics", {"sections": rubric["sections"]}, on=rubric["adopted_on"]
        ),
    )  # fmt: skip
    yield Step(plan["appointed_on"], 1, "聘任专家", _appoint(files, plan))
    for record in plan["evaluations"]:
        yield from _stage(files, record)


def _appoint(files: Files, plan: Record) -> Callable[[], object]:
    def appoint() -> None:
        for expert in plan["experts"]:
            body = {"person_id": files.id(expert), "until": plan["until"]}
            files.cast.ask(plan["appointed_by"], "assessment", "expert-appointments", body, on=plan["appointed_on"])

    return appoint


def _stage(files: Files, record: Record) -> Iterator[Step]:
    says = f"{files.name(record['host'])}工作室：{STAGES[record['stage']]}"
    yield Step(record["seated_on"], 9, f"{says}专家组", _seat(files, record))
    for recusal in record.get("recusals", ()):
        yield Step(recusal["on"], 10, f"{files.name(recusal['expert'])}回避", _recuse(files, record, recusal))
    if early := record.get("early"):
        yield Step(early["on"], 11, f"{says}尚早", _sheets(files, record, early["on"], early["refused"]))
    yield Step(record["scored_on"], 11, f"{says}评分", _sheets(files, record, record["scored_on"]))
    yield Step(record["scored_on"], 12, f"{says}结果公示", _post(files, record, record["scored_on"]))
    if again := record.get("again"):
        yield Step(again["on"], 12, f"{says}不得重复", _post(files, record, again["on"], again["refused"]))


def _of(files: Files, record: Record) -> Record:
    return {"studio_id": files.studio_of[record["host"]], "stage": record["stage"]}


def _seat(files: Files, record: Record) -> Callable[[], object]:
    experts = {"experts": [files.id(expert) for expert in record["experts"]]}
    return lambda: files.cast.ask(
        record["seated_by"], "assessment", "panels", _of(files, record) | experts, on=record["seated_on"]
    )


def _recuse(files: Files, record: Record, recusal: Record) -> Callable[[], object]:
    expert = recusal["expert"]
    more = {"expert_id": files.id(expert), "reason": recusal["reason"]}
    return lambda: files.cast.ask(expert, "assessment", "recusals", _of(files, record) | more, on=recusal["on"])


def _sheets(files: Files, record: Record, on: str, refused: str | None = None) -> Callable[[], object]:
    def submit() -> None:
        sheets = list(record["sheets"].items())[: 1 if refused else None]
        for expert, points in sheets:
            body = _of(files, record) | {"points": points}
            files.cast.ask(expert, "assessment", "sheets", body, on=on, refused=refused)

    return submit


def _post(files: Files, record: Record, on: str, refused: str | None = None) -> Callable[[], object]:
    def post() -> None:
        stage, who = _of(files, record), record["scored_by"]
        row = files.cast.find(who, "assessment", "evaluations", **stage)["id"]
        files.cast.ask(who, "assessment", "scores", stage, on=on, sees=f"evaluations/{row}", refused=refused)

    return post
