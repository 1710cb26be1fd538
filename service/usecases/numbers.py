"""Numbers that people quote, e.g. XQ-2026-63-00001: given out once, never used again."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import Session, col, select

from service.clock import today
from service.models import NumberSeries


def next_number(session: Session, prefix: str, province: str) -> str:
    """The next number of this year's series, inside the caller's transaction."""
    series = f"{prefix}-{today().year}-{province}"
    # One statement: two transactions cannot read the same last number.
    raised = session.execute(
        update(NumberSeries).where(col(NumberSeries.series) == series).values(last=NumberSeries.last + 1)
    )
    if raised.rowcount == 0:  # type: ignore[attr-defined]
        session.add(NumberSeries(series=series, last=1))
        session.flush()
    last = session.exec(select(NumberSeries.last).where(NumberSeries.series == series)).one()
    return f"{series}-{last:05d}"
