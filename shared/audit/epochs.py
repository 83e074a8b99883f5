"""A log's name in its epochs: who held it to its word must see that another tree began, and of which log it is."""

import re

_EPOCH = re.compile(r"(.+)/epoch-([2-9]|[1-9][0-9]+)")


def origin_of(log: str, epoch: int) -> str:
    """What a log's checkpoints are named by in an epoch; in the first by the log's own name."""
    return log if epoch == 1 else f"{log}/epoch-{epoch}"


def log_of(origin: str) -> str:
    """The log's own name, by which its keys and receipts go in every epoch."""
    found = _EPOCH.fullmatch(origin)
    return found[1] if found else origin
