"""Lists that are too long to show at once, and the orders their readers may choose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, TypeVarTuple, overload

from sqlalchemy import SQLColumnExpression, case, func
from sqlmodel import Session
from sqlmodel.sql.expression import Select, SelectOfScalar

from service.actors import Actor
from service.errors import Invalid
from service.schemas.common import Page

PER_PAGE = 20
Columns = TypeVarTuple("Columns")
Found = TypeVar("Found")


@dataclass(frozen=True)
class Order:
    """One order of a list. label: of its heading; columns: ascending, down to a unique one, and only as far as the
    actor may read them, or the order would tell; newest_first: turned round unless asked otherwise."""

    label: str
    columns: Callable[[Actor], Sequence[SQLColumnExpression[Any]]]
    newest_first: bool = False


# By the key under which they are asked for; a list begins with the first.
Orders = Mapping[str, Order]


def by(label: str, *columns: SQLColumnExpression[Any], newest_first: bool = False) -> Order:
    """An order by what everybody may read who sees the row."""
    return Order(label, lambda _: columns, newest_first)


def chosen(orders: Orders, sort: str) -> tuple[str, bool]:
    """(key, whether it is turned round) of “due”, “-due”, or "" for how the list begins. Raises Invalid."""
    key = sort.removeprefix("-") if sort else next(iter(orders))
    if key not in orders:
        raise Invalid("不能按这一项排序。请点表头重新选。", field="sort")
    return key, sort.startswith("-") if sort else orders[key].newest_first


def in_order(orders: Orders, sort: str, actor: Actor) -> Iterator[SQLColumnExpression[Any]]:
    """What to give page_of_rows; rows without a value are last, whichever way round. Raises Invalid."""
    key, is_turned = chosen(orders, sort)
    for column in orders[key].columns(actor):
        placed = column.desc() if is_turned else column.asc()
        # The two databases disagree about where they belong; said only where it matters, or no index would serve.
        yield placed.nulls_last() if getattr(column, "nullable", True) else placed


def by_state(column: SQLColumnExpression[Any], states: Iterable[StrEnum]) -> SQLColumnExpression[Any]:
    """As a thing runs through them, not as their codes are spelt."""
    places = {state: place for place, state in enumerate(states)}
    return case(places, value=column)


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
