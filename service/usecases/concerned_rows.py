"""Whether a row, of any table, has to do with somebody: by naming them, or by belonging to a need that does.

Works from the tables' own keys, so that a table added later is not forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import RowMapping, Table, select
from sqlmodel import Session, SQLModel

# Through these everything would belong to everything.
_HUBS = frozenset({"user", "expert", "organization", "association", "team"})


class ConcernedRows:
    """mine: ids that stand for the person wherever they occur: account, profile, teams, organisations, holder keys."""

    def __init__(self, session: Session, mine: frozenset[str]) -> None:
        self._session = session
        self._mine = mine
        self._needs: dict[str, bool] = {}

    def concern(self, table: Table, row: RowMapping) -> bool:
        subject = self._subject(row)
        if self._names_them(row) or (subject is not None and self._names_them(subject[1])):
            return True
        need_id = self._need_of(table, row)
        if need_id is None:
            return False
        if need_id not in self._needs:
            self._needs[need_id] = any(map(self._names_them, self._rows_of(need_id)))
        return self._needs[need_id]

    def _names_them(self, row: RowMapping) -> bool:
        return not self._mine.isdisjoint(value for value in row.values() if isinstance(value, str))

    def _need_of(self, table: Table, row: RowMapping) -> str | None:
        """The need at the end of the row's keys."""
        if table.name == "need":
            return str(row["id"])
        for parent, column, key in _parents(table):
            found = self._first(parent, key, row[column])
            need_id = self._need_of(parent, found) if found else None
            if need_id:
                return need_id
        subject = self._subject(row)
        return self._need_of(*subject) if subject else None

    def _subject(self, row: RowMapping) -> tuple[Table, RowMapping] | None:
        """What a history, a file or a proxy is about; its kind is the name of the table."""
        table = SQLModel.metadata.tables.get(str(row.get("subject_kind")))
        if table is None or table.name in _HUBS or "id" not in table.c:
            return None
        found = self._first(table, "id", row["subject_id"])
        return (table, found) if found else None

    def _first(self, table: Table, column: str, value: object) -> RowMapping | None:
        return self._session.execute(select(table).where(table.c[column] == value)).mappings().first()

    def _rows_of(self, need_id: str) -> Iterator[RowMapping]:
        """The need, all that hangs on it, and the history and files of all that."""
        ids: dict[str, set[str]] = {"need": {need_id}}
        for table in SQLModel.metadata.sorted_tables:
            keys = [(here, ids[parent.name]) for parent, here, _ in _parents(table) if parent.name in ids]
            for here, values in keys if table.name != "need" else [("id", {need_id})]:
                for row in self._session.execute(select(table).where(table.c[here].in_(values))).mappings():
                    ids.setdefault(table.name, set()).add(str(row.get("id")))
                    yield row
        everything = sorted(set().union(*ids.values()))
        for table in SQLModel.metadata.sorted_tables:
            if "subject_kind" in table.c and "subject_id" in table.c:
                yield from self._session.execute(select(table).where(table.c.subject_id.in_(everything))).mappings()


def _parents(table: Table) -> Iterator[tuple[Table, str, str]]:
    """(table, column here, column there) of each key that leads towards a need."""
    for column in table.columns:
        for key in column.foreign_keys:
            parent = key.column.table
            if parent.name not in _HUBS and parent is not table:
                yield parent, column.name, key.column.name
