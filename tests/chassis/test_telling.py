"""What stands in a process's output when something fails."""

import subprocess
import sys

PROGRAM = """
import structlog
from shared.audit.note import Signer
from shared.chassis.telling import tell_plainly
tell_plainly()
signer, said_of_a_person = Signer.made("mingban.example/finance"), "caring for her mother"
print(signer.seed, signer.seed.hex())
try:
    raise ValueError("a bug")
except ValueError:
    structlog.get_logger().exception("failed", signer=signer)
"""


def test_a_failure_is_told_with_its_place_and_without_what_the_variables_held() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    secret, told = ran.stdout.partition("\n")[0], ran.stdout.partition("\n")[2] + ran.stderr
    assert "ValueError: a bug" in told
    assert "caring for her mother" not in told
    assert not any(part in told for part in secret.rsplit(" ", 1))
