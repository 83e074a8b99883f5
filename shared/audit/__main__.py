"""`python -m shared.audit verify | check-proof | diff`: for whoever has nothing of ours but this folder."""

import sys
from argparse import ArgumentParser, BooleanOptionalAction
from collections.abc import Sequence
from pathlib import Path

from shared.audit.command import Voice, check_difference, check_export, check_proof, language


def main(given: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(given)
    voice = Voice(asked.lang or language(), print, lambda text: print(f"audit: {text}", file=sys.stderr))
    match asked.command:
        case "verify":
            return check_export(
                voice, asked.export, asked.policy, asked.since, asked.receipt, asked.proof,
                allow_withheld=asked.allow_withheld, pass_over_unknown=asked.pass_over_unknown,
                progress=_progress if sys.stderr.isatty() else lambda _, __: None,
            )  # fmt: skip
        case "check-proof":
            return check_proof(voice, asked.proof, asked.policy, asked.state)
    return check_difference(voice, asked.one, asked.other, asked.policy)


def _progress(done: int, total: int) -> None:
    end = "\n" if done == total else ""
    print(f"\r{done:,} / {total:,}", end=end, file=sys.stderr, flush=True)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m shared.audit", description="0 holds, 1 tampered, 2 unusable")
    common = ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=("zh", "en"), help="the answer's language; else as LANG says")
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", parents=[common], help="an export against a policy")
    verify.add_argument("export", type=Path)
    verify.add_argument("--policy", type=Path, required=True)
    verify.add_argument("--since", type=Path, help="a signed checkpoint that you kept")
    verify.add_argument("--receipt", type=Path, action="append", default=[])
    verify.add_argument("--proof", type=Path, action="append", default=[])
    verify.add_argument("--allow-withheld", action=BooleanOptionalAction, default=False)
    verify.add_argument("--pass-over-unknown", action=BooleanOptionalAction, default=False)
    proof = commands.add_parser("check-proof", parents=[common], help="one entry's proof against a policy")
    proof.add_argument("proof", type=Path)
    proof.add_argument("--policy", type=Path, required=True)
    proof.add_argument("--state", type=Path, help="the text that is said to have been sealed")
    diff = commands.add_parser("diff", parents=[common], help="two exports of one log")
    diff.add_argument("one", type=Path)
    diff.add_argument("other", type=Path)
    diff.add_argument("--policy", type=Path, help="verify both first")
    return parser


if __name__ == "__main__":
    sys.exit(main())
