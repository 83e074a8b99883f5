"""Each service's page names every path that the service answers."""

from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from mingban.composition import JOBS, SERVICES
from shared.chassis.jobs import job_routes
from shared.chassis.settings import InstallationSettings

ROOT = Path(__file__).parents[1]


def paths(name: str) -> set[str]:
    """Without what is asked of each row alike: one by its key, and its explanation."""
    routes = [*SERVICES[name].routes.routes, *job_routes(JOBS.get(name, ())).routes]
    found = {route.path for route in routes if isinstance(route, APIRoute)}
    return {path.split("/{")[0] for path in found}


@pytest.mark.parametrize("name", SERVICES)
def test_a_services_page_names_every_path_that_it_answers(name: str) -> None:
    page = (ROOT / "services" / name / "README.md").read_text(encoding="utf-8")

    assert sorted(path for path in paths(name) if path not in page) == []


def test_the_first_page_tells_how_to_ask_why_as_of_when_and_what_if() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")

    for asked in (
        "/explanation",
        "/causes",
        "as_of",
        "at_position",
        "what-if",
        "reconcile",
        "/deadlines",
        "/delegations",
    ):
        assert asked in page


def test_every_setting_stands_in_the_example_of_an_environment() -> None:
    told = (ROOT / "deploy" / "env.example").read_text()

    missing = [name for name in InstallationSettings.model_fields if f"\nMINGBAN_{name.upper()}=" not in told]

    assert missing == []
