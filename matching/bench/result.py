"""What a measurement says, ready to be written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matching.bench.timing import Timing


@dataclass(frozen=True)
class Row:
    """value, reference: for people, with their units; ratio: value / reference, or what the goal is about.

    goal: None if there is none; at_least: the ratio should reach the goal instead of staying below it.
    """

    name: str
    value: str
    reference: str
    ratio: float | None
    goal: float | None = None
    at_least: bool = False

    @property
    def reached(self) -> bool | None:
        """None without a goal."""
        if self.goal is None or self.ratio is None:
            return None
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal


@dataclass(frozen=True)
class Section:
    """note: how it was measured."""

    name: str
    title: str
    note: str
    rows: Sequence[Row]


def milliseconds(timing: Timing, calls: int = 1) -> str:
    """Per call, best and median."""
    return f"{1e3 * timing.best / calls:.1f} ms（中位 {1e3 * timing.median / calls:.1f}）"


def seconds(timing: Timing) -> str:
    return f"{timing.best:.2f} s（中位 {timing.median:.2f}）"


def per_second(timing: Timing, count: int) -> str:
    return f"{count / timing.best:.1f}/s（中位 {count / timing.median:.1f}）"
