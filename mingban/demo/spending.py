"""Expenses: claimed, signed by the host, approved, paid, reversed."""

from collections.abc import Callable, Iterator

from mingban.demo.files import Files, Record, Step

STAGES = (
    ("signed", "host-signatures"), ("approved", "expense-approvals"), ("paid", "payments"),
    ("reversed", "payment-reversals"),
)  # fmt: skip
GIVEN = ("other_reason", "reason")


def spending(files: Files) -> Iterator[Step]:
    for record in files.rows("claims.json", needed=False):
        says = f"{files.name(record['claimant'])}报销：{record['purpose']}"
        yield Step(record["claimed_on"], 8, says, _claim(files, record))
        for rank, (stage, path) in enumerate(STAGES, start=9):
            if decision := record.get(stage):
                by = decision.get("by", record["host"])
                says_too = f"{says}（{files.name(by)}）"
                yield Step(decision["on"], rank, says_too, _settle(files, record, path, by, decision))


def _claim(files: Files, record: Record) -> Callable[[], object]:
    asked = {name: record[name] for name in ("fen", "category", "activity_on", "purpose")}
    if "payee" in record:
        asked["payee_id"] = files.id(record["payee"])

    def claim() -> None:
        body = asked | {
            "studio_id": files.studio_of[record["host"]], "expense_id": files.expense_id(record["key"]),
        }  # fmt: skip
        said = files.cast.ask(
            record["claimant"], "finance", "expense-claims", body,
            on=record["claimed_on"], refused=record.get("refused"),
        )  # fmt: skip
        if "refused" not in record:
            files.fund_of[record["host"]] = said["stream"]

    return claim


def _settle(files: Files, record: Record, path: str, by: str, decision: Record) -> Callable[[], object]:
    def settle() -> None:
        studio = files.studio_of[record["host"]]
        body = {"studio_id": studio, "expense_id": files.expense_id(record["key"])}
        body |= {name: decision[name] for name in GIVEN if name in decision}
        fund = files.fund_of[record["host"]]
        files.cast.ask(by, "finance", path, body, on=decision["on"], sees=f"funds/{fund}")

    return settle
