"""`quality`, `centring`: measuring the ranking, and the explicit acts that change its fitted numbers."""

from __future__ import annotations

import argparse

from matching.cli.options import add_corpus, add_encoder, add_queries, settings_of, warn_on_stderr
from matching.encoder import open_encoder
from matching.encoder.centring import estimate, estimated_folder
from matching.errors import ModelUnavailable
from matching.formats import read_corpus, read_queries
from matching.need import readings
from matching.passages import ENCODED_CHARS, passages


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `quality` and `centring`."""
    measuring = commands.add_parser("quality", help="评测排序质量，写 docs/quality.md / measure the ranking")
    measuring.add_argument(
        "--fit", action="store_true", help="先重选融合权重与校准参数 / first choose weights and calibration anew"
    )
    measuring.add_argument(
        "--centring", action="store_true", help="先重估随附的中心向量 / first estimate the shipped centring pair anew"
    )
    measuring.add_argument("--no-write", action="store_true", help="只打印，不改 docs/quality.md / print only")
    measuring.set_defaults(handler=_quality)
    moving = commands.add_parser(
        "centring", help="用自己的文本重估中心向量（此后须重建索引） / re-estimate the centring pair; rebuild after"
    )
    add_corpus(moving)
    add_queries(moving)
    add_encoder(moving)
    moving.set_defaults(handler=_centring)


def _quality(parsed: argparse.Namespace) -> int:
    from matching.quality.run import run

    warn_on_stderr()
    run(centring=parsed.centring, fit=parsed.fit, write=not parsed.no_write)
    return 0


def _centring(parsed: argparse.Namespace) -> int:
    warn_on_stderr()
    settings = settings_of(parsed)
    documents, queries = read_corpus(parsed.corpus), read_queries(parsed.queries)
    encoder = open_encoder(settings)
    if encoder is None:
        raise ModelUnavailable("关键词模式没有向量，不需要中心向量：请用 --encoder 指定模型。")
    needs = [text[:ENCODED_CHARS] for query in queries for pair in readings(query) for text in pair]
    found = [passage.joined[:ENCODED_CHARS] for document in documents for passage in passages(document)]
    centring = estimate(encoder, needs, found, origin=f"{len(documents)} documents, {len(queries)} needs of this site")
    path = estimated_folder(settings.data_dir) / f"{encoder.source.fingerprint}.json"
    centring.save(path)
    print(f"中心向量已写入 {path}：编码器指纹随之改变，请用 python -m matching index 重建索引；此后分数未校准。")
    return 0
