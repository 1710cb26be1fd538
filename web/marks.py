"""Evidence in a text: the quoted sentences, each with the number it has on the other side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Piece = tuple[str, int]


def marked(text: str, quotes: Sequence[str]) -> list[Piece]:
    """The text in pieces: (piece, number of the quote it is, from 1, or 0). Quotes that overlap an earlier one stay
    unmarked; together the pieces are the text. A quote may run from the end of one text into the next, on a new line.
    """
    found = sorted(_places(text, quotes))
    pieces: list[Piece] = []
    at = 0
    for start, end, number in found:
        if start < at:
            continue
        if start > at:
            pieces.append((text[at:start], 0))
        pieces.append((text[start:end], number))
        at = end
    if at < len(text) or not pieces:
        pieces.append((text[at:], 0))
    return pieces


def _places(text: str, quotes: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    for number, quote in enumerate(quotes, 1):
        for line in quote.splitlines():
            start = text.find(line) if line else -1
            if start >= 0:
                yield start, start + len(line), number


def quotes_of(evidence: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the pairs quote from the need, in their order."""
    return [str(pair["need"]["text"]) for pair in evidence]
