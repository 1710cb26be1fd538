"""The tours are walked by their own words, and their pictures are there."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys import screenshots, tours
from tests.journeys.pages import chromium, served
from tests.seed.conftest import demo_folder

__all__ = ["demo_folder"]
MOST_BYTES = 6_000_000
NAMES = [
    "administrator",
    "association",
    "enterprise",
    "expert",
    "society",
    "team-leader",
    "tech-manager",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def home(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("tours") / "world"
    shutil.copytree(demo_folder, folder)
    with served(folder, KC_DEMO="1", KC_APPROVAL_KINDS='["publicity.publish"]') as address:
        yield address


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_tour_can_be_walked_as_it_is_told(browser: Browser, home: str, name: str) -> None:
    seen: list[str] = []

    def look(page: Page, file: str) -> None:
        seen.append(page.title())

    tours.walk(browser, home, name, look)

    assert len(seen) >= 2
    assert all(seen)


@pytest.mark.slow
def test_a_tour_that_names_what_is_not_there_is_found_out(
    browser: Browser, home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong.md").write_text("1. 点「以学会身份登录」，点「没有这个按钮」。\n", "utf-8")
    monkeypatch.setattr(tours, "TOURS", tmp_path)
    monkeypatch.setattr(tours, "_PATIENCE_MS", 1_000)

    with pytest.raises(tours.Astray, match=r"wrong.md:1: .*没有这个按钮"):
        tours.walk(browser, home, "wrong", lambda page, file: None)


def test_there_is_a_tour_for_every_group_of_users() -> None:
    assert tours.names() == NAMES


def test_every_picture_is_there_and_every_one_there_is_shown() -> None:
    written = [screenshots.FOLDER / "README.md", *(tours.TOURS / f"{name}.md" for name in NAMES)]
    text = "".join(path.read_text("utf-8") for path in written)

    shown = {name.rpartition("/")[2] for name in re.findall(r"[\w./-]+\.webp", text)}

    assert shown == {path.name for path in screenshots.FOLDER.glob("*")} - {"README.md"}
    assert (screenshots.FOLDER / "README.md").read_text("utf-8") == screenshots.index()


def test_the_pictures_stay_small() -> None:
    assert sum(path.stat().st_size for path in screenshots.FOLDER.glob("*.webp")) <= MOST_BYTES
