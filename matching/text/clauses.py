"""Clauses: the pieces of a text that evidence points at."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_CLAUSE = 80
MIN_CLAUSE = 6

_SENTENCE = re.compile(r"[^。！!？?；;\n]+[。！!？?；;\n]*")
_PART = re.compile(r"[^,，、:：]+[,，、:：]*")


def clauses(text: str) -> list[tuple[int, int]]:
    """Spans (start, end) of a search copy's clauses: sentences or lines, long ones cut at commas.

    Each is at most MAX_CLAUSE characters. In order, without overlap, without blank edges; together they cover
    everything that is not white space.
    """
    spans: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        spans.extend(_at_most(text, *match.span()))
    trimmed = (_trim(text, start, end) for start, end in _joined(spans))
    return [(start, end) for start, end in trimmed if start < end]


def _at_most(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if end - start <= MAX_CLAUSE:
        yield start, end
        return
    open_at = start
    for part in _PART.finditer(text, start, end):
        if part.end() - open_at > MAX_CLAUSE and part.start() > open_at:
            yield from _cut(open_at, part.start())
            open_at = part.start()
    yield from _cut(open_at, end)


def _cut(start: int, end: int) -> Iterator[tuple[int, int]]:
    for at in range(start, end, MAX_CLAUSE):
        yield at, min(at + MAX_CLAUSE, end)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A scrap such as “1.” goes with what follows it, or with what precedes it at the end."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        if out and min(end - start, out[-1][1] - out[-1][0]) < MIN_CLAUSE and end - out[-1][0] <= MAX_CLAUSE:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
