"""Whether a studio stands: its host is on the published list."""

from collections.abc import Iterator
from typing import Any

from services.applications.aggregates.application import Application
from services.applications.events import (
    ApplicationPublished,
    ListPosted,
    ListPublished,
)
from shared.kernel.context import Context
from shared.kernel.explaining import Explanation, Input, Past, Step, step, told
from shared.kernel.model import Happened
from shared.kernel.published import StudioEstablished


def explain_establishment(happened: Happened, past: Past, context: Context) -> Iterator[Explanation]:
    made: StudioEstablished = happened.event
    about: dict[str, Any] = {"application_id": made.application_id, "person_id": made.host_id}
    published = past.load(Application, made.application_id).ended == "published"
    selected = past.supposed("selection", round_id=made.round_id, **about) != "not_listed"
    stands: Step = step("APP-05", "published and listed ≥ 1", int(published and selected), "≥", 1)
    sentence = told(
        zh="主持人在已公布的名单上，工作室设立", en="the host is on the published list: the studio stands"
    ) if stands.holds else told(
        zh="主持人不在公布的名单上，不能设立工作室", en="the host is not on the published list: no studio"
    )  # fmt: skip
    yield Explanation(
        kind="establishment", subject={"studio_id": made.studio_id, **about},
        outcome="established" if stands.holds else "not_established", rules=("APP-05", "APP-19", "APP-20"),
        inputs=(
            Input(
                name="published", value=published, zh="名单已公布", en="the list is published",
                sources=past.sources(made.application_id, ApplicationPublished)
                + past.sources(made.round_id, ListPublished),
            ),
            Input(name="listed", value=selected, zh="在名单上", en="on the list",
                  sources=past.sources(made.round_id, ListPosted)),
        ),
        steps=(stands,), zh=sentence["zh"], en=sentence["en"],
    )  # fmt: skip
