"""What a process says on its error output: never what its variables held, such as a key or a text about a person."""

import structlog


def tell_plainly() -> None:
    """Call it once at a process's entry: structlog's own way shows the locals of each frame of a traceback."""
    *before, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before, plain])
