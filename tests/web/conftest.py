"""Pages through HTTP, as somebody who has signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from service.models import User
from service.usecases import sessions
from tests.service.conftest import monday, postgres_url, services, sqlite_template, world
from tests.service.world import World
from web.app import create_app

__all__ = ["monday", "postgres_url", "services", "sqlite_template", "world"]
ADDRESS = "https://kc.example"
SignIn = Callable[[str], TestClient]


@pytest.fixture
def browser_of(world: World) -> SignIn:
    """name → a browser in which this person has signed in; "" → a stranger's."""
    app = create_app(world.services)

    def signed_in(name: str) -> TestClient:
        browser = TestClient(app, base_url=ADDRESS, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
        if name:
            with world.services.database.writing() as session:
                user = session.get_one(User, world.people[name])
                opened = sessions.open_session(session, world.services.settings, user, replaces=None)
            browser.cookies.set("kc_session", opened.cookie)
        return browser

    return signed_in
