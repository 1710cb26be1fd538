"""Evidence: which clause of the need a sentence of the party answers, quoted from the original texts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.encoder.protocol import Encoder
from matching.index import Index
from matching.need import Clause, clause_vectors, need_clauses
from matching.parameters import fusion
from matching.passages import Passage, passages
from matching.records import EvidencePair, Query, Quote
from matching.scoring import PassageScores, View
from matching.text.terms import content_words, grams

PAIRS = 3
# How much counts beside the likeness of the passage to the whole need (chosen on planted cases, docs/quality.md):
# words of the passage, the clause's likeness to the whole passage, and to the sentence; shared words of the two.
_PASSAGE_WORDS, _CLAUSE_PASSAGE, _CLAUSE_SENTENCE, _SHARED_WORDS = 0.2, 0.4, 0.3, 0.15
# A need also speaks of money, dates and the company; a clause like the need's title and whole is about the problem.
_CLAUSE_SUBJECT = 0.5


@dataclass(frozen=True)
class NeedReading:
    """The need's clauses; read once, used for every match.

    vectors: (c, d) float32, unit length, d is 0 in keyword mode; subject: (c,) float32, how much each clause is about
    the problem.
    """

    clauses: list[Clause]
    vectors: np.ndarray
    subject: np.ndarray
    grams: list[set[str]]


def read_need(query: Query, whole: View, encoder: Encoder | None) -> NeedReading:
    """whole: the view of the whole need."""
    found = need_clauses(query)
    if encoder is None or not found:
        vectors, subject = np.zeros((len(found), 0), np.float32), np.zeros(len(found), np.float32)
    else:
        vectors = clause_vectors(found, encoder)
        found = found[: len(vectors)]
        subject = _CLAUSE_SUBJECT * (vectors @ whole.full + vectors @ whole.title)
    return NeedReading(found, vectors, subject, [set(grams(clause.text)) for clause in found])


def evidence(need: NeedReading, index: Index, row: int, points: PassageScores) -> tuple[EvidencePair, ...]:
    """The best pairs of one party, best first, each clause and each sentence at most once.

    row: of the document; points: of exactly its passages, in order.
    """
    document = index.store[row]
    found = passages(document)
    whole = _passage_likeness(points)
    candidates: list[tuple[float, int, int, tuple[int, int]]] = []
    for place, passage in enumerate(found):
        spans = passage.clause_spans()
        likeness = whole[place] + _likeness(need, index, int(index.starts[row]) + place, passage, spans)
        candidates.extend(
            (-float(likeness[clause, sentence]), clause, place, span)
            for clause in range(len(need.clauses))
            for sentence, span in enumerate(spans)
        )
    pairs: list[EvidencePair] = []
    used: set[tuple[str, object]] = set()
    for score, clause, place, span in sorted(candidates):
        keys = {("need", clause), ("item", (place, span))}
        if used & keys:
            continue
        used |= keys
        pairs.append(_pair(need.clauses[clause], document.id, found[place], span, -score))
        if len(pairs) == PAIRS:
            break
    return tuple(pairs)


def _passage_likeness(points: PassageScores) -> np.ndarray:
    """(k,) float32: the passages' likeness to the whole need, as a cosine, with a little for words in common."""
    weights = fusion()
    cosine = points.whole * weights.similarity_sd / (weights.full + weights.title)
    return np.asarray(cosine + _PASSAGE_WORDS * points.words / weights.words, np.float32)


def _likeness(
    need: NeedReading, index: Index, passage_row: int, passage: Passage, spans: list[tuple[int, int]]
) -> np.ndarray:
    """(clauses of the need, sentences of the passage) float32: weighted cosines and shared characters and bigrams."""
    joined = passage.joined
    theirs = [set(grams(joined[start:end])) for start, end in spans]
    shared = np.array(
        [[len(a & b) / np.sqrt(len(a) * len(b)) if a and b else 0.0 for b in theirs] for a in need.grams], np.float32
    ).reshape(len(need.clauses), len(spans))
    if not need.vectors.shape[1]:
        return shared
    vectors = index.clause_vectors[index.clause_starts[passage_row] : index.clause_starts[passage_row + 1]]
    with_sentence = np.full(shared.shape, -1.0, np.float32)
    # Sentences beyond the encoded head of a passage have no vector; shared words alone may still choose them.
    with_sentence[:, : len(vectors)] = need.vectors @ (vectors.astype(np.float32) / 127).T
    with_passage = need.vectors @ index.vectors[passage_row]
    of_clause = need.subject + _CLAUSE_PASSAGE * with_passage
    return np.asarray(of_clause[:, None] + _CLAUSE_SENTENCE * with_sentence + _SHARED_WORDS * shared, np.float32)


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
