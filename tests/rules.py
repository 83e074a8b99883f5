"""`make rules`: each of the policy's 61 items with the tests that cover it; one without a test fails the build.

A pytest plugin (`-p tests.rules --collect-only`): tests say what they cover with `@pytest.mark.rule("MEM-06")`.
Exit code 1 when an item has no test, or a test names an id that `domain.md` does not have.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator

import pytest

from shared.kernel.rules import RULES

KINDS = {
    "HARD": "APP-01 APP-02 APP-03 APP-04 APP-05 APP-06 APP-07 APP-08 APP-09 APP-10 APP-19 MEM-01 MEM-02 MEM-03 MEM-04"
    " MEM-05 MEM-06 MEM-08 ASM-02 ASM-03 ASM-04 ASM-05 ASM-06 ASM-07 ASM-08 FIN-01 FIN-02 FIN-03 FIN-04 FIN-05 FIN-08",
    "SOFT": "APP-11 APP-12 APP-13 APP-14 APP-15 APP-16 MEM-15 ASM-09",
    "DOC": "APP-17 APP-18 MEM-10 MEM-11 MEM-12 MEM-17 ASM-01 FIN-06",
    "REC": "APP-20 MEM-07 MEM-09 MEM-13 MEM-14 MEM-16 MEM-18 MEM-19 MEM-20 MEM-21 ASM-10 FIN-07",
    "AIM": "APP-21 ASM-11",
}
SERVICES = ("APP", "MEM", "ASM", "FIN")
KIND_OF = {rule: kind for kind, rules in KINDS.items() for rule in rules.split()}


def pytest_collection_finish(session: pytest.Session) -> None:
    tests = covering(session.items)
    if unknown := sorted(rule for rule in tests if rule not in RULES):
        pytest.exit(f"no such rule in domain.md: {', '.join(unknown)}", returncode=1)
    lacking = [rule for rule in KIND_OF if not tests[rule]]
    sys.stdout.writelines(f"{line}\n" for line in listed(tests, lacking))
    pytest.exit("rules listed", returncode=1 if lacking or session.testsfailed else 0)


def listed(tests: dict[str, list[str]], lacking: list[str]) -> Iterator[str]:
    for rule in sorted(KIND_OF, key=lambda rule: (SERVICES.index(rule[:3]), rule)):
        yield f"{rule}  {KIND_OF[rule]:<4}  {len(tests[rule])} tests"
        yield from (f"    {name}" for name in tests[rule])
    covered = sum(bool(tests[rule]) for rule in KIND_OF)
    yield f"{covered} of {len(KIND_OF)} items have tests; without one: {', '.join(lacking) or 'none'}"


def covering(items: Iterable[pytest.Item]) -> dict[str, list[str]]:
    """Test functions by rule id, each once however many parameters it has."""
    tests: dict[str, dict[str, None]] = defaultdict(dict)
    for item in items:
        name = item.nodeid.partition("[")[0]
        for mark in item.iter_markers("rule"):
            for rule in mark.args:
                tests[rule][name] = None
    return defaultdict(list, {rule: list(names) for rule, names in tests.items()})
