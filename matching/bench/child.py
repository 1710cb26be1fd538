"""One task in a process of its own, for what only a fresh process can tell: ``python -m matching.bench.child TASK …``.

Writes the highest resident memory in KiB to stdout.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from matching import MatchingSettings, Query, build_index, open_encoder, rank
from matching.errors import ModelUnavailable
from matching.formats import read_corpus
from matching.snapshot import load_current


def _needs(path: str) -> list[str]:
    return [str(text) for text in json.loads(Path(path).read_text("utf-8"))]


def keyword(corpus: str, needs: str) -> None:
    """Read a corpus, index its words, rank one need."""
    rank(Query("need", "", _needs(needs)[0]), build_index(read_corpus(Path(corpus)), None), None)


def search(root: str, needs: str) -> None:
    """Load a snapshot, rank every need by meaning."""
    index, _ = load_current(Path(root))
    encoder = open_encoder(MatchingSettings.from_env())
    for number, text in enumerate(_needs(needs)):
        rank(Query(str(number), "", text), index, encoder)


def encode(needs: str) -> None:
    """Only encode every need."""
    encoder = open_encoder(MatchingSettings.from_env())
    if encoder is None:
        raise ModelUnavailable("性能测试需要向量模型：请不要设置 KC_ENCODER=keyword。")
    for text in _needs(needs):
        encoder.encode_query([text])


TASKS: dict[str, Callable[..., None]] = {"keyword": keyword, "search": search, "encode": encode}


def peak_kib() -> int:
    """Of this program alone; what getrusage says may be that of the process which started it."""
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    TASKS[sys.argv[1]](*sys.argv[2:])
    sys.stdout.write(f"{peak_kib()}\n")
