"""Finding people, organisations and teams by name, and the order in which their lists stand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import col

from service.field_visibility import has_part
from service.models import Expert, Organization, Team, User
from service.rules.pinyin import SEPARATOR, letters
from service.rules.plain_text import identity_key


def by_name(table: type[Expert | Organization | Team | User]) -> tuple[Any, ...]:
    """In the order of 拼音, down to a unique column."""
    return col(table.pinyin), col(table.name), col(table.id)


def is_named(table: type[Expert | Organization | Team], search: str) -> ColumnElement[bool]:
    """By a part of the name, of how it is said (zhangsan), or of the first letters of that (zs); "" is every name."""
    if issubclass(table, Team):
        written = has_part(search, col(table.name))
    else:
        written = col(table.name_key).contains(identity_key(search), autoescape=True)
    typed = letters(search)
    if not typed:
        return written
    said = func.replace(col(table.pinyin), SEPARATOR, "").contains(typed)
    return or_(written, said, col(table.initials).contains(typed))
