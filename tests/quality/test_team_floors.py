"""Teams keep being found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from matching.quality.study import Study
from tests.quality.floors import reached


@pytest.mark.needs_data
@pytest.mark.slow
def test_the_shipped_recipe_keeps_what_it_reached_for_teams(study_of: Callable[[str], Study]) -> None:
    assert reached(study_of("teams_dev")) >= 0.360
