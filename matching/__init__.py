"""Ranking needs against parties: text in, ordered and explained matches out; knows nothing of web, database or HTTP.

The public surface is below; heavy libraries (torch, onnxruntime, FAISS) load when first used.
"""

from __future__ import annotations

from matching.encoder import open_encoder
from matching.errors import BadInput, FingerprintMismatch, IndexDamaged, MatchingError, ModelUnavailable
from matching.index import Index, build_index
from matching.pipeline import rank, why_not
from matching.records import (
    Band,
    Constraints,
    Document,
    EvidencePair,
    Item,
    Match,
    Query,
    Quote,
    Ranking,
    ScoreParts,
    WhyNot,
)
from matching.settings import MatchingSettings

__all__ = [
    "BadInput",
    "Band",
    "Constraints",
    "Document",
    "EvidencePair",
    "FingerprintMismatch",
    "Index",
    "IndexDamaged",
    "Item",
    "Match",
    "MatchingError",
    "MatchingSettings",
    "ModelUnavailable",
    "Query",
    "Quote",
    "Ranking",
    "ScoreParts",
    "WhyNot",
    "build_index",
    "open_encoder",
    "rank",
    "why_not",
]
