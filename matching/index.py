"""The index: documents, their passages' vectors and terms, aligned by row; built, changed, never edited in place.

Documents stand in the order of their ids and passages in the order of their documents, whatever order they came in,
and everything that depends on the corpus is computed from that order: an index that was changed step by step equals
the one built at once. A change re-reads and re-encodes only documents whose digest is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from matching.columns import Columns
from matching.crowding import crowding
from matching.dense import DenseIndex
from matching.encoder.protocol import Encoder
from matching.errors import BadInput, FingerprintMismatch
from matching.lexical import LexicalIndex
from matching.passages import digest, passages
from matching.records import Document
from matching.store import DocumentStore

KEYWORD_FINGERPRINT = "keyword"
_BATCH = 256

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Index:
    """n documents with m passages.

    fingerprint: of the encoder, or "keyword" (then vectors have no dimension).
    ids, kinds, digests: (n,) str; starts: (n + 1,) int64, passages of document r are starts[r]:starts[r + 1].
    years, lengths, clause_starts, clause_vectors: as in Columns; dense: the (m, d) vectors, None in keyword mode.
    crowding: (m,) float32; profile_norms: (n,) float32, length of the sum of a document's vectors.
    """

    fingerprint: str
    store: DocumentStore
    ids: np.ndarray
    kinds: np.ndarray
    digests: np.ndarray
    starts: np.ndarray
    years: np.ndarray
    lengths: np.ndarray
    clause_starts: np.ndarray
    clause_vectors: np.ndarray
    crowding: np.ndarray
    profile_norms: np.ndarray
    lexical: LexicalIndex
    dense: DenseIndex | None

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def vectors(self) -> np.ndarray:
        """(m, d) float32, unit length; (m, 0) in keyword mode."""
        return self.dense.vectors if self.dense else np.zeros((len(self.years), 0), np.float32)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Document id → row."""
        return {str(document_id): row for row, document_id in enumerate(self.ids)}

    @cached_property
    def document_of(self) -> np.ndarray:
        """(m,) int64: the document row of each passage."""
        return np.repeat(np.arange(len(self.ids)), np.diff(self.starts))

    @cached_property
    def newest_year(self) -> int:
        return int(self.years.max(initial=0))

    def updated(
        self,
        add: Iterable[Document] = (),
        remove: Iterable[str] = (),
        *,
        encoder: Encoder | None = None,
        progress: Progress | None = None,
    ) -> Index:
        """A new index with documents added (or replaced, by id) and removed; unknown ids to remove are ignored."""
        documents = {document.id: document for document in self.store}
        for document_id in remove:
            documents.pop(document_id, None)
        documents.update((document.id, document) for document in add)
        return build_index(documents.values(), encoder, previous=self, progress=progress)

    def _columns(self) -> Columns:
        terms = self.lexical.term_counts()
        return Columns(self.years, self.lengths, self.vectors, self.clause_starts, self.clause_vectors, terms)


def build_index(
    documents: Iterable[Document],
    encoder: Encoder | None,
    *,
    previous: Index | None = None,
    progress: Progress | None = None,
) -> Index:
    """Index the documents. encoder None: keyword mode. previous: an index whose readings may be reused.

    progress: called with the number of documents read since the last call.
    Raises BadInput for two documents with one id, FingerprintMismatch if previous holds another encoder's vectors.
    """
    ordered = sorted(documents, key=lambda document: document.id)
    for first, second in pairwise(ordered):
        if first.id == second.id:
            raise BadInput(f"编号 {first.id} 出现了两次：每个专家、团队、学会或成果的编号必须唯一，请改掉其中一个。")
    fingerprint = encoder.fingerprint if encoder else KEYWORD_FINGERPRINT
    if previous is not None and previous.fingerprint != fingerprint:
        raise FingerprintMismatch("编码器与建立索引时不同，旧向量不能混用：请用 python -m matching index 重建索引。")
    digests = [digest(document) for document in ordered]
    columns, sizes = _columns_of(ordered, digests, encoder, previous, progress)
    return assemble(fingerprint, ordered, digests, sizes, columns)


def _columns_of(
    ordered: Sequence[Document],
    digests: Sequence[str],
    encoder: Encoder | None,
    previous: Index | None,
    progress: Progress | None,
) -> tuple[Columns, np.ndarray]:
    """The passages of all documents in order, and how many each document has. (m passages), (n,) int64."""
    old_rows = [_unchanged(previous, document.id, now) for document, now in zip(ordered, digests, strict=True)]
    old = [row for row in old_rows if row is not None]
    fresh = [document for document, row in zip(ordered, old_rows, strict=True) if row is None]
    parts: list[Columns] = []
    sizes = np.zeros(len(ordered), np.int64)
    if previous is not None and old:
        spans = [np.arange(previous.starts[row], previous.starts[row + 1]) for row in old]
        parts.append(previous._columns().take(np.concatenate(spans)))
        sizes[[at for at, row in enumerate(old_rows) if row is not None]] = [len(span) for span in spans]
    fresh_sizes: list[int] = []
    for at in range(0, len(fresh), _BATCH):
        found = [passages(document) for document in fresh[at : at + _BATCH]]
        parts.append(Columns.read([passage for group in found for passage in group], encoder))
        fresh_sizes.extend(len(group) for group in found)
        if progress:
            progress(len(found))
    sizes[[at for at, row in enumerate(old_rows) if row is None]] = fresh_sizes
    columns = _joined(parts) if parts else Columns.read([], encoder)
    # Unchanged documents came first, then the fresh ones; now everything goes where its document stands.
    arrival = np.argsort([row is None for row in old_rows], kind="stable")
    rank = np.repeat(arrival, sizes[arrival])
    return columns.take(np.argsort(rank, kind="stable")), sizes


def _joined(parts: Sequence[Columns]) -> Columns:
    """Pairwise, so that a vocabulary is merged about log₂(parts) times."""
    while len(parts) > 1:
        pairs = [parts[at : at + 2] for at in range(0, len(parts), 2)]
        parts = [pair[0].joined(pair[1]) if len(pair) == 2 else pair[0] for pair in pairs]
    return parts[0]


def _unchanged(previous: Index | None, document_id: str, now: str) -> int | None:
    row = previous.row_of.get(document_id) if previous is not None else None
    return row if row is not None and previous is not None and previous.digests[row] == now else None


def assemble(
    fingerprint: str, ordered: Sequence[Document], digests: Sequence[str], sizes: np.ndarray, columns: Columns
) -> Index:
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    is_dense = fingerprint != KEYWORD_FINGERPRINT
    keys = [f"{document.id}\n{at}" for document, size in zip(ordered, sizes, strict=True) for at in range(size)]
    sums = np.add.reduceat(columns.vectors, starts[:-1], axis=0) if len(ordered) else columns.vectors
    norms = np.linalg.norm(sums, axis=1).astype(np.float32)
    norms[norms == 0] = 1.0
    return Index(
        fingerprint=fingerprint,
        store=DocumentStore.of(ordered),
        ids=np.array([document.id for document in ordered], dtype=np.str_),
        kinds=np.array([document.kind for document in ordered], dtype=np.str_),
        digests=np.array(digests, dtype=np.str_),
        starts=starts,
        years=columns.years,
        lengths=columns.lengths,
        clause_starts=columns.clause_starts,
        clause_vectors=columns.clause_vectors,
        crowding=crowding(columns.vectors, keys) if is_dense else np.zeros(len(keys), np.float32),
        profile_norms=norms,
        lexical=LexicalIndex.build(columns.terms),
        dense=DenseIndex(columns.vectors) if is_dense else None,
    )
