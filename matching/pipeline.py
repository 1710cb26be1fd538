"""rank(): from a need to an ordered, honest answer. The one place where the stages meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.candidates import candidates, document_rows, eligible_documents
from matching.encoder.protocol import Encoder
from matching.evidence import evidence, read_need
from matching.index import Index
from matching.need import check_fingerprint, views
from matching.parameters import Calibration, Fusion, calibration, fusion, sigmoid
from matching.passages import owner_of
from matching.records import Band, Constraints, Match, Query, Ranking, ScoreParts, WhyNot
from matching.scoring import PartyScores, PassageScores, View, passage_rows, score_parties, score_passages

ANYONE = Constraints()
# Passages asked of each generator; more than the list shown, because a party is folded from several passages.
_DEPTH = 200
_TIE_DECIMALS = 5
# Without a calibration the score only orders; this keeps it well inside (0, 1).
_UNCALIBRATED_SPREAD = 4.0


def rank(
    query: Query,
    index: Index,
    encoder: Encoder | None,
    *,
    constraints: Constraints = ANYONE,
    pool: Sequence[str] | None = None,
    limit: int = 100,
    evidence_for: int = 0,
) -> Ranking:
    """The best parties for the need, best first; equal input gives an equal list, ties by document id.

    encoder None: keyword mode, over an index built so. pool: rank exactly these documents (those that are eligible),
    all of them. limit: parties returned without a pool. evidence_for: how many of the first get evidence.
    Raises FingerprintMismatch, and BadInput for a pool naming an unknown document.
    """
    check_fingerprint(index, encoder)
    needs = views(query, index, encoder)
    eligible = eligible_documents(index, constraints)
    if pool is None:
        documents = candidates(index, needs, eligible, max(_DEPTH, 2 * limit), wanted=limit)
    else:
        rows = document_rows(index, pool)
        documents, limit = rows[eligible[rows]], len(rows)
    field = Field.scored(index, needs, documents, constraints)
    curve = calibration(index.fingerprint)
    best = field.order[:limit]
    matches = field.matches(index, best, curve)
    if evidence_for:
        need = read_need(query, needs[0], encoder)
        for at, place in enumerate(best[:evidence_for]):
            pairs = evidence(need, index, int(documents[place]), field.passage_scores(int(place)))
            matches[at] = replace(matches[at], evidence=pairs)
    return Ranking(
        query_id=query.id,
        mode="keyword" if index.dense is None else "dense",
        calibrated=curve is not None,
        no_good_match=curve is not None and (not matches or matches[0].band is Band.NONE),
        matches=tuple(matches),
    )


def why_not(
    query: Query, document_id: str, index: Index, encoder: Encoder | None, *, constraints: Constraints = ANYONE
) -> WhyNot:
    """Where this party stands among all eligible ones, what its score is made of, and the rule that excluded it.

    Raises BadInput if the index does not know the id.
    """
    check_fingerprint(index, encoder)
    row = int(document_rows(index, [document_id])[0])
    eligible = eligible_documents(index, constraints)
    rule = None if eligible[row] else constraints.excluded.get(document_id, "kind")
    documents = np.array([row]) if rule else np.flatnonzero(eligible)
    field = Field.scored(index, views(query, index, encoder), documents, constraints)
    place = int(np.searchsorted(documents, row))
    number = int(np.flatnonzero(field.order == place)[0]) + 1
    [match] = field.matches(index, np.array([place]), calibration(index.fingerprint), first=number)
    item = owner_of(index.store[row], match.parts.passage)
    if rule:
        return WhyNot(document_id, None, None, None, item, match.parts, rule)
    return WhyNot(document_id, match.rank, match.score, match.band, item, match.parts, None)


@dataclass(frozen=True)
class Field:
    """The documents in the running with their points.

    starts: (p,) int64, where each document's passages begin in scores; demotions: (p,) float32 points of the soft
    rules; points: (p,) float64, what is left; order: (p,) int64 places in parties.documents, best first.
    """

    parties: PartyScores
    scores: PassageScores
    starts: np.ndarray
    demotions: np.ndarray
    points: np.ndarray
    order: np.ndarray

    @classmethod
    def scored(
        cls,
        index: Index,
        needs: list[View],
        documents: np.ndarray,
        constraints: Constraints = ANYONE,
        weights: Fusion | None = None,
    ) -> Field:
        """documents: (p,) int64, rising; weights: the shipped ones if None."""
        weights = weights or fusion()
        scores = score_passages(index, needs, passage_rows(index, documents), weights)
        parties = score_parties(index, documents, scores, weights)
        demotions = np.zeros(len(documents), np.float32)
        if constraints.demoted:
            demotions[:] = [constraints.demoted.get(str(index.ids[row]), 0.0) for row in documents]
        # Documents stand in the order of their ids, so the place decides ties; rounding makes equal texts equal.
        points = np.round(parties.total.astype(np.float64) - demotions, _TIE_DECIMALS)
        starts = np.searchsorted(scores.rows, index.starts[documents])
        return cls(parties, scores, starts, demotions, points, np.lexsort((documents, -points)))

    def passage_scores(self, place: int) -> PassageScores:
        """The points of the passages of the document at this place."""
        end = self.starts[place + 1] if place + 1 < len(self.starts) else len(self.scores.rows)
        return self.scores.only(slice(int(self.starts[place]), int(end)))

    def matches(self, index: Index, places: np.ndarray, curve: Calibration | None, first: int = 1) -> list[Match]:
        """The matches at these places, numbered from first. places: (k,) int64."""
        best, totals = self.parties.best[places], self.points[places]
        scores = curve.probability(totals) if curve else sigmoid(totals / _UNCALIBRATED_SPREAD)
        parts = zip(
            (best - self.starts[places]).tolist(),
            self.scores.meaning[best].tolist(),
            self.scores.words[best].tolist(),
            self.scores.crowding[best].tolist(),
            self.scores.recency[best].tolist(),
            self.parties.breadth[places].tolist(),
            self.parties.profile[places].tolist(),
            self.demotions[places].tolist(),
            strict=True,
        )
        ids = index.ids[self.parties.documents[places]].tolist()
        numbered = enumerate(zip(ids, scores.tolist(), parts, strict=True), start=first)
        return [Match(name, at, score, band(score, curve), ScoreParts(*part)) for at, (name, score, part) in numbered]


def band(score: float, curve: Calibration | None) -> Band:
    if curve is None:
        return Band.UNCALIBRATED
    if score >= curve.likely:
        return Band.LIKELY
    return Band.POSSIBLE if score >= curve.possible else Band.NONE
