"""From input files to dated steps: what happens on which day, in which order."""

from mingban.demo.building import establishing
from mingban.demo.files import Files, Step
from mingban.demo.judging import judging
from mingban.demo.selection import applying, opening, reviewing
from mingban.demo.spending import spending
from mingban.demo.training import objecting, training


def steps(files: Files) -> list[Step]:
    """All steps of a folder of input files, by day and rank. The first registers the persons."""
    first = files.programme["clock"][:10]
    officer: str = files.programme["registrar"]
    registered = Step(first, 0, "登记人员", lambda: files.cast.register_all(officer))
    parts = (opening, applying, reviewing, establishing, training, objecting, spending, judging)
    return sorted([registered, *(step for part in parts for step in part(files))])
