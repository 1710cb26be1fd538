"""An evaluation as JSON for scripts and as a table for people."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict

from matching.evaluate import Evaluation
from matching.metrics import Interval, PairedTest

_LABELS = "AB"
_MEANINGS = {
    "ndcg@10": "前 10 的排序质量，增益 2^g−1 / ranking quality",
    "ndcg_linear@10": "同上，增益 g / same, linear gain",
    "recall@20": "前 20 找回的比例 / relevant found",
    "mrr@10": "首个合适者名次的倒数 / first relevant",
    "unjudged@10": "前 10 中无人评过的比例 / without judgment",
}


def to_json(evaluation: Evaluation) -> str:
    """{"metrics": {name: {"mean","low","high","n"}}, "left_out": n, "paired": null}.

    With two runs "metrics_b" is added for the second, and "paired" is {name: {"difference","low","high","p","n"}}
    of the first minus the second.
    """
    first, *others = [{name: asdict(each) for name, each in run.metrics.items()} for run in evaluation.runs]
    content: dict[str, object] = {"metrics": first}
    if others:
        content["metrics_b"] = others[0]
    content["left_out"] = evaluation.left_out
    paired = evaluation.paired
    content["paired"] = None if paired is None else {name: asdict(test) for name, test in paired.items()}
    return json.dumps(content, ensure_ascii=False, indent=2)


def to_text(evaluation: Evaluation) -> str:
    """A table of all metrics, and below it what was left out of the figures."""
    labels = _LABELS[: len(evaluation.runs)]
    table = [["指标 / metric", *(f"{label} 均值 / mean [95%]" for label in labels)]]
    if evaluation.paired:
        table[0] += ["差 / A−B [95%]", "p"]
    table[0].append("含义 / meaning")
    for name, meaning in _MEANINGS.items():
        row = [name, *(_interval(run.metrics[name]) for run in evaluation.runs)]
        if evaluation.paired:
            row += _test(evaluation.paired[name])
        table.append([*row, meaning])
    return "\n".join([*_aligned(table), "", *notes(evaluation)])


def notes(evaluation: Evaluation) -> list[str]:
    """What the figures rest on and what was not counted, one line each; lines that say nothing are absent."""
    grade = evaluation.min_grade
    lines = [f"计入的需求 / needs counted: {len(evaluation.needs)}（有等级 ≥ {grade} 的文档）"]
    if evaluation.left_out:
        lines.append(f"未计入的需求 / needs left out: {evaluation.left_out}（没有等级 ≥ {grade} 的文档）")
    if evaluation.unpooled:
        lines.append(f"没有候选池的需求 / needs without a pool: {evaluation.unpooled}（按 0 计）")
    for label, run in zip(_LABELS, evaluation.runs, strict=False):
        if run.missing:
            lines.append(f"{label} 缺少的需求 / needs missing from {label}: {run.missing}（各项按 0 计）")
        if run.dropped:
            lines.append(f"{label} 中不在候选池的结果 / outside the pools, dropped: {run.dropped}（不计）")
        if run.unknown:
            lines.append(f"{label} 中没有标注的查询 / queries without judgments, ignored: {run.unknown}")
    return lines


def _interval(figure: Interval) -> str:
    return f"{figure.mean:.4f} [{figure.low:.4f}, {figure.high:.4f}]"


def _test(test: PairedTest) -> list[str]:
    return [f"{test.difference:+.4f} [{test.low:+.4f}, {test.high:+.4f}]", f"{test.p:.4f}"]


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(_columns, column)) for column in zip(*table, strict=True)]
    padded = [[cell + " " * (width - _columns(cell)) for cell, width in zip(row, widths, strict=True)] for row in table]
    return ["  ".join(row).rstrip() for row in padded]


def _columns(text: str) -> int:
    """Terminal columns: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
