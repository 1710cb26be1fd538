"""How values are written for people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.clock import now
from web.filters import budget, is_past


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [
        (20_000_000, 50_000_000, "20—50 万元"),
        (1_250_000, None, "不低于 1.25 万元"),
        (None, 10_050_000, "不超过 10.05 万元"),
        (100_000_000, 100_000_000, "100 万元"),
        (None, None, "面议"),
    ],
)
def test_money_is_written_without_zeros_that_say_nothing(low: int | None, high: int | None, written: str) -> None:
    assert budget(low, high) == written


def test_a_deadline_is_past_once_its_moment_is_over() -> None:
    assert is_past(now() - timedelta(seconds=1))
    assert not is_past(now() + timedelta(minutes=1))
