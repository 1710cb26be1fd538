"""`python -m matching evaluate`: how good is a run, and is it better than another one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from matching.cli.options import warn_on_stderr
from matching.errors import BadInput
from matching.evaluate import evaluate
from matching.evaluation_report import notes, to_json, to_text
from matching.formats import read_pools, read_qrels, read_run

_DESCRIPTION = """\
用人工标注评价一个运行结果，或比较两个；每个数都带 95% 自助法区间。
Evaluate one run against judgments, or compare two; every figure has a 95 % bootstrap interval.

排序只看分数（同分按 docid 升序），不看名次列；运行结果缺少的需求按 0 计。
Documents are ordered by score, ties by docid; the rank column is not used; a need missing from a run scores 0.
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `evaluate`; the parsed arguments carry its `run` as `handler`."""
    parser = subparsers.add_parser(
        "evaluate",
        help="评价运行结果 / evaluate runs against judgments",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--run",
        dest="runs",
        metavar="RUN",
        type=Path,
        action="append",
        required=True,
        help="运行结果（TREC 格式）；给两次则比较两者，差为第一个减第二个 / "
        "run file in TREC format; give it twice to compare, the difference is the first minus the second",
    )
    parser.add_argument(
        "--qrels",
        type=Path,
        required=True,
        help="人工标注：查询、文档、等级，以制表符分隔 / judgments: query, document, grade, tab-separated",
    )
    parser.add_argument(
        "--pools",
        type=Path,
        help="候选池：查询、文档；给出后只计池内的文档 / pools: query, document; only pool documents then count",
    )
    parser.add_argument(
        "--min-grade",
        metavar="N",
        type=int,
        default=1,
        help="等级 ≥ N 的文档算合适，没有这种文档的需求不计（默认 1）/ "
        "documents graded ≥ N are relevant, needs without one are left out (default 1)",
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON，说明写到标准错误 / print JSON, notes on stderr")
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace) -> int:
    """Prints the figures and returns 0. Raises BadInput; nothing is printed then."""
    warn_on_stderr()
    if len(args.runs) > 2:
        raise BadInput(f"--run 最多给两次，现在是 {len(args.runs)} 次。")
    evaluation = evaluate(
        [read_run(path) for path in args.runs],
        read_qrels(args.qrels),
        read_pools(args.pools) if args.pools else None,
        args.min_grade,
    )
    if args.json:
        print(to_json(evaluation))
        print("\n".join(notes(evaluation)), file=sys.stderr)
    else:
        print(to_text(evaluation))
    return 0
