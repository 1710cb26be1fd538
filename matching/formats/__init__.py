"""The files that go in and out: corpus, queries, qrels, pools, runs, evidence.

Readers give whole, checked values or raise BadInput with every bad line; writers write a whole file or nothing.
"""

from __future__ import annotations

from matching.formats.jsonl import read_corpus, read_queries, write_jsonl
from matching.formats.tables import check_pools, read_pools, read_qrels
from matching.formats.trec import read_run, write_run

__all__ = [
    "check_pools",
    "read_corpus",
    "read_pools",
    "read_qrels",
    "read_queries",
    "read_run",
    "write_jsonl",
    "write_run",
]
