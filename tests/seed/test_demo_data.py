"""The invented data have to be complete, labelled, and as hard as real ones: two sides that share no words."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import rjieba

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "seed" / "data"
JUDGMENTS = ROOT / "seed" / "judgments"
LABEL = "演示数据"
FITTING = 2
GRADES = {0, 1, 2, 3}

Record = dict[str, Any]  # one JSON line as it stands in the file


def records(path: Path) -> list[Record]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


NEEDS = records(DATA / "needs.jsonl")
PARTIES = records(DATA / "parties.jsonl")
PLANTED = records(JUDGMENTS / "planted.jsonl")
UNANSWERABLE = records(JUDGMENTS / "unanswerable.jsonl")
GRADED = [
    (need, party, int(grade))
    for need, party, grade in (line.split("\t") for line in (DATA / "judgments.tsv").read_text("utf-8").splitlines())
]


def full_text(record: Record) -> str:
    """Title and text of a record, and of all its items."""
    parts = [record, *record.get("items", [])]
    return "\n".join(f"{part['title']}\n{part['text']}" for part in parts)


def content_words(text: str) -> set[str]:
    """Words of two or more characters with a letter (Latin or Chinese) among them; there is no stop list."""
    return {word for word in rjieba.cut(text) if len(word) >= 2 and any(char.isalpha() for char in word)}


def overlaps(texts: dict[str, str], size: int = 5) -> dict[tuple[str, str], float]:
    """Share of the smaller text's character n-grams found in the other, for pairs that have any in common."""
    grams = {key: {text[i : i + size] for i in range(len(text) - size + 1)} for key, text in texts.items()}
    holders: dict[str, list[str]] = defaultdict(list)
    for key, own in grams.items():
        for gram in own:
            holders[gram].append(key)
    shared = Counter(pair for keys in holders.values() for pair in combinations(keys, 2))
    return {(a, b): count / min(len(grams[a]), len(grams[b])) for (a, b), count in shared.items()}


def test_there_are_enough_parties_needs_and_cases() -> None:
    assert len(PARTIES) >= 60
    assert len(NEEDS) >= 15
    assert len(PLANTED) >= 100
    assert len(UNANSWERABLE) >= 30


def test_every_need_and_party_is_labelled_as_demo_data() -> None:
    assert [record["id"] for record in NEEDS + PARTIES if LABEL not in record["tags"]] == []


def test_no_id_occurs_twice() -> None:
    everything = [*NEEDS, *PARTIES, *PLANTED, *UNANSWERABLE]
    items = [item for party in PARTIES for item in party["items"]] + [case["item"] for case in PLANTED]
    counts = Counter(record["id"] for record in everything + items)

    assert {key for key, count in counts.items() if count > 1} == set()


def test_judgments_grade_existing_pairs_once() -> None:
    needs, parties = {need["id"] for need in NEEDS}, {party["id"] for party in PARTIES}

    assert [row for row in GRADED if row[0] not in needs or row[1] not in parties or row[2] not in GRADES] == []
    assert len({row[:2] for row in GRADED}) == len(GRADED)


def test_every_need_has_a_party_that_fits_fully() -> None:
    assert {need["id"] for need in NEEDS} == {need for need, _, grade in GRADED if grade == 3}


def test_no_two_texts_share_more_than_30_percent_of_their_5_grams() -> None:
    texts = {record["id"]: full_text(record) for record in [*NEEDS, *PARTIES, *PLANTED, *UNANSWERABLE]}
    texts |= {case["item"]["id"]: full_text(case["item"]) for case in PLANTED}

    assert {pair: share for pair, share in overlaps(texts).items() if share > 0.30} == {}


def test_the_overlap_notices_a_copied_sentence() -> None:
    original = "一号车间六座塔，装的是外购的白粒子，跑了十四个月只剩四毫克出头"

    found = overlaps({"a": original, "b": "另起一句。" + original, "c": "药剂加到每吨三百七十克也拉不回来"})

    assert found == {("a", "b"): 1.0}


def test_in_half_of_the_fitting_pairs_both_sides_share_no_content_word() -> None:
    need_words = {need["id"]: content_words(full_text(need)) for need in NEEDS}
    party_words = {party["id"]: content_words(full_text(party)) for party in PARTIES}
    fitting = [(need, party) for need, party, grade in GRADED if grade >= FITTING]

    apart = [pair for pair in fitting if not need_words[pair[0]] & party_words[pair[1]]]

    assert len(apart) >= len(fitting) / 2


@pytest.mark.parametrize("case", PLANTED, ids=lambda case: case["id"])
def test_a_planted_clause_stands_verbatim_in_its_need(case: Record) -> None:
    assert case["clause"] in case["title"] or case["clause"] in case["text"]
    assert 0 < len(case["clause"]) <= 80


def test_most_planted_items_answer_in_other_words() -> None:
    apart = [case for case in PLANTED if not content_words(full_text(case)) & content_words(full_text(case["item"]))]

    assert len(apart) > len(PLANTED) / 2
