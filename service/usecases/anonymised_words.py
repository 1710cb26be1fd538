"""Taking a person out of the words in all tables: notes, minutes, texts of needs, evidence, whatever comes later."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, RowMapping, String, Table, cast, func, or_, select, update
from sqlmodel import Session, SQLModel

from service.models.base import Text
from service.rules.anonymising import Traces, may_be_a_word, without_person
from service.usecases.concerned_rows import ConcernedRows
from service.usecases.personal_tables import WORDS_KEPT


@dataclass(frozen=True)
class _Hit:
    """A row that may hold a trace. is_theirs: it has to do with the person."""

    table: Table
    row: RowMapping
    is_theirs: bool


def take_out(session: Session, traces: Traces, mine: frozenset[str]) -> int:
    """How many rows were changed. mine: see ConcernedRows. Rows already loaded in this session are read anew."""
    session.flush()
    rows, changed = ConcernedRows(session, mine), 0
    hits = [
        _Hit(table, row, rows.concern(table, row))
        for table in SQLModel.metadata.sorted_tables
        for row in _rows(session, table, traces)
    ]
    traces = replace(traces, ambiguous=frozenset(name for name in traces.names if _is_ambiguous(name, hits)))
    for hit in hits:
        words = [column.name for column in hit.table.columns if _holds_words(column) and not _is_kept(column)]
        told = {name: _without(hit.row[name], traces, is_theirs=hit.is_theirs) for name in words}
        values = {name: value for name, value in told.items() if value != hit.row[name]}
        if values:
            _store(session, hit.table, hit.row, values)
            changed += 1
    session.expire_all()
    return changed


def _rows(session: Session, table: Table, traces: Traces) -> Sequence[RowMapping]:
    conditions = [each for column in table.columns if _holds_words(column) for each in _perhaps(column, traces)]
    return session.execute(select(table).where(or_(*conditions))).mappings().all() if conditions else []


def _is_ambiguous(name: str, hits: list[_Hit]) -> bool:
    """The same two characters occur where the person has nothing to do, or in what is called so: then they may be a
    word, or another name."""
    return may_be_a_word(name) and any(
        isinstance(said := hit.row[column.name], str) and name in said and (_is_kept(column) or not hit.is_theirs)
        for hit in hits
        for column in hit.table.columns
        if _holds_words(column)
    )


def _holds_words(column: Column[Any]) -> bool:
    return isinstance(column.type, (Text, JSON)) and not column.primary_key and not column.foreign_keys


def _is_kept(column: Column[Any]) -> bool:
    return column.table.name in WORDS_KEPT or f"{column.table.name}.{column.name}" in WORDS_KEPT


def _perhaps(column: Column[Any], traces: Traces) -> list[ColumnElement[bool]]:
    """Finds all rows that hold one of the traces, and some that do not."""
    is_json = isinstance(column.type, JSON)
    said: ColumnElement[str] = cast(column, String) if is_json else column
    # JSON is stored with everything but ASCII escaped.
    names = [json.dumps(name)[1:-1] if is_json else name for name in traces.names]
    numbers = ["%".join(("", *(char for char in phone if char.isdigit()), "")) for phone in traces.phones]
    return [
        *(said.contains(name, autoescape=True) for name in names),
        *(said.like(number) for number in numbers),
        *(func.lower(said).contains(mail.lower(), autoescape=True) for mail in traces.mails),
    ]


def _without(value: Any, traces: Traces, *, is_theirs: bool) -> Any:
    if isinstance(value, str):
        return without_person(value, traces, is_theirs=is_theirs)
    if isinstance(value, list):
        return [_without(each, traces, is_theirs=is_theirs) for each in value]
    if isinstance(value, dict):
        return {key: _without(each, traces, is_theirs=is_theirs) for key, each in value.items()}
    return value


def _store(session: Session, table: Table, row: Any, values: dict[str, Any]) -> None:
    """With a new version: who has the old words on the screen must not put them back."""
    if "version" in table.c:
        values["version"] = table.c.version + 1
    same = [column == row[column.name] for column in table.primary_key]
    session.execute(update(table).where(*same).values(values))
