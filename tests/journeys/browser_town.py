"""A small world behind a real server in this process, with its worker and a clock that tests set."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser
from sqlmodel import Session

from matching import MatchingSettings
from service.clock import now, stopped_at
from service.matcher import Matcher
from service.models import Expert
from service.services import Services
from service.settings import Settings
from service.tasks import PERIODIC, tasks_of
from service.worker import Worker
from tests.journeys.browser import Someone
from tests.journeys.people import who_can_sign_in
from tests.service.world import World
from web.app import create_app

_START_SECONDS = 20.0


@dataclass
class Town:
    """Everybody here meets at one address. clock: holds what was set until the end."""

    world: World
    home: str
    browser: Browser
    clock: ExitStack
    people: list[Someone] = field(default_factory=list)

    def someone(self, name: str = "", *, script: bool = True, phone: bool = False) -> Someone:
        """With a browser of their own; name: who signs in with it."""
        found = Someone.at(self.browser, self.home, script=script, phone=phone)
        self.people.append(found)
        self.clock.callback(found.leaves)
        return found.signs_in(name) if name else found

    def pass_time(self, **time: float) -> datetime:
        """As for timedelta; until then nothing happened."""
        moment = now() + timedelta(**time)
        self.clock.enter_context(stopped_at(moment))
        return moment

    def trouble(self) -> list[str]:
        """What any browser complained about."""
        return [each for person in self.people for each in person.trouble]

    def stored(self) -> AbstractContextManager[Session]:
        """To look at the end at what is there."""
        return self.world.services.database.reading()


@contextmanager
def town(
    browser: Browser, template: Path, folder: Path, make: Callable[[Services], World], *, models: bool = False
) -> Iterator[Town]:
    """template: a migrated database; make: builds the world in its copy. models: rank with the encoder where it is
    installed; else by words."""
    with socket.socket() as listening, ExitStack() as open_things:
        listening.bind(("127.0.0.1", 0))
        home = f"http://127.0.0.1:{listening.getsockname()[1]}"
        shutil.copy(template, folder / template.name)
        services = Services.of(Settings(data_dir=folder, database_url="", public_url=home))
        open_things.callback(services.database.dispose)
        world = make(services)
        open_things.enter_context(who_can_sign_in(world))
        matcher = _matcher(folder, models)
        worker = Worker(world.services, tasks_of(world.services, matcher), PERIODIC)
        worker.start()
        open_things.callback(worker.stop)
        open_things.enter_context(_answering(create_app(world.services, matcher), listening))
        with ExitStack() as clock:
            yield Town(world, home, browser, clock)


def without_account(world: World, expert_id: str) -> None:
    """Somebody in the catalogue who never signed in, and has given no address."""
    with world.services.database.writing() as session:
        session.get_one(Expert, expert_id).user_id = None


def _matcher(folder: Path, models: bool) -> Matcher:
    mine = MatchingSettings.from_env()
    if not models:
        return Matcher(MatchingSettings(data_dir=folder, encoder="keyword"))
    return Matcher(replace(mine, data_dir=folder, models_dir=mine.models))


@contextmanager
def _answering(app: FastAPI, listening: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="server", daemon=True)
    thread.start()
    end = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise AssertionError("the server did not start")
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(_START_SECONDS)
