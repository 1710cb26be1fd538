"""Our own judged material in seed/: demo needs, planted cases, and needs nobody can answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matching.encoder.protocol import Encoder
from matching.formats import read_corpus, read_qrels, read_queries
from matching.index import Index, build_index
from matching.pipeline import rank
from matching.quality.sets import ROOT, JudgedSet
from matching.records import Document, EvidencePair, Item, Query

_DATA, _JUDGMENTS = ROOT / "seed" / "data", ROOT / "seed" / "judgments"
ITEMS_PER_PARTY = 10
# Distractors are far from their case in the file, where neighbouring cases share a field.
_STRIDE = 11
MAX_QUOTE = 80


@dataclass(frozen=True)
class PlantedCase:
    """A need, the clause of it that one item answers in other words, that item, and a party that has it."""

    query: Query
    clause: str
    item: Item
    party: Document


def demo_set() -> JudgedSet:
    """The demo needs with their graded parties; a need counts if a party is graded ≥ 2."""
    needs = read_queries(_DATA / "needs.jsonl")
    parties, grades = read_corpus(_DATA / "parties.jsonl"), read_qrels(_DATA / "judgments.tsv")
    return JudgedSet("demo", parties, needs, grades, None, 2)


def unanswerable() -> list[Query]:
    return read_queries(_JUDGMENTS / "unanswerable.jsonl")


def planted_cases() -> list[PlantedCase]:
    """Each party has the planted item among nine items of other cases; where it stands depends on the case."""
    lines = _lines(_JUDGMENTS / "planted.jsonl")
    items = [Item(**line["item"]) for line in lines]
    return [
        PlantedCase(Query(line["id"], line["title"], line["text"]), line["clause"], item, _party(number, items))
        for number, (line, item) in enumerate(zip(lines, items, strict=True))
    ]


def _party(number: int, items: Sequence[Item]) -> Document:
    chosen = [items[(number + step * _STRIDE) % len(items)] for step in range(ITEMS_PER_PARTY)]
    turn = number % ITEMS_PER_PARTY
    return Document(f"planted-party-{number:03d}", "expert", "演示数据", "", tuple(chosen[turn:] + chosen[:turn]))


def _lines(path: Path) -> list[dict[str, Any]]:  # parsed JSON, of our own making
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def own_index(encoder: Encoder | None) -> Index:
    """Demo parties and planted parties together."""
    return build_index([*demo_set().documents, *(case.party for case in planted_cases())], encoder)


def first_pair(case: PlantedCase, index: Index, encoder: Encoder | None) -> EvidencePair | None:
    found = rank(case.query, index, encoder, pool=[case.party.id], evidence_for=1).matches[0].evidence
    return found[0] if found else None


def points_at_plant(case: PlantedCase, pair: EvidencePair | None) -> bool:
    """Whether the pair quotes the planted item itself: a clause of its text of at most MAX_QUOTE characters."""
    return (
        pair is not None
        and pair.item.owner == case.item.id
        and pair.item.field == "text"
        and len(pair.item.text) <= MAX_QUOTE
    )


@dataclass(frozen=True)
class Honesty:
    """How often 暂无合适 is said: rightly, of needs nobody can answer; wrongly, of needs somebody can."""

    unanswerable: int
    rightly: int
    answerable: int
    wrongly: int


def honesty(index: Index, encoder: Encoder | None) -> Honesty:
    nobody = unanswerable()
    somebody = [*demo_set().queries, *(case.query for case in planted_cases())]
    said = [[rank(query, index, encoder, limit=1).no_good_match for query in queries] for queries in (nobody, somebody)]
    return Honesty(len(nobody), sum(said[0]), len(somebody), sum(said[1]))
