"""Corpus and query files: one JSON object per line.

Corpus line {"id","kind","title","text","items":[{"id","kind","year","title","text"}],"tags":[…]},
query line {"id","title","text"} with an optional "sub_problems":[…]. Only ids are required; what is absent or null
counts as empty, other keys are ignored, blank lines are passed over.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from matching.formats.atomic import write_atomically
from matching.formats.problems import MISSING, WHOLE_LINE, Problems, id_problem, read_lines, refuse_empty
from matching.records import Document, Item, Query

log = logging.getLogger(__name__)

YEARS = range(1900, 2101)
_WARNED_LINES = 20


def read_corpus(path: Path) -> list[Document]:
    """The documents in file order. Raises BadInput naming every bad line; warns of documents that say nothing."""
    problems = Problems(path)
    documents: list[Document] = []
    silent: list[int] = []
    for identifier, fields in _objects(path, problems):
        items = tuple(_items(fields))
        document = Document(
            id=identifier,
            kind=fields.text("kind"),
            title=fields.text("title"),
            text=fields.text("text"),
            items=items,
            tags=frozenset(fields.texts("tags")),
        )
        documents.append(document)
        if not (document.title.strip() or document.text.strip() or items):
            silent.append(fields.line)
    problems.raise_if_any()
    refuse_empty(path, has_content=bool(documents))
    _warn_of_silent("corpus.empty_document", path, silent)
    return documents


def read_queries(path: Path) -> list[Query]:
    """The queries in file order. Raises BadInput naming every bad line; warns of queries that say nothing."""
    problems = Problems(path)
    queries: list[Query] = []
    silent: list[int] = []
    for identifier, fields in _objects(path, problems):
        query = Query(
            id=identifier,
            title=fields.text("title"),
            text=fields.text("text"),
            sub_problems=tuple(fields.texts("sub_problems")),
        )
        queries.append(query)
        if not any(part.strip() for part in (query.title, query.text, *query.sub_problems)):
            silent.append(fields.line)
    problems.raise_if_any()
    refuse_empty(path, has_content=bool(queries))
    _warn_of_silent("queries.empty_query", path, silent)
    return queries


def write_jsonl(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """One JSON object per line, UTF-8, whole or not at all. Raises BadInput if the file cannot be written."""
    write_atomically(path, (_json_line(row) for row in rows))


def _json_line(row: Mapping[str, object]) -> bytes:
    try:
        return (json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n").encode()
    except UnicodeEncodeError:
        # A lone surrogate of the input, quoted verbatim, has no UTF-8 form; as \udxxx it survives the round trip.
        return (json.dumps(row, ensure_ascii=True, allow_nan=False) + "\n").encode()


class _Fields:
    """One JSON object and its place in the file. A wrong value is noted and read as empty."""

    def __init__(self, problems: Problems, line: int, values: Mapping[str, object], place: str = "") -> None:
        self.problems = problems
        self.line = line
        self.values = values
        self.place = place

    def refuse(self, key: str, value: object, reason: str) -> None:
        self.problems.add(self.line, self.place + key, value, reason)

    def identifier(self) -> str:
        value = self.values.get("id", MISSING)
        if isinstance(value, str):
            reason = None if value.strip() else "是空的；请填写 id"
        else:
            reason = "缺少；请填写 id" if value is MISSING else "应为文字；请加上引号"
        if reason:
            self.refuse("id", value, reason)
        return value if isinstance(value, str) else ""

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if value is None or isinstance(value, str):
            return value or ""
        self.refuse(key, value, "应为文字；请加上引号或删去此字段")
        return ""

    def texts(self, key: str) -> list[str]:
        values = self.listed(key, '应为文字的列表，如 ["…", "…"]')
        for number, value in enumerate(values):
            if not isinstance(value, str):
                self.refuse(f"{key}[{number}]", value, "应为文字；请加上引号或删去此项")
        return [value for value in values if isinstance(value, str)]

    def listed(self, key: str, reason: str) -> list[object]:
        value = self.values.get(key)
        if value is None or isinstance(value, list):
            return value or []
        self.refuse(key, value, reason)
        return []

    def year(self) -> int | None:
        value = self.values.get("year")
        if value is None or (isinstance(value, int) and value in YEARS):
            return value
        self.refuse("year", value, "应为 1900–2100 的整数（不加引号），不知道时写 null")
        return None


def _objects(path: Path, problems: Problems) -> Iterator[tuple[str, _Fields]]:
    """(id, fields) of every line that holds an object; what is wrong with lines and ids is noted."""
    first_lines: dict[str, int] = {}
    for line, text in read_lines(path, problems):
        values = _parsed(line, text, problems)
        if values is None:
            continue
        fields = _Fields(problems, line, values)
        identifier = fields.identifier()
        if identifier.strip():
            reason = id_problem(identifier)
            if identifier in first_lines:
                reason = f"与第 {first_lines[identifier]} 行重复；每个 id 只能出现一次"
            if reason:
                fields.refuse("id", identifier, reason)
            first_lines.setdefault(identifier, line)
        yield identifier, fields


def _parsed(line: int, text: str, problems: Problems) -> Mapping[str, object] | None:
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError as error:
        problems.add(line, WHOLE_LINE, text, f"不是 JSON（第 {error.colno} 个字符处读不下去）；每行应是一个 {{…}}")
    except (ValueError, RecursionError):
        # A number of thousands of digits, or thousands of brackets: valid JSON that Python declines.
        problems.add(line, WHOLE_LINE, text, "数字太长或嵌套太深，无法读取；每行应是一个简单的 {…}")
    else:
        if isinstance(value, dict):
            return value
        problems.add(line, WHOLE_LINE, text, "不是 JSON 对象；每行应是一个 {…}")
    return None


def _items(document: _Fields) -> Iterator[Item]:
    seen: set[str] = set()
    for number, values in enumerate(document.listed("items", "应为列表；没有时写 []")):
        if not isinstance(values, dict):
            document.refuse(f"items[{number}]", values, "应为 JSON 对象 {…}")
            continue
        fields = _Fields(document.problems, document.line, values, place=f"items[{number}].")
        identifier = fields.identifier()
        if identifier.strip() and identifier in seen:
            fields.refuse("id", identifier, "在同一条记录内重复；请改成不同的 id")
        seen.add(identifier)
        yield Item(
            id=identifier,
            kind=fields.text("kind"),
            title=fields.text("title"),
            text=fields.text("text"),
            year=fields.year(),
        )


def _warn_of_silent(event: str, path: Path, lines: list[int]) -> None:
    if lines:
        shown = ",".join(map(str, lines[:_WARNED_LINES])) + (",…" if len(lines) > _WARNED_LINES else "")
        log.warning("%s file=%s count=%d lines=%s", event, path, len(lines), shown)
