"""`index`, `search`: a snapshot on disk, and one need against it."""

from __future__ import annotations

import argparse
from pathlib import Path

from matching.cli.options import add_corpus, add_encoder, built_index, encoder_of, settings_of, warn_on_stderr
from matching.cli.terminal import print_ranking
from matching.errors import BadInput
from matching.formats import read_corpus
from matching.pipeline import rank
from matching.records import Query
from matching.snapshot import load_current, publish


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `index` and `search`."""
    indexing = commands.add_parser("index", help="建立并发布索引快照 / build and publish an index snapshot")
    add_corpus(indexing)
    add_encoder(indexing)
    indexing.add_argument("--out", type=Path, metavar="DIR", help="索引目录（默认 KC_DATA_DIR/index） / index folder")
    indexing.add_argument("--watermark", default="", help="数据读到哪里（写入清单） / how far the source was read")
    indexing.set_defaults(handler=_index)
    searching = commands.add_parser("search", help="在索引里查一条需求 / one need against the index")
    searching.add_argument("text", help="需求的一句话或全文 / the need in a sentence or in full")
    searching.add_argument("--title", default="", help="需求标题 / title of the need")
    searching.add_argument("--top", type=int, default=5, metavar="N", help="给出前 N 名（默认 5） / list length")
    searching.add_argument("--out", type=Path, metavar="DIR", help="索引目录（默认 KC_DATA_DIR/index） / index folder")
    add_encoder(searching)
    searching.set_defaults(handler=_search)


def _folder(parsed: argparse.Namespace) -> Path:
    chosen: Path | None = parsed.out
    return chosen or settings_of(parsed).data_dir / "index"


def _index(parsed: argparse.Namespace) -> int:
    warn_on_stderr()
    documents = read_corpus(parsed.corpus)
    manifest = publish(built_index(documents, encoder_of(parsed)), _folder(parsed), watermark=parsed.watermark)
    print(f"已发布索引 {manifest.version}：{manifest.documents} 个对象，{manifest.passages} 段。")
    return 0


def _search(parsed: argparse.Namespace) -> int:
    warn_on_stderr()
    if not parsed.text.strip() and not parsed.title.strip():
        raise BadInput("需求是空的：请写出要找什么，例如 python -m matching search “卤水提锂吸附剂容量衰减”。")
    index, _ = load_current(_folder(parsed))
    query = Query("need", parsed.title, parsed.text)
    encoder = encoder_of(parsed)
    print_ranking(query, rank(query, index, encoder, limit=parsed.top, evidence_for=parsed.top), index)
    return 0
