"""Finding one row, before it is known whether this person may see it."""

from __future__ import annotations

from typing import TypeVar

from sqlmodel import Session

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
