"""Celery's entry to the small service, for a worker process of its own."""

from shared.chassis.identity import LocalIssuer, follower_tokens
from shared.chassis.sealers import Sealers
from shared.chassis.settings import load_settings
from shared.chassis.worker import worker_app
from tests.chassis.ledger import testing

settings = load_settings()
app = worker_app(
    {"testing": testing},
    settings,
    follower_tokens(LocalIssuer(settings.home, settings.issuer, settings.audience), None),
    lambda: Sealers({}),
)
