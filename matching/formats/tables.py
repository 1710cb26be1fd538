"""Tab-separated files: qrels.tsv (query, document, grade) and pools.tsv (query, document). No heading line."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from matching.errors import BadInput
from matching.formats.problems import (
    SHOWN_PROBLEMS,
    WHOLE_LINE,
    Problems,
    id_problem,
    read_lines,
    refuse_empty,
    shortened,
)
from matching.records import Document, Query

log = logging.getLogger(__name__)

_GRADE = re.compile(r"[0-9]")


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Grade 0–9 of each judged document, by query, in file order. Raises BadInput naming every bad line."""
    problems = Problems(path)
    qrels: dict[str, dict[str, int]] = {}
    for line, (query_id, document_id, grade) in _rows(path, ("qid", "docid", "grade"), problems):
        if not _GRADE.fullmatch(grade):
            problems.add(line, "grade", grade, "应为 0–9 的整数")
            continue
        earlier = qrels.setdefault(query_id, {}).setdefault(document_id, int(grade))
        if earlier != int(grade):
            reason = f"“{query_id}”与“{document_id}”前面已评为 {earlier}；每一对只能有一个等级"
            problems.add(line, "grade", grade, reason)
    problems.raise_if_any()
    refuse_empty(path, has_content=bool(qrels))
    return qrels


def read_pools(path: Path) -> dict[str, list[str]]:
    """The documents to be ranked for each query, in file order, each once. Raises BadInput naming every bad line."""
    problems = Problems(path)
    # A dict as an ordered set: a pool has thousands of documents.
    pools: dict[str, dict[str, None]] = {}
    for _, (query_id, document_id) in _rows(path, ("qid", "docid"), problems):
        pools.setdefault(query_id, {})[document_id] = None
    problems.raise_if_any()
    refuse_empty(path, has_content=bool(pools))
    return {query_id: list(documents) for query_id, documents in pools.items()}


def check_pools(
    pools: Mapping[str, Sequence[str]],
    queries: Iterable[Query],
    documents: Iterable[Document],
    *,
    path: Path | None = None,
) -> None:
    """Raises BadInput if a pool names an unknown query or document; warns of queries without a pool.

    path: the file the pools came from; with it the message names its lines.
    """
    query_ids = {query.id for query in queries}
    document_ids = {document.id for document in documents}
    unpooled = len(query_ids - pools.keys())
    if unpooled:
        log.warning("pools.query_without_pool count=%d", unpooled)
    if pools.keys() <= query_ids and all(document_ids.issuperset(pool) for pool in pools.values()):
        return
    if path is None:
        raise BadInput(_unknown_without_lines(pools, query_ids, document_ids))
    problems = Problems(path)
    seen_queries: set[str] = set()
    # Read once more: only an error needs the line numbers, so the values need not carry them.
    for line, (query_id, document_id) in _rows(path, ("qid", "docid"), problems):
        if query_id not in query_ids and query_id not in seen_queries:
            seen_queries.add(query_id)
            problems.add(line, "qid", query_id, "查询文件中没有这个 id；请补上该查询或删去它的行")
        if document_id not in document_ids:
            problems.add(line, "docid", document_id, "语料文件中没有这个 id；请补上该记录或删去此行")
    problems.raise_if_any()


def _unknown_without_lines(pools: Mapping[str, Sequence[str]], query_ids: set[str], document_ids: set[str]) -> str:
    unknown = [f"  字段 qid，{shortened(q)}：查询中没有这个 id；请补上或删去" for q in pools if q not in query_ids]
    unknown += [
        f"  字段 docid，{shortened(d)}（查询 {q}）：语料中没有这个 id；请补上或删去"
        for q, pool in pools.items()
        for d in pool
        if d not in document_ids
    ]
    rest = [f"  ……另有 {len(unknown) - SHOWN_PROBLEMS} 处未列出。"] if len(unknown) > SHOWN_PROBLEMS else []
    return "\n".join([f"候选池有 {len(unknown)} 处问题，请改正后重新运行：", *unknown[:SHOWN_PROBLEMS], *rest])


def _rows(path: Path, columns: tuple[str, ...], problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """(line number, one value per column) of every line with the right columns and usable ids."""
    for line, text in read_lines(path, problems):
        values = text.split("\t")
        if len(values) != len(columns):
            reason = f"应有 {len(columns)} 列（{'、'.join(columns)}），以制表符分隔，现在是 {len(values)} 列"
            problems.add(line, WHOLE_LINE, text, reason)
            continue
        refused = [(name, value, id_problem(value)) for name, value in zip(columns[:2], values[:2], strict=True)]
        for name, value, reason_or_none in refused:
            if reason_or_none:
                problems.add(line, name, value, reason_or_none)
        if not any(reason_or_none for *_, reason_or_none in refused):
            yield line, values
