"""docs/quality.md: what was measured, in tables; written by `python -m matching quality`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np

from matching.metrics import bootstrap_interval, paired_test
from matching.parameters import Calibration, Fusion
from matching.quality.calibrate import CalibrationFigures
from matching.quality.own import Honesty

_SEED = 7


def ablation_table(columns: Sequence[str], rows: Mapping[str, Mapping[str, np.ndarray]]) -> str:
    """rows: ranker → set → (needs,) values; the mean of each."""
    lines = ["| ranker | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
    for name, values in rows.items():
        cells = [f"{values[column].mean():.4f}" if column in values else "–" for column in columns]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def interval(values: np.ndarray) -> str:
    """Mean with its 95 % bootstrap interval over needs."""
    found = bootstrap_interval(values, seed=_SEED)
    return f"{found.mean:.4f} [{found.low:.4f}; {found.high:.4f}]"


def paired_table(ours: np.ndarray, others: Mapping[str, np.ndarray]) -> str:
    """ours − other over the same needs, with interval and p."""
    lines = ["| against | difference | 95 % interval | p |", "|---|---|---|---|"]
    for name, values in others.items():
        test = paired_test(ours, values, seed=_SEED)
        lines.append(f"| {name} | {test.difference:+.4f} | [{test.low:+.4f}; {test.high:+.4f}] | {test.p:.4f} |")
    return "\n".join(lines)


def calibration_table(figures: CalibrationFigures, curve: Calibration) -> str:
    lines = [
        f"Base rate {figures.base_rate:.3f}, Brier skill {figures.brier_skill:.3f}, ECE {figures.ece:.3f}; lines at "
        f"p ≥ {curve.likely:g} ({'很可能合适'}) and p ≥ {curve.possible:g} ({'可能合适'}).",
        "",
        "| band | pairs | share | measured precision | 95 % interval over needs |",
        "|---|---|---|---|---|",
    ]
    for found in figures.bands:
        lines.append(
            f"| {found.band} | {found.pairs} | {found.share:.1%} | {found.precision:.3f} | "
            f"[{found.low:.3f}; {found.high:.3f}] |"
        )
    return "\n".join(lines)


def honesty_lines(found: Honesty) -> str:
    return (
        f"- 暂无合适 said rightly: {found.rightly} of {found.unanswerable} needs nobody in the corpus can answer "
        f"({found.rightly / found.unanswerable:.0%}).\n"
        f"- 暂无合适 said wrongly: {found.wrongly} of {found.answerable} needs somebody can answer "
        f"({found.wrongly / found.answerable:.0%})."
    )


def parameters_table(weights: Fusion, curve: Calibration | None) -> str:
    lines = ["| number | value |", "|---|---|"]
    lines += [f"| fusion: {name} | {value:g} |" for name, value in asdict(weights).items()]
    if curve:
        lines += [f"| calibration: {name} | {value:.6g} |" for name, value in asdict(curve).items()]
    return "\n".join(lines)
