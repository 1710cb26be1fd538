"""The demo for now: a small index over invented parties, and what it answers to invented needs."""

from __future__ import annotations

from pathlib import Path

from matching import MatchingSettings, build_index, open_encoder, rank
from matching.cli.terminal import print_ranking
from matching.formats import read_corpus, read_queries

DATA = Path(__file__).parent / "data"
_UNANSWERABLE = Path(__file__).parent / "judgments" / "unanswerable.jsonl"
# A few needs nobody in the demo can answer, to show the honest answer as well.
_SHOWN_UNANSWERABLE = 2


def show_demo(top: int) -> None:
    """Print every demo need with its first matches. Raises MatchingError."""
    encoder = open_encoder(MatchingSettings.from_env())
    parties = read_corpus(DATA / "parties.jsonl")
    needs = read_queries(DATA / "needs.jsonl") + read_queries(_UNANSWERABLE)[:_SHOWN_UNANSWERABLE]
    print(f"【演示数据】{len(parties)} 个专家、团队、学会与成果，{len(needs)} 条需求；人名、单位均为虚构。")
    index = build_index(parties, encoder)
    for need in needs:
        print_ranking(need, rank(need, index, encoder, limit=top, evidence_for=top), index)
