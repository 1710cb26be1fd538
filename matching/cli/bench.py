"""`bench`: speed and memory, as ratios to references of the same run."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from matching.cli.options import add_encoder, encoder_of, warn_on_stderr
from matching.errors import BadInput

_NAMES = ("encoding", "latency", "start", "memory", "building")
_REPORT = Path("docs") / "performance.md"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `bench`."""
    parser = commands.add_parser("bench", help="测速度与内存，写 docs/performance.md / measure speed and memory")
    parser.add_argument("--quick", action="store_true", help="小规模试跑，数字不作数 / small sizes, only a trial")
    parser.add_argument(
        "--only",
        action="append",
        choices=_NAMES,
        metavar="NAME",
        help=f"只测其中一项，可重复 / one of {', '.join(_NAMES)}",
    )
    parser.add_argument(
        "--write",
        action=argparse.BooleanOptionalAction,
        help="写报告（默认：完整测量时写） / write the report (default: when everything is measured in full)",
    )
    parser.add_argument(
        "--out", type=Path, default=_REPORT, metavar="FILE", help=f"报告（默认 {_REPORT}） / the report"
    )
    add_encoder(parser)
    parser.set_defaults(handler=_bench)


def _bench(parsed: argparse.Namespace) -> int:
    from matching.bench.report import Machine, render
    from matching.bench.run import run
    from matching.bench.size import FULL, QUICK
    from matching.formats.atomic import write_atomically

    warn_on_stderr()
    encoder = encoder_of(parsed)
    if encoder is None:
        raise BadInput("性能测试需要向量模型：请不要设置 KC_ENCODER=keyword。")
    start = time.monotonic()
    names = parsed.only or list(_NAMES)
    sections = run(
        encoder,
        QUICK if parsed.quick else FULL,
        names,
        lambda text: print(f"[{time.monotonic() - start:6.1f} s] {text}", file=sys.stderr, flush=True),
    )
    options = ["--quick"] * parsed.quick + [f"--only {name}" for name in parsed.only or []]
    report = render(sections, Machine.this(), " ".join(["python -m matching bench", *options]))
    print(report)
    complete = not parsed.quick and not parsed.only
    if parsed.write if parsed.write is not None else complete:
        write_atomically(parsed.out, [report.encode()])
        print(f"已写入 {parsed.out}", file=sys.stderr)
    return 0
