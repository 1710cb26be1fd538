"""Driving the pages in a real Chromium: finding the browser, serving a world, and looking at one page closely."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
ENGLISH = Path(__file__).parent / "english.txt"
_ID = re.compile(r"[0-9a-f]{32}")
_WORD = re.compile(r"[A-Za-z][A-Za-z]+")
# What an administrator types elsewhere is no text of ours, nor is a 统一社会信用代码.
_LINK = re.compile(r"https?://\S+|KC_\w+|\b[0-9a-f]{8,20}\b|\b[0-9A-Z]{18}\b")
_PATIENCE = 60.0
# One's own account has a number to give to whoever adds one to an organisation.
_SHOWS_ITS_ID = ("/me",)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Skips where there is none; .ci/run installs it."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("Chromium 不在这台机器上：apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        # Fields of dates and files speak the browser's language, where it has it (Debian: chromium-l10n).
        chinese: dict[str, str | float | bool] = {**os.environ, "LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN"}
        browser = playwright.chromium.launch(executable_path=found, args=options, env=chinese)
        yield browser
        browser.close()


@contextmanager
def served(folder: Path, **environment: str) -> Iterator[str]:
    """The address of a real server over this folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    told = {"KC_DATA_DIR": str(folder), "KC_ENCODER": "keyword", "KC_PUBLIC_URL": address}
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "web", "--port", str(port)],
            env=os.environ | told | environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(address, process, folder)
            yield address
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(address: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx2.get(f"{address}/healthz", timeout=2).status_code == 200:
                return
        except httpx2.HTTPError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not start: {(folder / 'server.log').read_text('utf-8')[-2000:]}")


# Texts of six characters and more, in lines so short that they stand upright.
_SQUEEZED = """
    [...document.querySelectorAll("body *")].filter(one => {
        const own = [...one.childNodes].filter(each => each.nodeType === 3).map(each => each.data.trim()).join("");
        const box = one.getBoundingClientRect(), size = parseFloat(getComputedStyle(one).fontSize);
        const narrow = box.width > 2 && box.width < 2.5 * size && box.height > 4 * size;
        return own.length > 5 && narrow && one.checkVisibility();
    }).map(one => one.textContent.trim().slice(0, 20))
"""


@dataclass
class Watched:
    """A page whose every complaint is kept. trouble: in words, with the address it came from."""

    page: Page
    home: str
    trouble: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._note(f"script failed: {error}"))
        self.page.on("request", self._request)

    def look(self, path: str) -> list[str]:
        """Open it, note whatever is wrong with it, and return the paths it leads to."""
        answer = self.page.goto(self.home + path)
        if answer is None or answer.status >= 400:
            self._note(f"answered {answer.status if answer else 'nothing'}")
            return []
        if "text/html" not in answer.headers.get("content-type", ""):
            return []
        self._look_at_words()
        self._look_with_axe()
        self._look_at_width()
        links = self.page.eval_on_selector_all("a[href]", "all => all.map(each => each.href)")
        return [self._path(link) for link in links if link.startswith(self.home)]

    def _look_at_words(self) -> None:
        text = _LINK.sub(" ", self.page.inner_text("body") + " " + self.page.title())
        known = set(ENGLISH.read_text("utf-8").split())
        foreign = sorted(set(_WORD.findall(_ID.sub(" ", text))) - known)
        if foreign:
            self._note(f"English: {foreign}")
        if _ID.search(text) and kind_of(self._path(self.page.url)) not in _SHOWS_ITS_ID:
            self._note("shows an id")

    def _look_with_axe(self) -> None:
        self.page.evaluate(AXE.read_text("utf-8"))
        wanted = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
        found = self.page.evaluate("wanted => axe.run(document, wanted)", wanted)
        for violation in found["violations"]:
            places = [node["target"] for node in violation["nodes"]][:3]
            self._note(f"axe {violation['id']}: {violation['help']} {places}")

    def _look_at_width(self) -> None:
        before = self.page.viewport_size
        self.page.set_viewport_size({"width": 390, "height": 844})
        wide = self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        squeezed = self.page.evaluate(_SQUEEZED)
        if before is not None:
            self.page.set_viewport_size(before)
        if wide:
            self._note("wider than a phone")
        if squeezed:
            self._note(f"one character a line on a phone: {squeezed[:3]}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._note(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:", "about:")):
            self._note(f"asks elsewhere: {request.url}")

    def _note(self, what: str) -> None:
        self.trouble.append(f"{kind_of(self._path(self.page.url))}: {what}")

    def _path(self, address: str) -> str:
        parts = urlsplit(address)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path


def kind_of(path: str) -> str:
    """Pages that differ only in what they are about are of one kind."""
    return _ID.sub("…", path).partition("?")[0]
