"""Similar needs at 10 000 needs, over the API: each answer within 300 ms, also right after a need has changed."""

from __future__ import annotations

import random
import statistics
import time
from typing import Any

import pytest
from sqlmodel import select

from matching.bench.corpus import real_texts
from service.app import create_api
from service.models import Need, NeedState
from service.need_index import NeedIndex
from tests.journeys.people import Person
from tests.journeys.test_need import monday, postgres_url, services, sqlite_template, world
from tests.service.ties.support import both
from tests.service.world import World

__all__ = ["monday", "postgres_url", "services", "sqlite_template", "world"]

NEEDS, QUERIES, ROUNDS = 10_000, 12, 3
MOST_SECONDS = 0.3


def sentences() -> list[str]:
    pieces = (piece.strip() for text in real_texts(per_file=3_000) for piece in text.split("。"))
    return sorted({piece for piece in pieces if 12 <= len(piece) <= 120})


def fill(world: World) -> list[dict[str, Any]]:
    """Published needs of recombined real sentences; returns what some of them say."""
    mine, _ = both(world)
    found, draw = sentences(), random.Random(3)
    texts: list[dict[str, Any]] = [
        {
            "title": draw.choice(found)[:30],
            "scene": "。".join(draw.choices(found, k=3)),
            "situation": "。".join(draw.choices(found, k=4)),
            "targets": "。".join(draw.choices(found, k=2)),
        }
        for _ in range(NEEDS)
    ]
    with world.services.database.writing() as session:
        for text in texts:
            session.add(
                Need(
                    organization_id=mine.id,
                    created_by_id=world.people[mine.person],
                    state=NeedState.ACCEPTED,
                    association_id=world.county.id,
                    association_path=world.county.path,
                    origin_path=world.county.path,
                    **text,
                )
            )
    return texts[:: NEEDS // QUERIES]


@pytest.mark.bench
def test_similar_needs_are_shown_within_300_ms_at_ten_thousand(world: World) -> None:
    typed = fill(world)
    app = create_api(world.services)
    index: NeedIndex = app.state.need_index
    start, start_cpu = time.perf_counter(), time.process_time()
    index.refresh(world.services.database)
    building, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    # Of one core, while others use the machine as well: building does nothing but compute.
    share = min(cpu / building, 1.0)
    person = Person(app, "路人吴芳")

    def ask(text: dict[str, str]) -> float:
        start = time.perf_counter()
        status, found = person.post("/needs/similar", **text)
        assert (status, bool(found)) == (200, True)
        return time.perf_counter() - start

    def change(number: int) -> None:
        with world.services.database.writing() as session:
            need = session.exec(select(Need).order_by(Need.id).offset(number).limit(1)).one()
            need.tried, need.content_version = f"{need.tried}换", need.content_version + 1
            session.add(need)

    def ask_after_a_change(number: int, seconds_later: float) -> float:
        change(number)
        if seconds_later:
            ask(typed[number])
            time.sleep(seconds_later)
        return ask(typed[number])

    def best(number: int, seconds_later: float) -> float:
        found = []
        for _ in range(ROUNDS):
            found.append(ask_after_a_change(number, seconds_later))
            index.refresh(world.services.database)
        return min(found)

    ask(typed[0])
    # The best of some rounds counts, as in the bench of matching: the machine does other things as well.
    measured = {
        "at rest": [min(ask(text) for _ in range(ROUNDS)) for text in typed],
        "right after a change": [best(number, 0) for number in range(len(typed))],
        "while it is rebuilt": [best(number, 0.55) for number in range(len(typed))],
    }

    print(f"\n{NEEDS} needs; first build {building:.1f} s, with {share:.0%} of a core; at a whole core:")
    for name, times in measured.items():
        median, slowest = statistics.median(times) * share * 1_000, max(times) * share * 1_000
        print(f"{name}: median {median:.0f} ms, slowest {slowest:.0f} ms")
    assert max(max(times) for times in measured.values()) * share < MOST_SECONDS
