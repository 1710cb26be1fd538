"""Finding one row, before it is known whether this person may see it; and many at once, for lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from service.actors import Actor
from service.errors import NotFound
from service.models import Row
from service.permissions import require

Found = TypeVar("Found", bound=Row)


def existing(session: Session, actor: Actor, table: type[Found], row_id: str) -> Found:
    """Raises NotSignedIn or NotFound just as `require` does for what may not be seen: the two look the same."""
    row = session.get(table, row_id)
    if row is None:
        require(actor, "signed_in")
        raise NotFound()
    return row


def together(session: Session, ids: Iterable[str | None], *tables: type[Row]) -> list[Row]:
    """The rows of these tables with one of these ids, in one statement a table. While the list is held, the session
    finds each of them again without asking: lists would ask for every line otherwise.
    """
    wanted = sorted({each for each in ids if each})
    found: list[Any] = []
    for table in tables if wanted else ():
        found += session.exec(select(table).where(col(table.id).in_(wanted)))
    return found
