"""A sealer's process: `go` seals once a second until `hold`, which seals the rest; each is answered with a line."""

import os
import select
import sys
import time

from benchmarks.installation import SERVICE
from shared.audit.note import Signer
from shared.chassis.sealing import Sealer, open_sealer
from shared.chassis.settings import load_settings

ORIGIN = f"mingban.example/{SERVICE}"
EVERY_SECONDS = 1.0


def main() -> None:
    key = Signer.read(os.environ["BENCH_SEALING_KEY"])
    sealer = open_sealer(SERVICE, load_settings(), ORIGIN, lambda: [key])
    print("ready", flush=True)
    while line := sys.stdin.readline():
        if line == "go\n":
            print("going", flush=True)
            _seal_on(sealer)
            sys.stdin.readline()
        sealer.run()
        print("held", flush=True)


def _seal_on(sealer: Sealer) -> None:
    """Until there is a line to read."""
    due = time.monotonic()
    while not select.select([sys.stdin], [], [], max(0.0, due - time.monotonic()))[0]:
        sealer.run()
        due += EVERY_SECONDS


if __name__ == "__main__":
    main()
