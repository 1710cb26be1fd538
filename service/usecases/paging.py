"""Lists that are too long to show at once."""

from __future__ import annotations

from typing import Any, TypeVar, TypeVarTuple, overload

from sqlalchemy import SQLColumnExpression, func
from sqlmodel import Session
from sqlmodel.sql.expression import Select, SelectOfScalar

from service.schemas.common import Page

PER_PAGE = 20
Columns = TypeVarTuple("Columns")
Found = TypeVar("Found")


@overload
def page_of_rows(
    session: Session, wanted: SelectOfScalar[Found], *order: SQLColumnExpression[Any], page: int
) -> tuple[list[Found], int]: ...


@overload
def page_of_rows(
    session: Session, wanted: Select[*Columns], *order: SQLColumnExpression[Any], page: int
) -> tuple[list[tuple[*Columns]], int]: ...


def page_of_rows(session: Session, wanted: Any, *order: SQLColumnExpression[Any], page: int) -> tuple[list[Any], int]:
    """(rows of this page, how many in all). order: down to a unique column, or rows move between pages."""
    total = count_of(session, wanted)
    ordered = wanted.order_by(*order)
    return list(session.exec(ordered.offset((page - 1) * PER_PAGE).limit(PER_PAGE))), total


def paged(items: list[Found], total: int, page: int) -> Page[Found]:
    """What was found, as the interface and the pages show it."""
    return Page(items=items, total=total, page=page, per_page=PER_PAGE)


def count_of(session: Session, wanted: Any) -> int:
    """Of rows, without reading them. wanted: without DISTINCT or GROUP BY."""
    counted = wanted.with_only_columns(func.count(), maintain_column_froms=True)
    return int(session.execute(counted).scalar_one())
