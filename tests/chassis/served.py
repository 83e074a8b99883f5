"""The small service for uvicorn, in a process of its own."""

from starlette.applications import Starlette

from shared.chassis.http import assemble, build
from shared.chassis.settings import load_settings
from tests.chassis.ledger import testing


def web() -> Starlette:
    return assemble({"testing": build(testing, load_settings())})
