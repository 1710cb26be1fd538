"""Promised work: written in the transaction that causes it, done later by the worker."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from service.clock import now
from service.models import Job


def enqueue(session: Session, name: str, *, key: str, run_after: datetime | None = None) -> None:
    """Repeats are merged when claimed, not here: merging into a job already running would lose this change."""
    session.add(Job(name=name, key=key, run_after=run_after or now()))
