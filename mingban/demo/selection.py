"""Rounds: opened, applied in, reviewed level by level, ranked, listed."""

from collections.abc import Callable, Iterator

from mingban.demo.annex4 import application
from mingban.demo.files import Files, Record, Step


def opening(files: Files) -> Iterator[Step]:
    """Rounds are opened, each with its settings."""
    for plan in files.rows("rounds.json"):
        yield Step(plan["opened_on"], 1, f"{plan['title']}：申报开始", _open(files, plan))


def _open(files: Files, plan: Record) -> Callable[[], object]:
    given = ("title", "deadline", "places", "review_chain", "require_class_honor", "waiver_reason")
    body = {"round_id": files.id("round", plan["key"])} | {name: plan[name] for name in given if name in plan}
    return lambda: files.cast.ask(plan["opened_by"], "applications", "rounds", body, on=plan["opened_on"])


def applying(files: Files) -> Iterator[Step]:
    for line in files.table("applications.csv"):
        who, on, round_key = line["申报人"], line["申报日期"], line["轮次"]
        body = application(line) | {
            "application_id": files.application_id(round_key, who), "round_id": files.id("round", round_key),
        }  # fmt: skip
        path = "resubmissions" if line["重新申报"] == "是" else "applications"
        yield Step(on, 2, f"{files.name(who)}申报", _applied(files, who, path, body, on, line["应予拒绝"] or None))


def _applied(files: Files, who: str, path: str, body: Record, on: str, refused: str | None) -> Callable[[], object]:
    return lambda: files.cast.ask(who, "applications", path, body, on=on, refused=refused)


def reviewing(files: Files) -> Iterator[Step]:
    for record in files.rows("reviews.json"):
        yield from _STEPS[record["kind"]](files, record)


def _review(files: Files, record: Record) -> Iterator[Step]:
    for who in record["applicants"]:
        yield Step(
            record["on"], 3, f"{files.name(who)}：{files.name(record['by'])}审核（{record['level']}）",
            _reviewed(files, record, who),
        )  # fmt: skip


def _reviewed(files: Files, record: Record, who: str) -> Callable[[], object]:
    id = files.application_id(record["round"], who)
    body = {"application_id": id, "level": record["level"], "verdict": record.get("verdict", "approved")}
    if record["level"] == "department":
        body["attests"] = True
    return lambda: files.cast.ask(
        record["by"], "applications", "reviews", body,
        on=record["on"], sees=f"applications/{id}", refused=record.get("refused"),
    )  # fmt: skip


def _batch(files: Files, record: Record) -> Iterator[Step]:
    body = {"round_id": files.id("round", record["round"])}
    yield Step(
        record["on"], 4, f"{files.name(record['by'])}统一上报",
        lambda: files.cast.ask(
            record["by"], "applications", "department-batches", body, on=record["on"], refused=record.get("refused")
        ),
    )  # fmt: skip


def _panel(files: Files, record: Record) -> Iterator[Step]:
    for who, points in record["points"].items():
        yield Step(record["on"], 5, f"{files.name(who)}：专家评分", _scored(files, record, who, points))
        yield Step(record["concluded_on"], 6, f"{files.name(who)}：专家组意见", _concluded(files, record, who))


def _scored(files: Files, record: Record, who: str, points: dict[str, list[int]]) -> Callable[[], object]:
    id = files.application_id(record["round"], who)

    def score() -> None:
        for expert, given in points.items():
            body = {"application_id": id, "points": given}
            files.cast.ask(expert, "applications", "panel-scores", body, on=record["on"])

    return score


def _concluded(files: Files, record: Record, who: str) -> Callable[[], object]:
    id = files.application_id(record["round"], who)
    return lambda: files.cast.ask(
        record["concluded_by"], "applications", "panel-conclusions", {"application_id": id},
        on=record["concluded_on"], sees=f"applications/{id}",
    )  # fmt: skip


def _list(files: Files, record: Record) -> Iterator[Step]:
    round_id = files.id("round", record["round"])

    def rank() -> None:
        files.cast.ask(
            record["ranked_by"], "applications", "rankings", {"round_id": round_id},
            on=record["ranked_on"], sees=f"rounds/{round_id}",
        )  # fmt: skip

    def post() -> None:
        files.cast.ask(
            record["posted_by"], "applications", "posted-lists", {"round_id": round_id},
            on=record["posted_on"], sees=f"rounds/{round_id}",
        )  # fmt: skip

    yield Step(record["ranked_on"], 7, "候选人排序", rank)
    yield Step(record["posted_on"], 8, "名单公示", post)


_STEPS = {"review": _review, "batch": _batch, "panel": _panel, "list": _list}
