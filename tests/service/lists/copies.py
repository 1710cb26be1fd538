"""A world in which there is more of everything: rows copied together with what they refer to, under new ids."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Table, UniqueConstraint
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from service.db import Database
from service.models import new_id

_ID = re.compile("[0-9a-f]{32}")
# Where people work, and what was noted of what they did.
_NEVER = {"association", "post", "audit_entry", "idempotency_key", "job", "user_session", "api_token", "attempt"}
# What is kept once while the rest is copied. Nothing: the copies belong to other people, staff see them all.
# Its people: the copies are theirs too. Its needs: the copies hang on the same needs. Its organisations: the copies
# belong to them.
KEPT = {
    "nothing": frozenset[str](),
    "people": frozenset({"user", "organization", "membership", "expert", "team", "team_member", "consent"}),
    "needs": frozenset({"need", "achievement"}),
    # With the referral its consultation stays one of a kind, and who was named for it.
    "organizations": frozenset({"organization", "need", "referral", "consultation", "consultation_member"}),
}


def multiply(database: Database, times: int, kept: Iterable[str], *, mark: int = 1) -> None:
    """mark: in what must differ from copy to copy, counted on; another for copies of copies."""
    tables = [table for table in SQLModel.metadata.sorted_tables if table.name not in {*_NEVER, *kept}]
    with database.write_engine.begin() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        # Rows refer to each other in a circle; all of them are there in the end.
        connection.exec_driver_sql(
            "PRAGMA defer_foreign_keys=ON" if is_sqlite else "SET LOCAL session_replication_role = replica"
        )
        rows = {table.name: _rows(connection, table) for table in tables}
        for number in range(mark, mark + times - 1):
            ids = {row["id"]: new_id() for found in rows.values() for row in found if "id" in row}
            for table in tables:
                for row in rows[table.name]:
                    # One of a kind, where there can be no second.
                    added = (sqlite if is_sqlite else postgresql).insert(table).values(_copy(table, row, ids, number))
                    connection.execute(added.on_conflict_do_nothing())


def _rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(select_columns(table))]


def _copy(table: Table, row: dict[str, Any], ids: dict[str, str], number: int) -> dict[str, Any]:
    unique = {
        column.name
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint) and len(constraint.columns) == 1
        for column in constraint.columns
    }
    return {
        name: f"{value}{number}" if name in unique and value == _renamed(value, ids) and value else _renamed(value, ids)
        for name, value in row.items()
        if name != "seq"
    }


def _renamed(value: Any, ids: dict[str, str]) -> Any:
    """With every id in it replaced, also those within “expert:…” or a path."""
    if isinstance(value, dict | list):
        return json.loads(_renamed(json.dumps(value), ids))
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return _ID.sub(lambda found: ids.get(found[0], found[0]), value)
    return value
