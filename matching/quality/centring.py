"""The shipped centring pair: how it is estimated (`python -m matching quality --centring`); a new fingerprint."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from matching.encoder.centring import SHIPPED, estimate
from matching.encoder.sentence import SentenceEncoder
from matching.need import readings
from matching.passages import ENCODED_CHARS, passages
from matching.quality.sets import JudgedSet

# As many from each set, so that no set's style becomes the centre.
_QUERIES = 146
_PASSAGES = 684

T = TypeVar("T")


def write_shipped(encoder: SentenceEncoder, sets: list[JudgedSet]) -> Path:
    """Estimate the pair on needs (whole and title) and passages, equally many of each set, and write it."""
    needs = [
        text
        for judged in sets
        for query in _spread(judged.queries, _QUERIES)
        for pair in readings(query)
        for text in pair
    ]
    found = [
        passage.joined
        for judged in sets
        for document in _spread(judged.documents, _PASSAGES)
        for passage in passages(document)[:1]
    ]
    origin = "means over equally many needs and passages of " + ", ".join(judged.name for judged in sets)
    centring = estimate(
        encoder, [text[:ENCODED_CHARS] for text in needs], [text[:ENCODED_CHARS] for text in found], origin=origin
    )
    path = SHIPPED / f"{encoder.source.fingerprint}.json"
    centring.save(path)
    return path


def _spread(values: Sequence[T], count: int) -> Sequence[T]:
    """About `count` values, evenly taken from the whole list."""
    step = max(1, len(values) // count)
    return values[::step][:count]
