"""The shapes that travel through the ranking, each named once. All are frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True)
class Item:
    """One dated thing a party has done. kind: paper, patent, project, standard, product, service, award …"""

    id: str
    kind: str
    title: str
    text: str
    year: int | None = None


@dataclass(frozen=True)
class Document:
    """A party that can be matched. kind: expert, team, society, achievement; text: its profile."""

    id: str
    kind: str
    title: str
    text: str = ""
    items: tuple[Item, ...] = ()
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Query:
    """A need. sub_problems: parts of it that different parties may answer; each is matched on its own as well."""

    id: str
    title: str
    text: str = ""
    sub_problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Constraints:
    """Rules about who may be matched; matching does not know why they hold.

    excluded: document id → name of the hard rule that forbids it; applied before any search.
    kinds: only these kinds of party; None allows all.
    demoted: document id → points of ranking score to take off (soft rules, e.g. a full desk); applied after search.
    """

    excluded: Mapping[str, str] = field(default_factory=dict)
    kinds: frozenset[str] | None = None
    demoted: Mapping[str, float] = field(default_factory=dict)


class Band(StrEnum):
    """How sure the ranking is that a match is useful (grade ≥ 2)."""

    LIKELY = "很可能合适"
    POSSIBLE = "可能合适"
    NONE = "暂无合适"
    UNCALIBRATED = "未校准"


@dataclass(frozen=True)
class Quote:
    """A verbatim piece of an original text: source[start:end] == text, in code points.

    owner: the item's id on the party's side (the document's own id for its profile), "" on the need's side.
    """

    owner: str
    field: str
    start: int
    end: int
    text: str
    year: int | None = None


@dataclass(frozen=True)
class EvidencePair:
    """Why a match fits: a clause of the need beside a sentence of an item, and the terms both share."""

    need: Quote
    item: Quote
    terms: tuple[str, ...]
    similarity: float


@dataclass(frozen=True)
class ScoreParts:
    """What a ranking score is made of; the parts of the best item, then what the party adds.

    passage: number of the best item in the document's order; one past the last item stands for the profile.
    meaning, words: points from the encoder and from shared terms; crowding, recency: points taken off;
    breadth: points from the party's further items; profile: points from all items together; demotion: soft rules.
    """

    passage: int
    meaning: float
    words: float
    crowding: float
    recency: float
    breadth: float
    profile: float
    demotion: float

    @property
    def total(self) -> float:
        return self.meaning + self.words - self.crowding - self.recency + self.breadth + self.profile - self.demotion


@dataclass(frozen=True)
class Match:
    """One ranked party. score: (0, 1), falling with rank; calibrated unless band is UNCALIBRATED."""

    id: str
    rank: int
    score: float
    band: Band
    parts: ScoreParts
    evidence: tuple[EvidencePair, ...] = ()


@dataclass(frozen=True)
class Ranking:
    """The answer to one need. no_good_match: nothing passes the line of confidence (never said uncalibrated).

    mode: "dense" or "keyword".
    """

    query_id: str
    mode: str
    calibrated: bool
    no_good_match: bool
    matches: tuple[Match, ...] = field(default=())


@dataclass(frozen=True)
class WhyNot:
    """Where one party stands for one need.

    rule: the hard rule that excluded it, or None; rank, score and band are None if excluded.
    item: id of its best item, or its own id for the profile; parts: what the score is made of, excluded or not.
    """

    id: str
    rank: int | None
    score: float | None
    band: Band | None
    item: str
    parts: ScoreParts
    rule: str | None
