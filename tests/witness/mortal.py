"""`python -m tests.witness.mortal POLICY KEY STATE PORT`: a witness that is killed before it answers.

What it has cosigned is on disk, and nobody has heard of it.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import uvicorn

from mingban.witness import Witness, served
from shared.audit.policy import Policy
from shared.chassis.keys import read_private


def main() -> None:
    policy, key, state, port = sys.argv[1:]
    app = served(Witness(Policy.read(Path(policy).read_bytes()), read_private(Path(key)), Path(state)))

    async def mortal(scope: Any, receive: Any, send: Any) -> None:
        async def die(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                os.kill(os.getpid(), signal.SIGKILL)
            await send(message)

        await app(scope, receive, die if scope["type"] == "http" else send)

    uvicorn.run(mortal, host="127.0.0.1", port=int(port), log_level="warning")


if __name__ == "__main__":
    main()
