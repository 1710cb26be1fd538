"""What was reached must not be lost. Floors lie a little below the figures of docs/quality.md.

The sets are spread over test files of similar length, so that two test processes share them.
"""

from __future__ import annotations

from matching.parameters import fusion
from matching.quality.study import Study


def reached(study: Study) -> float:
    """By the shipped recipe."""
    return float(study.values(study.recipe(fusion())).mean())
