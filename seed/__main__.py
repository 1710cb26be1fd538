"""``python -m seed demo``: the demo data (演示数据) matched, readable in a terminal."""

from __future__ import annotations

import argparse
import sys

from matching.errors import MatchingError
from seed.demo import show_demo


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m seed", description="演示数据 / demo data")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    demo = commands.add_parser("demo", help="为每条演示需求列出匹配与依据 / match every demo need, with evidence")
    demo.add_argument("--top", type=int, default=3, metavar="N", help="每条需求前 N 名（默认 3） / list length")
    parsed = parser.parse_args()
    try:
        show_demo(parsed.top)
    except MatchingError as error:
        print(f"错误：{error.message}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
