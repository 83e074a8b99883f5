"""Run the benchmarks: `python -m benchmarks [projecting] [commands] …`; exit code 1 when a number is missed."""

import os
import sys

from benchmarks.commands import commands
from benchmarks.installation import installed
from benchmarks.postgres import described, server
from benchmarks.projecting import projecting
from benchmarks.sealing import sealing, sealing_cost
from benchmarks.verifying import verifying

ENTRIES = {
    "projecting": projecting,
    "commands": commands,
    "sealing-cost": sealing_cost,
    "sealing": sealing,
    "verifying": verifying,
}


def main(names: list[str]) -> int:
    suffices = True
    with server() as url:
        busy = f"{os.getloadavg()[0]:.1f} of {os.cpu_count()} processors busy before"
        print(f"PostgreSQL: {described(url)}; {busy}", flush=True)
        for name in names or list(ENTRIES):
            with installed(url) as at:
                compared = ENTRIES[name](at)
            print(*compared.lines(), sep="\n", flush=True)
            suffices = suffices and compared.suffices
    return 0 if suffices else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
