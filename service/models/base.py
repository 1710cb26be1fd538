"""What every table has, and the column types that make both databases agree."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, String, TypeDecorator
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

from service.clock import now

# Given before any table is declared: constraints without a name could not be changed on SQLite later.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; SQLite alone would give it back naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        found: datetime = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return found


class Text(TypeDecorator[str]):
    """Text in NFC. NUL and lone surrogates are refused: PostgreSQL cannot hold them, SQLite would."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if "\0" in value:
            raise ValueError("text must not contain NUL")
        value.encode("utf-8")
        return unicodedata.normalize("NFC", value)


def choice(kinds: type[StrEnum], name: str = "") -> Any:  # SQLModel wants a class here, it takes values as well
    """One of these values, stored as text with a check: a new one needs no new database type.

    name: of the check, where a table has two columns of one kind.
    """
    return Enum(
        kinds,
        native_enum=False,
        create_constraint=True,
        length=24,
        name=name or _table_name(kinds.__name__),
        values_callable=lambda members: [member.value for member in members],
    )


def _table_name(class_name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", class_name).lower()


def new_id() -> str:
    """128 random bits: an id tells neither how many there are nor what came before."""
    return secrets.token_hex(16)


class Row(SQLModel):
    """A table with an id that nobody can guess, and a version that makes two editors collide loudly."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    created_at: datetime = Field(default_factory=now, sa_type=Moment)
    version: int | None = Field(default=None, nullable=False)

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 -- SQLAlchemy hands over the class
        return _table_name(cls.__name__)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 -- SQLAlchemy hands over the class
        # The column, not its name: the string form is accepted and then ignored.
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


class LogRow(SQLModel):
    """A row that is only ever added; seq orders it."""

    seq: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=now, sa_type=Moment)

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 -- SQLAlchemy hands over the class
        return _table_name(cls.__name__)
