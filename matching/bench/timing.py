"""Times that can be compared on a busy machine: contestants take turns, and the best of several rounds counts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Call = Callable[[], object]
# Threads of the contestant before may go on spinning for a while, at the cost of whoever comes next.
_PAUSE_SECONDS = 0.02


@dataclass(frozen=True)
class Timing:
    """Seconds, summed over the calls of one contestant: of each call its best and its median round."""

    best: float
    median: float


def take_turns(contestants: Mapping[str, Sequence[Call]], rounds: int) -> dict[str, Timing]:
    """Times every call once a round, after one round that does not count.

    Call by call, so that the n-th calls of all contestants run within moments of each other; whoever goes first
    changes from round to round.
    """
    names = list(contestants)
    length = max(len(calls) for calls in contestants.values())
    found: dict[tuple[str, int], list[float]] = {}
    for number in range(rounds + 1):
        for at in range(length):
            for place in range(len(names)):
                name = names[(place + number) % len(names)]
                if at < len(contestants[name]):
                    seconds = _seconds(contestants[name][at])
                    if number:
                        found.setdefault((name, at), []).append(seconds)
    return {
        name: Timing(
            sum(min(found[name, at]) for at in range(len(calls))),
            sum(statistics.median(found[name, at]) for at in range(len(calls))),
        )
        for name, calls in contestants.items()
    }


def _seconds(call: Call) -> float:
    time.sleep(_PAUSE_SECONDS)
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
