"""The tables of the lifecycles themselves: whole, reachable, and with an owner and a clock for every state."""

from __future__ import annotations

from enum import StrEnum

import pytest

from service.settings import Deadlines
from service.workflow.document import LIFECYCLES
from service.workflow.engine import Lifecycle, Turn


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda lifecycle: lifecycle.name)
def test_every_state_is_reachable_and_final_states_are_dead_ends(lifecycle: Lifecycle[StrEnum]) -> None:
    reached, frontier = {lifecycle.initial}, [lifecycle.initial]
    while frontier:
        state = frontier.pop()
        targets = {t.target for t in lifecycle.transitions if state in t.sources} - reached
        reached |= targets
        frontier.extend(targets)

    assert reached == set(lifecycle.states) == set(type(lifecycle.initial))
    left = {state for t in lifecycle.transitions if not t.reopens for state in t.sources}
    assert left == {state for state, note in lifecycle.states.items() if not note.is_final}


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda lifecycle: lifecycle.name)
def test_every_state_has_a_turn_and_a_clock_or_a_reason_for_none(lifecycle: Lifecycle[StrEnum]) -> None:
    for note in lifecycle.states.values():
        assert bool(note.deadline) != bool(note.why_no_clock)
        assert not note.deadline or note.deadline in Deadlines.model_fields
        assert note.is_final == (note.turn is Turn.NOBODY)


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda lifecycle: lifecycle.name)
def test_actions_have_one_name_and_one_label_each(lifecycle: Lifecycle[StrEnum]) -> None:
    assert len({t.action for t in lifecycle.transitions}) == len(lifecycle.transitions)
    assert len({t.label for t in lifecycle.transitions}) == len(lifecycle.transitions)
