"""Several workers on one database: each job is done once, unless the one who does it dies; clocks tick once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import col, select

from service import jobs
from service.clock import stopped_at
from service.jobs import Periodic, enqueue
from service.models import Job
from service.services import Services
from service.worker import LEASE, Task, Worker

MERGING = {"notify": False, "index.refresh": True}


def promise(services: Services, name: str, *keys: str) -> None:
    with services.database.writing() as session:
        for key in keys:
            enqueue(session, name, key=key)


def claim(services: Services) -> jobs.Claim | None:
    with services.database.writing() as session:
        return jobs.claim(session, MERGING, LEASE)


def waiting(services: Services) -> int:
    with services.database.reading() as session:
        return len(session.exec(select(Job.seq).where(col(Job.done_at).is_(None))).all())


def at_once(*works: Callable[[], object]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_each_job_is_run_by_one_of_three_workers(services: Services) -> None:
    runs: list[str] = []
    promise(services, "notify", *(f"need:{number}" for number in range(40)))
    workers = [Worker(services, {"notify": Task(runs.append)}) for _ in range(3)]

    at_once(*(worker.run_pending for worker in workers))

    assert Counter(runs) == Counter(f"need:{number}" for number in range(40))
    assert waiting(services) == 0


def test_nobody_else_works_on_the_same_thing_meanwhile(services: Services) -> None:
    promise(services, "notify", "need:1", "need:2")
    promise(services, "index.refresh", "expert:1")
    assert [found and found.key for found in (claim(services), claim(services), claim(services))] == [
        "need:1",
        "need:2",
        "",
    ]

    promise(services, "notify", "need:1")
    promise(services, "index.refresh", "expert:2")

    assert claim(services) is None


def test_what_was_promised_during_the_run_is_done_after_it(services: Services) -> None:
    runs: list[str] = []

    def run(key: str) -> None:
        runs.append(key)
        if len(runs) == 1:
            promise(services, "notify", key)

    promise(services, "notify", "need:1")

    assert Worker(services, {"notify": Task(run)}).run_pending() == 2
    assert runs == ["need:1", "need:1"]


def test_the_job_of_a_dead_worker_is_taken_over_after_its_lease(services: Services, monday: datetime) -> None:
    promise(services, "notify", "need:1")
    dead = claim(services)
    assert dead
    runs: list[str] = []
    worker = Worker(services, {"notify": Task(runs.append)})
    assert worker.run_pending() == 0

    with stopped_at(monday + LEASE):
        assert worker.run_pending() == 1
    # The first was not dead after all: it changes nothing that another has taken over.
    with services.database.writing() as session:
        jobs.finish(session, dead, "too late")

    assert runs == ["need:1"]
    with services.database.reading() as session:
        job = session.exec(select(Job)).one()
    assert (job.done_at, job.error, job.claim, job.attempts) == (monday + LEASE, "", "", 1)


def test_work_that_takes_longer_than_the_lease_is_not_taken_over(services: Services) -> None:
    promise(services, "notify", "need:1")
    started, runs = threading.Event(), []
    over = threading.Event()

    def slow(key: str) -> None:
        runs.append(key)
        started.set()
        over.wait(10)

    lease = timedelta(seconds=0.5)
    first, second = (Worker(services, {"notify": Task(slow)}, lease=lease) for _ in range(2))
    working = threading.Thread(target=first.run_pending)
    working.start()
    started.wait(10)

    # Three leases long the other finds nothing to do.
    for _ in range(15):
        assert second.run_pending() == 0
        over.wait(0.1)
    over.set()
    working.join()

    assert runs == ["need:1"]
    assert waiting(services) == 0


def test_a_new_process_on_sqlite_goes_on_at_once_where_the_last_one_died(services: Services) -> None:
    if not services.database.is_sqlite:
        return
    promise(services, "notify", "need:1")
    assert claim(services)
    done = threading.Event()
    worker = Worker(services, {"notify": Task(lambda _: done.set())})

    worker.start()
    assert done.wait(10)
    worker.stop()

    assert waiting(services) == 0


def test_periodic_jobs_are_promised_once_each_time_by_whoever_comes_first(services: Services, monday: datetime) -> None:
    ticks: list[str] = []
    tasks = {"clock": Task(lambda _: ticks.append("clock")), "prune": Task(lambda _: ticks.append("prune"))}
    periodic = (Periodic("clock", timedelta(minutes=1)), Periodic("prune", timedelta(days=1)))
    workers = [Worker(services, tasks, periodic) for _ in range(3)]

    at_once(*(worker.run_pending for worker in workers))
    assert sorted(ticks) == ["clock", "prune"]
    at_once(*(worker.run_pending for worker in workers))
    assert len(ticks) == 2
    with stopped_at(monday + timedelta(minutes=1)):
        at_once(*(worker.run_pending for worker in workers))
    assert sorted(ticks) == ["clock", "clock", "prune"]
    # After a night without a worker it ticks once, not once for every minute missed.
    with stopped_at(monday + timedelta(hours=12)):
        at_once(*(worker.run_pending for worker in workers))
    assert sorted(ticks) == ["clock", "clock", "clock", "prune"]
