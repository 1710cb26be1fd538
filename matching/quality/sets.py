"""The judged sets beside the repository (../shared/data) and our own in seed/: loaded, never copied."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from matching.formats import read_corpus, read_pools, read_qrels, read_queries
from matching.records import Document, Query

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
# bdci_dev ranks the corpus of bdci_train.
_CORPUS_OF = {"bdci_dev": "bdci_train"}
GRADED = frozenset({"bdci_train", "bdci_dev"})


@dataclass(frozen=True)
class JudgedSet:
    """min_grade: a need counts if it has a document of this grade; pools: the documents to rank per need, or None."""

    name: str
    documents: list[Document]
    queries: list[Query]
    qrels: dict[str, dict[str, int]]
    pools: dict[str, list[str]] | None
    min_grade: int


def load_shared(name: str) -> JudgedSet:
    """Raises BadInput where the shared data are absent."""
    folder = SHARED / name
    pools = folder / "pools.tsv"
    return JudgedSet(
        name,
        read_corpus(SHARED / _CORPUS_OF.get(name, name) / "corpus.jsonl"),
        read_queries(folder / "queries.jsonl"),
        read_qrels(folder / "qrels.tsv"),
        read_pools(pools) if pools.exists() else None,
        2 if name in GRADED else 1,
    )
