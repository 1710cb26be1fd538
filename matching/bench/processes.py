"""Cold start and memory, each in fresh processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from matching.bench.corpus import ROOT, Material, synthetic_index
from matching.bench.latency import needs_like
from matching.bench.result import Row, Section, seconds
from matching.bench.size import Size
from matching.bench.timing import Call, take_turns
from matching.encoder.protocol import Encoder
from matching.formats import write_jsonl
from matching.snapshot import publish

DENSE_START_GOAL_SECONDS = 10.0
KEYWORD_START_GOAL_SECONDS = 2.0
MEMORY_GOAL_MIB = 600.0


def _run(*arguments: str) -> str:
    """Standard output of this Python with these arguments. Raises CalledProcessError with its errors shown."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=Path.cwd(), env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def _task(*arguments: str) -> Call:
    return lambda: _run("-m", "matching.bench.child", *arguments)


def _peak_mib(*arguments: str) -> float:
    return int(_run("-m", "matching.bench.child", *arguments)) / 1024


def measure_start(encoder: Encoder, found: Material, size: Size, say: Callable[[str], None]) -> list[Section]:
    say("冷启动")
    count = size.start_documents
    with tempfile.TemporaryDirectory() as folder:
        corpus, needs, root = (str(Path(folder) / name) for name in ("corpus.jsonl", "needs.json", "index"))
        texts = [found.texts[at % len(found.texts)] for at in range(count)]
        write_jsonl(Path(corpus), ({"id": f"d{at:04d}", "text": text} for at, text in enumerate(texts)))
        Path(needs).write_text(json.dumps([query.text for query in needs_like(found, 1)[0]]), "utf-8")
        publish(synthetic_index(found, encoder.fingerprint, count), Path(root))
        timed = take_turns(
            {
                "dense": [_task("search", root, needs)],
                "sentence_transformers": [lambda: _run("-c", "import sentence_transformers")],
                "keyword": [_task("keyword", corpus, needs)],
                "numpy": [lambda: _run("-c", "import numpy")],
            },
            size.slow_rounds,
        )
    rows = []
    for name, key, other, goal in (
        (
            f"新进程到第一条按意义排序的结果（快照 {count:,} 个对象）",
            "dense",
            "sentence_transformers",
            DENSE_START_GOAL_SECONDS,
        ),
        (f"新进程读 {count:,} 条语料、按词排序", "keyword", "numpy", KEYWORD_START_GOAL_SECONDS),
    ):
        mine, reference = timed[key], timed[other]
        rows.append(Row(f"{name}，秒", seconds(mine), "目标是秒数", mine.best, goal))
        rows.append(Row(name, seconds(mine), f"import {other} {seconds(reference)}", mine.best / reference.best))
    note = "墙钟时间，含解释器启动；文件已在系统缓存中，模型已准备好。"
    return [Section("start", "冷启动 / cold start", note, rows)]


def measure_memory(encoder: Encoder, found: Material, size: Size, say: Callable[[str], None]) -> list[Section]:
    say(f"内存：{size.memory_parties} 个对象")
    with tempfile.TemporaryDirectory() as folder:
        needs, root = str(Path(folder) / "needs.json"), str(Path(folder) / "index")
        queries = needs_like(found, size.memory_queries)[0]
        Path(needs).write_text(json.dumps([query.text for query in queries]), "utf-8")
        index = synthetic_index(found, encoder.fingerprint, size.memory_parties)
        items = len(index.years)
        publish(index, Path(root))
        del index
        loaded, alone = _peak_mib("search", root, needs), _peak_mib("encode", needs)
    row = Row(
        f"{items:,} 项载入并回答 {size.memory_queries} 条需求，超出部分，MiB",
        f"峰值 {loaded:.0f} MiB",
        f"只编码这些需求 {alone:.0f} MiB",
        loaded - alone,
        MEMORY_GOAL_MIB,
    )
    note = "各自新进程的最高常驻内存（VmHWM，含映射文件的页）；“比值”一栏是差。"
    return [Section("memory", "内存 / memory", note, [row])]
