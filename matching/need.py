"""Reading a need: the vectors and lexical scores its passages are compared with, and the clauses evidence quotes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.encoder.protocol import Encoder
from matching.errors import FingerprintMismatch
from matching.index import KEYWORD_FINGERPRINT, Index
from matching.passages import ENCODED_CHARS
from matching.records import Query
from matching.scoring import View
from matching.text.clauses import clauses
from matching.text.normalise import SearchText, search_copy, search_text

_JOINT = "。"
# Clauses beyond the text that is ranked are read in further windows, for evidence only; so many at most.
_WINDOWS = 4


@dataclass(frozen=True)
class Clause:
    """field: "title", "text" or "sub_problems[k]"; copy: of that whole field; start, end: span of the copy."""

    field: str
    copy: SearchText
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.copy.text[self.start : self.end]


def check_fingerprint(index: Index, encoder: Encoder | None) -> None:
    """Raises FingerprintMismatch unless the index was built with this encoder (or without one)."""
    mine = encoder.fingerprint if encoder else KEYWORD_FINGERPRINT
    if mine != index.fingerprint:
        raise FingerprintMismatch(
            f"索引由编码器 {index.fingerprint} 建立，当前编码器是 {mine}，两者的向量不能比较："
            "请用 python -m matching index 重建索引，或换回原来的编码器设置。"
        )


def readings(query: Query) -> list[tuple[str, str]]:
    """(title, whole text) as search copies: of the need, then of each sub-problem, which is its own title."""
    title, text = search_text(query.title), search_text(query.text)
    found = [(title, _JOINT.join(part for part in (title, text) if part))]
    return found + [(part, part) for part in map(search_text, query.sub_problems) if part]


def views(query: Query, index: Index, encoder: Encoder | None) -> list[View]:
    """The whole need first, then each sub-problem."""
    found = []
    for short, whole in readings(query):
        # Twice the title and once the head of the text: further down, needs speak of money and of the company.
        words = index.lexical.reading(_JOINT.join([short, whole[:ENCODED_CHARS]]))
        # The title again at the end keeps a long text, which soon turns to money and the company, on the subject.
        again = _JOINT + short if short and short != whole else ""
        full = _vector(whole[: max(ENCODED_CHARS - len(again), 0)] + again, encoder)
        # A title says in a few words what the need is about; without one the text must do.
        head = _vector(short[:ENCODED_CHARS], encoder) if short and short != whole else full
        found.append(View(full, head, words))
    return found


def _vector(text: str, encoder: Encoder | None) -> np.ndarray:
    return encoder.encode_query([text])[0] if encoder else np.zeros(0, np.float32)


def need_clauses(query: Query) -> list[Clause]:
    """The clauses of text and sub-problems; of the title only if nothing else is said."""
    fields = [("text", query.text)]
    fields += [(f"sub_problems[{place}]", part) for place, part in enumerate(query.sub_problems)]
    found = [clause for name, value in fields for clause in _clauses(name, value)]
    return found or _clauses("title", query.title)


def _clauses(field: str, value: str) -> list[Clause]:
    copy = search_copy(value)
    return [Clause(field, copy, start, end) for start, end in clauses(copy.text)]


def clause_vectors(found: list[Clause], encoder: Encoder) -> np.ndarray:
    """(c, d) float32, unit length: each clause read in its context, window by window of ENCODED_CHARS."""
    heads: list[str] = []
    spans: list[list[tuple[int, int]]] = []
    previous: SearchText | None = None
    at = 0
    for clause in found:
        if clause.copy is not previous or clause.end - at > ENCODED_CHARS:
            previous, at = clause.copy, clause.start
            heads.append(clause.copy.text[at : at + ENCODED_CHARS])
            spans.append([])
        spans[-1].append((clause.start - at, clause.end - at))
    _, parts = encoder.encode_parts(heads[:_WINDOWS], spans[:_WINDOWS], "query")
    return np.concatenate(parts)
