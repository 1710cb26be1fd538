"""What is set holds at once in every process: the next request of each server, the next job of each worker."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from fastapi.testclient import TestClient
from sqlmodel import select

from service.api.dependencies import current_actor
from service.app import create_api
from service.clock import stopped_at
from service.models import Job
from service.services import Services
from service.tasks import tasks_of
from service.worker import Task, Worker
from tests.service.administration.steps import ADMIN, give_back, make_administrator, put
from tests.service.conftest import MONDAY
from tests.service.match_steps import matcher_by_words
from tests.service.world import World


def another_process(world: World) -> Services:
    """With an engine and caches of its own on the same database."""
    return Services.of(world.services.settings)


def test_two_servers_and_a_worker_agree_after_each_change(world: World) -> None:
    make_administrator(world)
    other = another_process(world)
    seen: list[int] = []
    worker = Worker(other, {"look": Task(lambda _: seen.append(other.present().settings.deadlines.review_need))})
    with world.services.database.reading() as session:
        actor = world.actor(session, ADMIN)
    clients = []
    for services in (world.services, other):
        app = create_api(services)
        app.dependency_overrides[current_actor] = lambda: actor
        clients.append(TestClient(app, base_url="https://kc.example", headers={"sec-fetch-site": "same-origin"}))

    shown = []
    for version, days in enumerate((5, 9)):
        with stopped_at(MONDAY):
            body = {"value": days, "version": version}
            put_one = clients[version].put("/api/upkeep/settings/deadlines.review_need", json=body)
            assert put_one.status_code == 200
            with world.services.database.writing() as session:
                session.add(Job(name="look", key=str(version)))
            worker.run_pending()
            for client in clients:
                found = {each["name"]: each["value"] for each in client.get("/api/upkeep/settings").json()}
                shown.append(found["deadlines.review_need"])
    other.database.dispose()

    assert shown == [5, 5, 9, 9]
    assert seen == [5, 9]


def test_the_tasks_of_a_worker_take_what_holds_when_a_job_begins(world: World, tmp_path: Path) -> None:
    """Not what held when the worker was made."""
    make_administrator(world)
    tasks = tasks_of(world.services, matcher_by_words(tmp_path))
    with world.services.database.writing() as session:
        session.add(Job(name="look", key="", done_at=MONDAY - timedelta(days=40)))

    def is_kept() -> bool:
        tasks["prune"].run("")
        with world.services.database.reading() as session:
            return session.exec(select(Job.seq).where(Job.name == "look")).first() is not None

    put(world, "keep.jobs_days", 60)
    longer = is_kept()
    give_back(world, "keep.jobs_days")

    assert (longer, is_kept()) == (True, False)


def test_services_of_a_moment_lead_back_to_those_of_the_process(world: World) -> None:
    make_administrator(world)
    put(world, "deadlines.review_need", 8)

    present = world.services.present()

    assert (present.settings.deadlines.review_need, present.environment.deadlines.review_need) == (8, 3)
    assert replace(present).present() == present
    assert present.of_process is world.services
