"""`rank`, `explain`: needs against a corpus, from files to files."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from matching.cli.options import add_corpus, add_encoder, add_queries, built_index, encoder_of, shown, warn_on_stderr
from matching.encoder.protocol import Encoder
from matching.errors import BadInput
from matching.formats import check_pools, read_corpus, read_pools, read_queries, write_jsonl, write_run
from matching.index import Index
from matching.pipeline import rank, why_not
from matching.records import Match, Query, Ranking


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `rank` and `explain`."""
    ranking = commands.add_parser("rank", help="为需求排出匹配名单 / rank parties for needs")
    add_corpus(ranking)
    add_queries(ranking)
    ranking.add_argument(
        "--pools",
        type=Path,
        metavar="FILE",
        help="只排这些（需求、文档）对，全部排 / rank these pairs only, all of them",
    )
    ranking.add_argument(
        "--top", type=int, default=100, metavar="N", help="每条需求取前 N 名（默认 100） / list length"
    )
    add_encoder(ranking)
    ranking.add_argument("--run", type=Path, required=True, metavar="FILE", help="写出的 TREC 结果 / TREC run to write")
    ranking.add_argument(
        "--evidence", type=Path, metavar="FILE", help="写出每条匹配的依据（JSON 行） / evidence to write, JSON lines"
    )
    ranking.add_argument(
        "--evidence-top", type=int, metavar="N", help="只给前 N 名写依据（默认全部） / matches with evidence (all)"
    )
    ranking.set_defaults(handler=_rank)
    explaining = commands.add_parser("explain", help="某个对象为何排在这里、为何没有上榜 / why this rank, or why not")
    add_corpus(explaining)
    add_queries(explaining)
    explaining.add_argument("--query", required=True, metavar="ID", help="需求编号 / id of the need")
    explaining.add_argument("--document", required=True, metavar="ID", help="对象编号 / id of the party")
    add_encoder(explaining)
    explaining.set_defaults(handler=_explain)


def _rank(parsed: argparse.Namespace) -> int:
    warn_on_stderr()
    if parsed.top < 1 or (parsed.evidence_top or 0) < 0:
        raise BadInput("--top 应为正整数，--evidence-top 应为 0 或正整数。")
    _check_targets([path for path in (parsed.run, parsed.evidence) if path])
    documents, queries = read_corpus(parsed.corpus), read_queries(parsed.queries)
    pools = read_pools(parsed.pools) if parsed.pools else None
    if pools is not None:
        check_pools(pools, queries, documents, path=parsed.pools)
    encoder = encoder_of(parsed)
    index = built_index(documents, encoder)
    everybody = max(parsed.top, len(documents)) if parsed.evidence_top is None else parsed.evidence_top
    rankings = rank_all(queries, index, encoder, pools, parsed.top, everybody if parsed.evidence else 0)
    tag = "kc-keyword" if encoder is None else f"kc-{encoder.fingerprint}"
    write_run(parsed.run, {r.query_id: [(m.id, m.score) for m in r.matches] for r in rankings}, tag)
    if parsed.evidence:
        write_jsonl(parsed.evidence, (evidence_line(r.query_id, m) for r in rankings for m in r.matches if m.evidence))
    return 0


def _check_targets(paths: Sequence[Path]) -> None:
    """Before the work, and before the first of two files is written: could both be?"""
    for path in paths:
        if path.is_dir() or not path.parent.is_dir():
            raise BadInput(f"无法写入 {path}：没有这个文件夹，或这本身是一个文件夹，请检查路径。")
    if len({path.resolve() for path in paths}) < len(paths):
        raise BadInput(f"--run 和 --evidence 不能是同一个文件 {paths[0]}：请给出两个文件名。")


def rank_all(
    queries: Sequence[Query],
    index: Index,
    encoder: Encoder | None,
    pools: dict[str, list[str]] | None,
    limit: int,
    evidence_for: int,
) -> list[Ranking]:
    """One ranking per need, in the order of the needs; with pools only needs that have one."""
    chosen = [query for query in queries if pools is None or query.id in pools]
    return [
        rank(
            query,
            index,
            encoder,
            pool=pools[query.id] if pools is not None else None,
            limit=limit,
            evidence_for=evidence_for,
        )
        for query in shown(chosen, total=len(chosen), label="排序 / ranking")
    ]


def evidence_line(query_id: str, match: Match) -> dict[str, Any]:
    """One line of the evidence file; offsets are code points of the original fields."""
    return {
        "qid": query_id,
        "docid": match.id,
        "rank": match.rank,
        "score": match.score,
        "band": str(match.band),
        "pairs": [
            {
                "need": {
                    "field": pair.need.field,
                    "start": pair.need.start,
                    "end": pair.need.end,
                    "text": pair.need.text,
                },
                "item": {
                    "id": pair.item.owner,
                    "field": pair.item.field,
                    "start": pair.item.start,
                    "end": pair.item.end,
                    "text": pair.item.text,
                    "year": pair.item.year,
                },
                "terms": list(pair.terms),
            }
            for pair in match.evidence
        ],
    }


def _explain(parsed: argparse.Namespace) -> int:
    warn_on_stderr()
    documents, queries = read_corpus(parsed.corpus), read_queries(parsed.queries)
    found = [query for query in queries if query.id == parsed.query]
    if not found:
        raise BadInput(f"{parsed.queries} 里没有编号为 {parsed.query} 的需求：请核对编号。")
    encoder = encoder_of(parsed)
    answer = why_not(found[0], parsed.document, built_index(documents, encoder), encoder)
    print(json.dumps(asdict(answer), ensure_ascii=False, indent=1))
    return 0
