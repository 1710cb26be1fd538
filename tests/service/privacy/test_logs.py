"""Nothing that people say of themselves gets into a log, whatever the level, whoever logs."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlmodel import select

from matching import MatchingSettings
from service.app import create_api
from service.matcher import Matcher
from service.models import Job, User
from service.passwords import keeper
from service.tasks import tasks_of
from service.worker import Task, Worker
from tests.service.privacy.erasing import PASSWORD, a_full_life, erase
from tests.service.privacy.lives import Canary
from tests.service.privacy.steps import CLERK, PROFILE
from tests.service.steps import CONTENT
from tests.service.world import World

CANARY = Canary()
# The browser of the tests writes down what it asks; it is no part of the platform.
_BROWSER = ("httpx", "httpcore", "httpx2", "httpcore2")


class Everything(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.split(".")[0] in _BROWSER:
            return
        facts = [f"{name}={value!r}" for name, value in vars(record).items() if name not in ("msg", "args")]
        error = "".join(traceback.format_exception(record.exc_info[1])) if record.exc_info else ""
        self.said.append(" ".join((record.name, record.getMessage(), *facts, error)))

    def holds(self, *texts: str) -> list[str]:
        return [line for line in self.said if any(text in line for text in texts)]


@pytest.fixture
def log() -> Iterator[Everything]:
    """All loggers, from DEBUG on."""
    handler, root = Everything(), logging.getLogger()
    loud = [root, *(each for each in map(logging.getLogger, list(root.manager.loggerDict)) if each.propagate)]
    levels = [each.level for each in loud]
    root.addHandler(handler)
    for each in loud:
        each.setLevel(logging.DEBUG)
    yield handler
    for each, level in zip(loud, levels, strict=True):
        each.setLevel(level)
    root.removeHandler(handler)


def test_a_story_with_everything_personal_leaves_nothing_in_the_logs(
    world: World, log: Everything, tmp_path: Path
) -> None:
    life = a_full_life(world)
    worker = Worker(world.services, tasks_of(world.services, _matcher(tmp_path)))
    worker.run_pending()
    _at_the_browser(world)
    erase(world, life)
    worker.run_pending()

    assert len(log.said) > 100
    assert any("sqlalchemy" in line for line in log.said)
    assert log.holds(*CANARY.all, "139 0971 2345", PASSWORD, life.cookie) == []


def _matcher(folder: Path) -> Matcher:
    return Matcher(MatchingSettings(data_dir=folder, encoder="keyword"))


def _at_the_browser(world: World) -> None:
    """What is refused is as silent as what is done."""
    with world.services.database.writing() as session:
        session.get_one(User, world.people[CLERK]).password_hash = keeper().hash(PASSWORD)
    client = TestClient(create_api(world.services), base_url="https://kc.example")
    personal = {"name": CANARY.name, "mobile": CANARY.mobile, "mail": CANARY.mail}
    asked = (
        ("/sign-in", {"name": CANARY.mobile, "password": f"{PASSWORD} x"}, 401),
        ("/sign-in", {"name": CLERK, "password": PASSWORD}, 200),
        ("/register", personal | {"password": CANARY.name}, 422),
        ("/users", personal, 409),
        ("/users", personal | {"mobile": f"{CANARY.mobile}1"}, 422),
        ("/users/find", {"name": CANARY.mail}, 200),
        ("/experts", PROFILE | personal | {"profile": CANARY.word, "region_code": "000000"}, 422),
        ("/needs", CONTENT | {"organization_id": "0", "scene": CANARY.mobile}, 422),
        ("/experts", PROFILE | personal | {"profile": f"{CANARY.word} 机密★5年"}, 422),
    )
    for path, content, status in asked:
        answer = client.post(f"/api{path}", json=content, headers={"sec-fetch-site": "same-origin"})
        assert answer.status_code == status, (path, answer.text)
    assert client.get(f"/api/experts?search={CANARY.name}").status_code == 200


def test_an_error_of_the_database_does_not_repeat_what_was_to_be_stored(world: World, log: Everything) -> None:
    """Of a task that fails, the reason is kept and logged."""

    def fail(_: str) -> None:
        with world.services.database.write_engine.begin() as connection:
            connection.execute(text("SELECT * FROM nowhere WHERE x = :x"), {"x": CANARY.mobile})

    with world.services.database.writing() as session:
        session.add(Job(name="fail", key="x:1"))
    Worker(world.services, {"fail": Task(fail)}).run_pending()

    with world.services.database.reading() as session:
        errors = session.exec(select(Job.error).where(Job.name == "fail")).all()
    assert "nowhere" in errors[0]
    assert log.holds("nowhere")
    assert log.holds(CANARY.mobile) == []
    assert CANARY.mobile not in errors[0]
