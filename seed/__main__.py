"""``python -m seed demo``: the demo world (演示数据), made if it is not there, and the server on it.

``python -m seed bench`` measures how long that takes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from matching.errors import MatchingError
from seed.demo import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m seed", description="演示数据 / demo data")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    demo = commands.add_parser("demo", help="建立演示数据并运行演示 / make the demo world and serve it")
    demo.add_argument("--folder", type=Path, default=Path("var") / "demo", help="数据放在哪里 / where its data are")
    demo.add_argument("--port", type=int, default=8000, help="端口 / port")
    benching = commands.add_parser("bench", help="测演示从启动到第一页，写进 performance.md / measure the demo's start")
    benching.add_argument("report", nargs="?", type=Path, default=Path("docs") / "performance.md")
    parsed = parser.parse_args()
    try:
        if "report" in parsed:
            from seed.bench import measure
            from service.bench import write

            write(parsed.report, measure())
            return 0
        run(parsed.folder, parsed.port)
    except MatchingError as error:
        print(f"错误：{error.message}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
