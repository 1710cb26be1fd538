"""A walk over every page that each user of the demo world can reach by links: nothing broken, nothing foreign, nothing
that somebody with a screen reader could not use."""

from __future__ import annotations

import json
import shutil
from collections import Counter, deque
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from service.rules.demo_roles import DEMO_ROLES
from tests.journeys.pages import AXE, Watched, kind_of, served
from tests.seed.conftest import demo_folder

__all__ = ["demo_folder"]
# Of each kind of page, so many; files to be downloaded are not pages.
EACH = 2
STRANGER = "路人"
ROLES = [STRANGER, *(role.label for role in DEMO_ROLES)]
NO_PAGES = ("/static/", "/api/", "/me/data")


@pytest.fixture(scope="module")
def home(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pages") / "world"
    shutil.copytree(demo_folder, folder)
    with served(folder, KC_DEMO="1", KC_APPROVAL_KINDS='["publicity.publish"]') as address:
        yield address


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES, ids=range(len(ROLES)))
def test_every_page_that_can_be_reached_is_sound(browser: Browser, home: str, role: str) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    if role != STRANGER:
        page.goto(f"{home}/sign-in")
        page.get_by_role("button", name=f"以{role}身份登录").click()
    watched = Watched(page, home)

    seen, waiting, chosen = {"/"}, deque(["/"]), Counter[str]()
    while waiting:
        for link in watched.look(waiting.popleft()):
            new = link not in seen and chosen[kind_of(link)] < EACH and not link.startswith(NO_PAGES)
            if new and "." not in link.rpartition("/")[2]:
                seen.add(link)
                chosen[kind_of(link)] += 1
                waiting.append(link)
    context.close()

    assert not watched.trouble, "\n".join(sorted(set(watched.trouble)))


def test_axe_is_the_one_that_is_written_down() -> None:
    [written] = json.loads((AXE.parents[1] / "VENDOR.json").read_text())

    assert sha256(AXE.read_bytes()).hexdigest() == written["sha256"]
