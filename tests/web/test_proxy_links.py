"""The page behind the link that whoever asked for something gets."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service.models import ProxyEntry
from service.schemas.needs import NewNeed
from service.usecases import needs, proxy_checks
from tests.service.steps import CONTENT
from tests.service.world import World
from tests.web.conftest import SignIn, words

PROXY = {"asked_by": "马工", "channel": "phone", "asked_at": "2026-11-23T08:30:00+08:00"}


@pytest.fixture
def path(world: World) -> str:
    with world.services.database.writing() as session:
        clerk = world.actor(session, "格尔木赵静")
        content = NewNeed.model_validate(CONTENT | {"organization_id": world.company.id, "proxy": PROXY})
        needs.create(session, world.services, clerk, content)
        entry_id = session.exec(select(ProxyEntry.id)).one()
        return proxy_checks.hand_out(session, world.services, clerk, entry_id).link.removeprefix(
            "http://127.0.0.1:8000"
        )


def test_opening_it_changes_nothing_and_sending_it_answers(world: World, path: str, browser_of: SignIn) -> None:
    browser = browser_of("")

    opened = [words(browser.get(path)) for _ in range(2)]
    answered = browser.post(path, data={"agreed": "no", "note": "没有人问过我"})

    assert all("代办了什么 需求：登记" in text and "是我委托的" in text for text in opened)
    assert "已记下不是您委托的" in words(answered)
    assert "<form" not in browser.get(path).text
    with world.services.database.reading() as session:
        entry = session.exec(select(ProxyEntry)).one()
    assert (entry.note, entry.confirmed_at, entry.denied_at is not None) == ("没有人问过我", None, True)


def test_a_link_that_is_none_says_so(browser_of: SignIn) -> None:
    answer = browser_of("").get("/r/proxy/AAAA")

    assert answer.status_code == 404
    assert "这个链接不完整" in words(answer)
