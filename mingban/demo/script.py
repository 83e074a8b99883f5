"""From input files to dated steps: what happens on which day, in which order."""

from collections.abc import Callable, Iterator

from mingban.demo.building import establishing
from mingban.demo.cast import Unexpected
from mingban.demo.files import Files, Step
from mingban.demo.judging import judging
from mingban.demo.selection import applying, opening, reviewing
from mingban.demo.spending import spending
from mingban.demo.training import objecting, training

PARTS: dict[str, Callable[[Files], Iterator[Step]]] = {
    "rounds.json": opening, "applications.csv": applying, "reviews.json": reviewing, "studios.json": establishing,
    "sessions.json": training, "objections.json": objecting, "claims.json": spending,
    "evaluations.json and rubric.json": judging,
}  # fmt: skip


def steps(files: Files) -> list[Step]:
    """All steps of a folder of input files, by day and rank. The first registers the persons."""
    first = files.programme["clock"][:10]
    officer: str = files.programme["registrar"]
    registered = Step(first, 0, "登记人员", lambda: files.cast.register_all(officer))
    return sorted([registered, *(step for names, part in PARTS.items() for step in _read(files, names, part))])


def _read(files: Files, names: str, part: Callable[[Files], Iterator[Step]]) -> list[Step]:
    try:
        return list(part(files))
    except (KeyError, TypeError, AttributeError) as error:
        missing = f"no {error}" if isinstance(error, KeyError) else str(error)
        msg = f"{names}: a record has {missing}" if isinstance(error, KeyError) else f"{names}: {missing}"
        raise Unexpected(msg) from None
