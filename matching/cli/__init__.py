"""The command line: one module per group of commands; this one joins them and turns errors into exit codes."""

from __future__ import annotations

import argparse
import sys

from matching.cli import bench, evaluate, index, quality, rank, setup
from matching.errors import MatchingError

_DESCRIPTION = """\
科创揭榜台排序核心：把企业需求与专家、团队、学会、成果匹配起来，给出依据和可信度。
The ranking core: match needs with experts, teams, societies and achievements, with evidence and confidence.
"""
_EPILOG = """\
退出码 / exit codes: 0 完成 done; 2 输入有误，什么也没写 bad input, nothing written;
3 没有可用模型且未要求关键词模式 no model and keyword mode not asked for.
设置 / settings: KC_DATA_DIR, KC_ENCODER, KC_ENCODER_PROFILE … (.env.example).
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code. Errors a person can act on go to stderr without a traceback."""
    parser = argparse.ArgumentParser(
        prog="python -m matching",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in (rank, evaluate, index, quality, bench, setup):
        module.add_parser(commands)
    parsed = parser.parse_args(arguments)
    try:
        code: int = parsed.handler(parsed)
    except MatchingError as error:
        print(f"错误：{error.message}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("已中断，没有写出结果。", file=sys.stderr)
        return 130
    return code
