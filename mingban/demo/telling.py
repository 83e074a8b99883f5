"""What a play tells at its end: a table, a certificate, one person's story, and what differs from the expected."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

RULES = {
    "applications.applied": "APP-01", "applications.reviewed": "APP-02", "membership.proposed": "MEM-01",
    "membership.pair-matched": "MEM-01", "membership.agreement-drafted": "MEM-03",
    "membership.agreement-signed": "MEM-02", "membership.agreement-received": "MEM-04",
    "membership.member-joined": "A.9-4", "membership.development-plan-filed": "MEM-10",
    "membership.session-attended": "MEM-07", "membership.session-missed": "AMB-04",
    "membership.roll-corrected": "A.9-12", "membership.absence-warned": "AMB-03",
    "membership.removal-pending": "MEM-06", "membership.removal-lifted": "AMB-05",
    "membership.member-removed": "MEM-06", "membership.member-reinstated": "A.9-12",
    "membership.trainee-evaluated": "A.9-15", "assessment.backbone-designated": "ASM-06",
    "assessment.certificate-issued": "ASM-07", "assessment.credits-granted": "ASM-08",
    "assessment.recommended": "ASM-09",
}  # fmt: skip
"""The rule that each step of a person's way rests on."""

SHOWN_STUDIOS = 8


def tell(expected: dict[str, Any], found: dict[str, Any], report: Path | None, console: Console) -> int:
    """Print the outcome, compare it with what was expected, write it where asked; 1 when anything differs."""
    _studios(found["by_studio"], console)
    for shown in filter(None, [found.pop("shown", None)]):
        _certificate(shown, console)
        _story(shown, console)
    console.print(f"refused, by rule: {found['refusals']}")
    console.print(f"sums: {found['sums']}")
    console.print(f"events: {found['events']}, in {found['seconds']} s; peak memory: {found['peak_mebibytes']} MiB")
    if report:
        report.write_bytes(orjson.dumps(found["sums"] | found, option=orjson.OPT_INDENT_2))
    differing = list(differences(expected, {name: found.get(name) for name in expected}))
    for line in differing:
        console.print(f"[red]{line}", markup=True)
    console.print("[red]differs from what was expected" if differing else "[green]exactly as expected")
    return 1 if differing else 0


def differences(expected: Any, found: Any, at: str = "") -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in sorted({*expected, *found}):
            yield from differences(expected.get(name), found.get(name), f"{at}/{name}")
    elif expected != found:
        wanted, seen = (json.dumps(one, ensure_ascii=False) for one in (expected, found))
        yield f"{at}: expected {wanted}, found {seen}"


def _studios(studios: dict[str, Any], console: Console) -> None:
    some = dict(list(studios.items())[:SHOWN_STUDIOS])
    table = Table(
        "studio", "mid-term", "final", "outcome", "released", "spent", "returned", "cancelled",
        title=f"{len(some)} of {len(studios)} studios, in yuan" if len(some) < len(studios) else "in yuan",
    )  # fmt: skip
    for host, studio in some.items():
        money = studio["money"]
        sums = (sum(money["released"].values()), money["spent_fen"], sum(money["returned"].values()))
        table.add_row(
            host, _stage(studio["midterm"]), _stage(studio["final"]), studio["outcome"] or "-",
            *(f"{fen // 100}" for fen in (*sums, money["cancelled_fen"])),
        )  # fmt: skip
    console.print(table)


def _stage(said: dict[str, Any] | None) -> str:
    return f"{said['score']} {'passed' if said['passed'] else 'failed'}" if said else "-"


def _lines(logs: dict[str, Any], person: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for service, lines in logs.items():
        for line in lines:
            body = line["body"]
            if line["event"] in RULES and person in (body.get("person_id"), body.get("applicant_id")):
                yield service, line


def _certificate(shown: dict[str, Any], console: Console) -> None:
    for service, line in _lines(shown["logs"], shown["certificate_of"]):
        if line["event"] == "assessment.certificate-issued":
            console.print("[bold]培训合格证书 certificate", line["body"]["certificate_id"])
            console.print(f"  {line['on']} {_place(service, line)} ASM-07")
            for ground in line["body"]["grounds"]:
                console.print(f"  because of {ground['service']} {ground['stream']} version {ground['version']}")


def _story(shown: dict[str, Any], console: Console) -> None:
    console.print("[bold]one person's way 个人经历", shown["story_of"])
    told = sorted(_lines(shown["logs"], shown["story_of"]), key=lambda one: (one[1]["on"], one[1]["at"]))
    for service, line in told:
        said = {k: v for k, v in line["body"].items() if isinstance(v, int | str) and not k.endswith("_id")}
        console.print(f"  {line['on']} {line['event']} {RULES[line['event']]} {json.dumps(said, ensure_ascii=False)}")
        console.print(f"    {_place(service, line)}", style="dim")


def _place(service: str, line: dict[str, Any]) -> str:
    return f"{service} #{line['position']} {line['stream']} version {line['version']} settings {line['rules']}"
