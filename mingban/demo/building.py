"""Studios: established, planned, joined, plaqued; and what grows in them besides sessions."""

from collections.abc import Callable, Iterator

from mingban.demo.files import Files, Record, Step


def establishing(files: Files) -> Iterator[Step]:
    for studio in files.rows("studios.json"):
        host, plan = studio["host"], studio["plan"]
        name = f"{files.name(host)}工作室"
        yield Step(studio["established_on"], 1, f"{name}设立", _establish(files, studio))
        drafted = {"document": plan["document"], "sessions_a_year": plan["sessions_a_year"]}
        yield Step(plan["on"], 2, f"{name}建设方案", _ask(files, host, host, "construction-plans", plan["on"], drafted))
        for receipt in studio["receipts"]:
            yield Step(
                receipt["on"], 3, f"{name}：方案备案", _ask(files, receipt["by"], host, "plan-receipts", receipt["on"])
            )
        if early := studio.get("plaque_too_early"):
            yield Step(early["on"], 4, f"{name}：尚不能挂牌", _plaque(files, studio, early["on"], early["refused"]))
        for trainee in studio["trainees"]:
            yield from _joining(files, studio, trainee)
        yield Step(studio["plaqued_on"], 5, f"{name}挂牌", _plaque(files, studio, studio["plaqued_on"]))


def _establish(files: Files, studio: Record) -> Callable[[], object]:
    def establish() -> None:
        body = {"application_id": files.application_id(studio["round"], studio["host"])}
        said = files.cast.ask(studio["established_by"], "applications", "studios", body, on=studio["established_on"])
        files.studio_of[studio["host"]] = said["stream"]

    return establish


def _ask(files: Files, who: str, host: str, path: str, on: str, more: Record | None = None) -> Callable[[], object]:
    return lambda: files.cast.ask(who, "applications", path, {"studio_id": files.studio_of[host]} | (more or {}), on=on)


def _plaque(files: Files, studio: Record, on: str, refused: str | None = None) -> Callable[[], object]:
    def hang() -> None:
        id = files.studio_of[studio["host"]]
        files.cast.ask(
            studio["plaqued_by"], "applications", "plaques", {"studio_id": id},
            on=on, sees=f"studios/{id}", refused=refused,
        )  # fmt: skip

    return hang


def _joining(files: Files, studio: Record, trainee: Record) -> Iterator[Step]:
    host, person, cast = studio["host"], trainee["person"], files.cast
    chosen, agreed, filed = trainee["chosen_on"], trainee["agreed_on"], trainee["filed_on"]

    def choose() -> None:
        body = {"studio_id": files.studio_of[host]}
        cast.ask(host, "membership", "trainee-choices", body | {"person_id": files.id(person)}, on=chosen)
        said = cast.ask(person, "membership", "host-choices", body, on=chosen)
        files.membership_of[host, person] = said["stream"]

    def agree() -> None:
        one = {"membership_id": files.membership_of[host, person]}
        cast.ask(host, "membership", "agreements", one | studio["agreement"], on=agreed)
        signed = one | {"document": studio["plan"]["document"]}
        for party in (host, person):
            cast.ask(party, "membership", "signatures", signed, on=agreed)

    def file() -> None:
        one = {"membership_id": files.membership_of[host, person]}
        for receipt in studio["receipts"]:
            cast.ask(receipt["by"], "membership", "agreement-receipts", one, on=filed)

    yield Step(chosen, 6, f"{files.name(host)}与{files.name(person)}双向选择", choose)
    yield Step(agreed, 6, f"{files.name(person)}签订协议", agree)
    yield Step(filed, 6, f"{files.name(person)}协议备案", file)
    yield from _growing(files, host, trainee)


def _growing(files: Files, host: str, trainee: Record) -> Iterator[Step]:
    person, cast = trainee["person"], files.cast
    if plan := trainee.get("plan"):

        def file_plan() -> None:
            body = {"membership_id": files.membership_of[host, person], "document": plan["document"]}
            cast.ask(person, "membership", "development-plans", body, on=plan["on"])

        yield Step(plan["on"], 6, f"{files.name(person)}个人发展规划", file_plan)
    if evaluation := trainee.get("evaluation"):

        def evaluate() -> None:
            id = files.membership_of[host, person]
            body = {"membership_id": id, "points": evaluation["points"]}
            cast.ask(host, "membership", "trainee-evaluations", body, on=evaluation["on"], sees=f"memberships/{id}")

        yield Step(evaluation["on"], 6, f"{files.name(person)}结业评价", evaluate)
