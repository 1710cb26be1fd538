"""Experts and papers keep being found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from matching.quality.study import Study
from tests.quality.floors import reached


@pytest.mark.needs_data
@pytest.mark.slow
@pytest.mark.parametrize(("name", "floor"), [("experts_dev", 0.590), ("csl_dev", 0.985)])
def test_the_shipped_recipe_keeps_what_it_reached(study_of: Callable[[str], Study], name: str, floor: float) -> None:
    assert reached(study_of(name)) >= floor
