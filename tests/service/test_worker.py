"""Promised work: done once however often it was promised, and not lost when it fails."""

from __future__ import annotations

from sqlmodel import select

from service.jobs import enqueue
from service.models import Job
from service.services import Services
from service.worker import Task, Worker


def promise(services: Services, name: str, *keys: str) -> None:
    with services.database.writing() as session:
        for key in keys:
            enqueue(session, name, key=key)


def left(services: Services) -> list[Job]:
    with services.database.reading() as session:
        return [job for job in session.exec(select(Job)) if job.done_at is None]


def test_jobs_about_the_same_thing_are_done_by_one_run(services: Services) -> None:
    runs: list[str] = []
    promise(services, "match.suggest", "need:1", "need:2", "need:1")

    assert Worker(services, {"match.suggest": Task(runs.append)}).run_pending() == 3

    assert runs == ["need:1", "need:2"]
    assert left(services) == []


def test_what_is_the_same_whatever_it_is_about_is_done_by_one_run_for_all(services: Services) -> None:
    refreshed: list[str] = []
    suggested: list[str] = []
    promise(services, "index.refresh", *(f"expert:{number}" for number in range(150)))
    promise(services, "match.suggest", "need:1", "need:2")
    promise(services, "index.refresh", *(f"team:{number}" for number in range(48)))
    tasks = {"index.refresh": Task(refreshed.append, merges_all=True), "match.suggest": Task(suggested.append)}

    assert Worker(services, tasks).run_pending() == 200

    assert (len(refreshed), suggested) == (1, ["need:1", "need:2"])
    assert left(services) == []


def test_a_job_that_fails_is_kept_with_its_reason_and_tried_again_later(services: Services) -> None:
    def fail(_: str) -> None:
        raise OSError("磁盘已满")

    promise(services, "match.suggest", "need:1")
    worker = Worker(services, {"match.suggest": Task(fail)})

    assert worker.run_pending() == 1
    assert worker.run_pending() == 0

    assert [(job.attempts, job.error) for job in left(services)] == [(1, "OSError: 磁盘已满")]
