"""Is it running, can it serve: asked of a service that is well, and of one that is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.app import create_api
from service.clock import stopped_at
from service.jobs import enqueue
from service.services import Services
from service.settings import Settings
from service.worker import Task, Worker


def with_settings(services: Services, **changes: object) -> Services:
    changed = services.settings.model_copy(update=changes)
    return replace(services, settings=changed)


def test_a_service_that_is_well_says_so_and_how_its_jobs_are(services: Services, monday: datetime) -> None:
    client = TestClient(create_api(services))

    idle = client.get("/readyz")
    with services.database.writing() as session:
        enqueue(session, "wait", key="need:1")
        enqueue(session, "later", key="need:2", run_after=monday + timedelta(days=1))
    with stopped_at(monday + timedelta(minutes=3)):
        waiting = client.get("/readyz").json()
        Worker(services, {"wait": Task(lambda _: None)}).run_pending()
        done = client.get("/readyz").json()

    assert (idle.status_code, idle.json()["can_read"], idle.json()["can_write"]) == (200, True, True)
    assert idle.json()["free_disk_mb"] > 0
    assert (idle.json()["oldest_waiting_seconds"], idle.json()["newest_done_at"]) == (None, None)
    assert (waiting["oldest_waiting_seconds"], waiting["newest_done_at"]) == (180, None)
    assert (done["oldest_waiting_seconds"], done["newest_done_at"]) == (None, "2026-11-23T01:03:00Z")


def test_a_full_disk_is_told_before_it_is_full(services: Services) -> None:
    answer = TestClient(create_api(with_settings(services, free_disk_mb=10**12))).get("/readyz")

    assert (answer.status_code, answer.json()["code"], answer.json()["has_room"]) == (503, "not_ready", False)
    assert answer.json()["can_write"] is True
    assert answer.headers["retry-after"] == "5"


def test_a_missing_folder_for_data_counts_as_no_room(services: Services, tmp_path: Path) -> None:
    answer = TestClient(create_api(with_settings(services, data_dir=tmp_path / "gone"))).get("/readyz")

    assert (answer.status_code, answer.json()["free_disk_mb"]) == (503, 0)


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all/kc.db", "postgresql+psycopg://nobody@127.0.0.1:1/none"])
def test_without_a_database_it_is_alive_and_not_ready(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "mkdir", lambda *_, **__: None)
    services = Services.of(Settings(data_dir=tmp_path, database_url=url))
    client = TestClient(create_api(services))

    alive, ready = client.get("/healthz"), client.get("/readyz")

    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()["can_read"], ready.json()["can_write"]) == (503, False, False)
    assert "请管理员检查" in ready.json()["title"]
    services.database.dispose()
