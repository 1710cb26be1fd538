"""How much is measured: in full for docs/performance.md, in little for a test of the machinery."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """rounds: timed rounds of everything that takes milliseconds; slow_rounds: of what takes seconds.

    texts: encoded per length; material: real passages encoded to make corpora from; needs: queries timed;
    latency: (parties, goal) of each corpus; memory_parties, memory_queries; start_documents; build_parties: encoded
    in earnest; assembled_parties: with given vectors.
    """

    rounds: int = 9
    slow_rounds: int = 5
    texts: int = 32
    material: int = 1_500
    needs: int = 8
    latency: tuple[tuple[int, float], ...] = ((10_000, 1.5), (100_000, 3.0))
    memory_parties: int = 20_000
    memory_queries: int = 100
    start_documents: int = 1_000
    build_parties: int = 40
    assembled_parties: int = 10_000


FULL = Size()
QUICK = Size(
    rounds=2,
    slow_rounds=1,
    texts=3,
    material=60,
    needs=2,
    latency=((40, 1.5), (80, 3.0)),
    memory_parties=40,
    memory_queries=2,
    start_documents=20,
    build_parties=3,
    assembled_parties=40,
)
