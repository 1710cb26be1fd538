"""Rebuilding where everything stands from what is on record about it, and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from service.models import StatusChange
from service.workflow.document import LIFECYCLES
from tests.service.walks.story import Thing, states

BY_NAME = {lifecycle.name: lifecycle for lifecycle in LIFECYCLES}


class Rebuilt(NamedTuple):
    state: str
    due_at: datetime | None


def standing_elsewhere(session: Session) -> dict[Thing, str]:
    """Whatever does not stand, or is not due, where the record says; what never moved stands where it began."""
    rebuilt = replayed(session)
    found = {}
    for thing, stands in states(session).items():
        told = rebuilt.get(thing, Rebuilt(str(BY_NAME[thing.kind].initial), stands.due_at))
        if told != (stands.state, stands.due_at):
            found[thing] = f"{stands} instead of {told}"
    return found


def replayed(session: Session) -> dict[Thing, Rebuilt]:
    """Every thing that is in the history. Raises AssertionError where two entries do not fit together."""
    found: dict[Thing, Rebuilt] = {}
    for change in session.exec(select(StatusChange).order_by(col(StatusChange.seq))):
        lifecycle = BY_NAME.get(change.subject_kind)
        if lifecycle is None:
            # Verified or not, but no lifecycle: an outcome.
            continue
        thing = Thing(change.subject_kind, change.subject_id)
        before = found.get(thing)
        moves = next((each for each in lifecycle.transitions if each.action == change.action), None)
        if moves is not None:
            standing = before.state if before else str(lifecycle.initial)
            assert (change.source, change.target) == (standing, str(moves.target)), (thing, change)
            assert change.source in moves.sources, (thing, change)
            found[thing] = Rebuilt(change.target, change.due_at)
        elif before is None and change.source == "":
            assert change.target == lifecycle.initial, (thing, change)
            found[thing] = Rebuilt(change.target, change.due_at)
    return found
