"""Which texts say the same thing: by words alone, so that it is quick, needs no model and shows what is shared.

The ranking brings the nearest; then each is compared with the text in question by a cosine over characters and bigrams
whose weights make sense in a corpus of any size. The corpus' own rarities do not: where there are three needs about one
thing, everything they share looks frequent, and a word nobody used yet does not count at all.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from matching.index import Index, build_index
from matching.passages import ENCODED_CHARS
from matching.pipeline import rank
from matching.records import Constraints, Document, Query, Quote
from matching.text.normalise import search_text
from matching.text.terms import gram_counts

# Every corpus is taken together with this many texts that are not there, of which these shares hold a given single
# character or a given longer term. Lines between the bands, as cosines. Measured on 146 needs of enterprises and eight
# rewordings (tests/matching/test_likeness.py): different needs reach .12 with their nearest (median; .24 at most), the
# same problem in another firm's words .21 to .35, a bare title .52 with its need (median), a copy that kept six
# sentences of ten .54 and more. In a corpus of one need the numbers are the same.
_IMAGINED, _CHARACTER_SHARE, _TERM_SHARE = 100, 0.1, 0.01
_VERY, _SOMEWHAT = 0.4, 0.2
_JOINT = "。"


class Likeness(StrEnum):
    VERY = "很像"
    SOMEWHAT = "有些像"


@dataclass(frozen=True)
class Alike:
    """A text like the one in question. score: cosine, 0 to 1; quote: its sentence with most shared wording, if any;
    terms: words both contain letter for letter."""

    id: str
    score: float
    likeness: Likeness
    quote: Quote | None
    terms: tuple[str, ...]


def comparable(text_id: str, title: str, text: str) -> Document:
    """A text as it is indexed to be found by `alike`: its head, because no more than that of the other is read."""
    return Document(text_id, "text", title, text[:ENCODED_CHARS])


def index_of(documents: Iterable[Document], previous: Index | None = None) -> Index:
    """previous: an index whose readings may be reused."""
    return build_index(documents, None, previous=previous)


def alike(title: str, text: str, index: Index, *, excluded: Collection[str] = (), limit: int = 10) -> list[Alike]:
    """Texts of the index that say something like this, most alike first, by id where equal. Unlike ones are left out.

    index: of `index_of`; excluded: ids not to look at.
    """
    query = Query("", title, text[:ENCODED_CHARS])
    constraints = Constraints(excluded=dict.fromkeys(excluded, "excluded"))
    ranking = rank(query, index, None, constraints=constraints, limit=limit, evidence_for=limit)
    mine = _weights(query.title, query.text, index)
    found = []
    for match in ranking.matches:
        other = index.store[index.row_of[match.id]]
        score = _cosine(mine, _weights(other.title, other.text, index))
        likeness = _likeness(score)
        if likeness is not None:
            pair = match.evidence[0] if match.evidence else None
            quote, terms = (pair.item, pair.terms) if pair else (None, ())
            found.append(Alike(match.id, score, likeness, quote, terms))
    return sorted(found, key=lambda each: (-each.score, each.id))


def _likeness(score: float) -> Likeness | None:
    if score >= _VERY:
        return Likeness.VERY
    return Likeness.SOMEWHAT if score >= _SOMEWHAT else None


def _weights(title: str, text: str, index: Index) -> dict[str, float]:
    """Term → weight, of unit length; the title counts twice, as in the ranking."""
    short = search_text(title)
    weights = {}
    for term, count in gram_counts(_JOINT.join([short, short, search_text(text)])).items():
        share = _CHARACTER_SHARE if len(term) == 1 else _TERM_SHARE
        holding = index.lexical.texts_with(term) + _IMAGINED * share
        rarity = math.log((len(index.lexical) + _IMAGINED + 1) / (holding + 0.5))
        weights[term] = (1 + math.log(count)) * rarity
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else {}


def _cosine(first: dict[str, float], second: dict[str, float]) -> float:
    """In [0, 1]; exact sums, so that it is the same whichever comes first."""
    return min(max(math.fsum(weight * second[term] for term, weight in first.items() if term in second), 0.0), 1.0)
