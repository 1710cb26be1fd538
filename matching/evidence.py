"""Evidence: which clause of the need a sentence of the party answers, quoted from the original texts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.encoder.protocol import Encoder
from matching.index import Index
from matching.need import Clause, clause_vectors, need_clauses
from matching.passages import Passage, passages
from matching.records import EvidencePair, Query, Quote
from matching.text.terms import content_words, grams

PAIRS = 3
# A shared term is a firmer sign than a near meaning, a fitting passage firmer than a fitting clause (docs/quality.md).
_WORDS_WEIGHT = 0.5
_PASSAGE_WEIGHT = 0.02


@dataclass(frozen=True)
class NeedReading:
    """The need's clauses with their vectors (c, d); read once, used for every match. d is 0 in keyword mode."""

    clauses: list[Clause]
    vectors: np.ndarray
    grams: list[set[str]]


def read_need(query: Query, encoder: Encoder | None) -> NeedReading:
    found = need_clauses(query)
    if encoder is None or not found:
        vectors = np.zeros((len(found), 0), np.float32)
    else:
        vectors = clause_vectors(found, encoder)
        found = found[: len(vectors)]
    return NeedReading(found, vectors, [set(grams(clause.text)) for clause in found])


def evidence(need: NeedReading, index: Index, row: int, totals: np.ndarray) -> tuple[EvidencePair, ...]:
    """The best pairs of one party, best first, each clause and each sentence at most once.

    row: of the document; totals: (k,) float32 ranking points of its passages, in order.
    """
    document = index.store[row]
    found = passages(document)
    candidates: list[tuple[float, int, int, tuple[int, int]]] = []
    for place, passage in enumerate(found):
        spans = passage.clause_spans()
        likeness = _likeness(need, index, int(index.starts[row]) + place, passage, spans)
        for clause in range(len(need.clauses)):
            for sentence, span in enumerate(spans):
                score = float(likeness[clause, sentence]) + _PASSAGE_WEIGHT * float(totals[place])
                candidates.append((-score, clause, place, span))
    candidates.sort()
    pairs: list[EvidencePair] = []
    used: set[tuple[str, object]] = set()
    for score, clause, place, span in candidates:
        keys = {("need", clause), ("item", (place, span))}
        if used & keys:
            continue
        used |= keys
        pairs.append(_pair(need.clauses[clause], document.id, found[place], span, -score))
        if len(pairs) == PAIRS:
            break
    return tuple(pairs)


def _likeness(
    need: NeedReading, index: Index, passage_row: int, passage: Passage, spans: list[tuple[int, int]]
) -> np.ndarray:
    """(clauses of the need, sentences of the passage) float32: cosine plus the share of common characters and bigrams."""
    joined = passage.joined
    theirs = [set(grams(joined[start:end])) for start, end in spans]
    shared = np.array(
        [[len(a & b) / np.sqrt(len(a) * len(b)) if a and b else 0.0 for b in theirs] for a in need.grams], np.float32
    ).reshape(len(need.clauses), len(spans))
    if not need.vectors.shape[1]:
        return shared
    vectors = index.clause_vectors[index.clause_starts[passage_row] : index.clause_starts[passage_row + 1]]
    cosine = np.full(shared.shape, -1.0, np.float32)
    # Sentences beyond the encoded head of a passage have no vector; shared words alone may still choose them.
    cosine[:, : len(vectors)] = need.vectors @ (vectors.astype(np.float32) / 127).T
    return cosine + np.float32(_WORDS_WEIGHT) * shared


def _pair(clause: Clause, document_id: str, passage: Passage, span: tuple[int, int], score: float) -> EvidencePair:
    field, copy, offset = passage.quotable()
    start, end = copy.original_span(span[0] - offset, span[1] - offset)
    need_start, need_end = clause.copy.original_span(clause.start, clause.end)
    need_quote = Quote("", clause.field, need_start, need_end, clause.copy.source[need_start:need_end])
    item_quote = Quote(passage.owner, field, start, end, copy.source[start:end], passage.year)
    return EvidencePair(need_quote, item_quote, _common_terms(clause, passage, span, need_quote, item_quote), score)


def _common_terms(
    clause: Clause, passage: Passage, span: tuple[int, int], need_quote: Quote, item_quote: Quote
) -> tuple[str, ...]:
    """Words both quotes contain letter for letter, in the order of the need."""
    theirs = set(content_words(passage.joined[span[0] : span[1]]))
    mine = dict.fromkeys(content_words(clause.text))
    return tuple(w for w in mine if w in theirs and w in need_quote.text and w in item_quote.text)
