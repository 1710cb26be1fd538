"""Building, changing, publishing and loading an index."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from matching.bench.corpus import ITEMS_PER_PARTY, Material, synthetic_parts
from matching.bench.result import Row, Section, milliseconds, per_second, seconds
from matching.bench.size import Size
from matching.bench.timing import take_turns
from matching.encoder.protocol import Encoder
from matching.index import Index, assemble, build_index
from matching.passages import ENCODED_CHARS, digest, passages
from matching.records import Document
from matching.snapshot import load_current, publish


def measure(encoder: Encoder, found: Material, size: Size, say: Callable[[str], None]) -> list[Section]:
    say("建立索引（含编码）")
    rows = [_from_texts(encoder, synthetic_parts(found, size.build_parties)[0], size.slow_rounds)]
    say("组装、更新、发布、读取")
    ordered, columns = synthetic_parts(found, size.assembled_parties)
    digests = [digest(document) for document in ordered]
    sizes = np.full(len(ordered), ITEMS_PER_PARTY)
    index = assemble(encoder.fingerprint, ordered, digests, sizes, columns)
    changed = replace(ordered[len(ordered) // 2], text="换一段介绍，别的都不变。")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        manifest = publish(index, root)
        files = sorted((root / "snapshots" / manifest.version).iterdir())
        timed = take_turns(
            {
                "assemble": [lambda: assemble(encoder.fingerprint, ordered, digests, sizes, columns)],
                "update": [lambda: index.updated([changed], encoder=encoder)],
                "encode": [lambda: _encode([changed], encoder)],
                "publish": [lambda: publish(index, root)],
                "load": [lambda: load_current(root)],
                "hash": [lambda: [_hash(path) for path in files]],
            },
            size.slow_rounds,
        )
    mebibytes = sum(int(facts["size"]) for facts in manifest.files.values()) / (1 << 20)
    passages_count = len(index.years)
    name = f"{len(index):,} 个对象（{passages_count:,} 项）"
    assembled, update, hashed = timed["assemble"], timed["update"], timed["hash"]
    rows += [
        Row(f"组装 {name}，不含编码", seconds(assembled), "", None),
        Row(
            f"{name}中改一个对象",
            seconds(update),
            f"编码这个对象 {milliseconds(timed['encode'])}；组装全部 {seconds(assembled)}",
            update.best / assembled.best,
        ),
    ]
    for label, timing in (("发布快照", timed["publish"]), ("读取快照", timed["load"])):
        reference = f"文件 {mebibytes:.0f} MiB 的 SHA-256 {seconds(hashed)}"
        rows.append(Row(f"{label}，{name}", seconds(timing), reference, timing.best / hashed.best))
    note = "增量更新只重读、重编码变动的对象，其余从旧索引取来再组装。"
    return [Section("building", "建立索引 / building the index", note, rows)]


def _from_texts(encoder: Encoder, ordered: Sequence[Document], rounds: int) -> Row:
    def build() -> Index:
        return build_index(ordered, encoder)

    timed = take_turns({"build": [build], "encode": [lambda: _encode(ordered, encoder)]}, rounds)
    count = len(ordered)
    return Row(
        f"从文本建立：{count} 个对象，每个 {ITEMS_PER_PARTY} 项约 100 字",
        f"{per_second(timed['build'], count)} 个对象",
        f"只编码 {per_second(timed['encode'], count)}",
        timed["build"].best / timed["encode"].best,
    )


def _encode(documents: Sequence[Document], encoder: Encoder) -> None:
    found = [passage for document in documents for passage in passages(document)]
    heads = [passage.joined[:ENCODED_CHARS] for passage in found]
    encoder.encode_parts(heads, [[] for _ in heads], "document")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
