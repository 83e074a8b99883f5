"""Grids of who may ask what: rows are roles, columns commands, block by block."""


def cells(grid: str) -> list[tuple[str, str, str]]:
    """Role, command and answer of each cell."""
    blocks = [block.strip().splitlines() for block in grid.strip().split("\n\n")]
    return [
        (row.split()[0], command, answer)
        for names, *rows in blocks
        for row in rows
        for command, answer in zip(names.split(), row.split()[1:], strict=True)
    ]
