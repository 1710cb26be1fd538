"""Pages through HTTP, as somebody who has signed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from service.models import User
from service.need_index import NeedIndex
from service.services import Services
from service.settings import Settings
from service.usecases import sessions
from tests.conftest import is_full_size
from tests.service.conftest import monday, postgres_url, services_over, sqlite_template, world
from tests.service.world import World
from web.app import create_app

__all__ = ["monday", "postgres_url", "sqlite_template", "world"]
ADDRESS = "https://kc.example"
SignIn = Callable[[str], TestClient]


@pytest.fixture(params=["sqlite", "postgresql"] if is_full_size() else ["sqlite"])
def services(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Services]:
    """What pages ask for is tested on both databases in tests/service; the pages themselves in `make prove`."""
    yield from services_over(request, tmp_path)


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """Making some three hundred routes takes longer than most tests: one application serves one world after another."""
    return create_app(Services.of(Settings(data_dir=tmp_path_factory.mktemp("pages"))))


@pytest.fixture
def browser_of(world: World, pages: FastAPI) -> SignIn:
    """name → a browser in which this person has signed in; "" → a stranger's."""
    pages.state.services, pages.state.need_index = world.services, NeedIndex()

    def browser(name: str) -> TestClient:
        return signed_in(world, pages, name)

    return browser


def signed_in(world: World, app: FastAPI, name: str) -> TestClient:
    browser = TestClient(app, base_url=ADDRESS, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    if name:
        with world.services.database.writing() as session:
            user = session.get_one(User, world.people[name])
            opened = sessions.open_session(session, world.services.settings, user, replaces=None)
        browser.cookies.set("kc_session", opened.cookie)
    return browser


def words(answer: Response) -> str:
    """All that can be read on the page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def typed(answer: Response, name: str) -> str:
    """What stands in a field of the page."""
    area = re.search(rf'<textarea[^>]* name="{name}"[^>]*>([^<]*)</textarea>', answer.text)
    found = area or re.search(rf'name="{name}"[^>]* value="([^"]*)"', answer.text)
    assert found is not None, name
    return unescape(found.group(1))
