"""What a first visit to a page sends over the wire: the page, its style sheets, scripts and pictures, compressed."""

from __future__ import annotations

import gzip
import re
import shutil
from collections import deque
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.rules.demo_roles import DEMO_ROLES
from service.services import Services
from service.settings import Settings
from tests.journeys.pages import kind_of
from tests.seed.conftest import demo_folder
from web.app import create_app

__all__ = ["demo_folder"]
MOST_BYTES = 250_000
_LOADED = re.compile(r'(?:<link rel="(?:stylesheet|icon)" href|<script src|<img src|<use href)="([^"#]+)')
_WAY = re.compile(r'<a [^>]*href="(/[^"#]*)')
_NO_PAGES = ("/static/", "/api/", "/me/data")


class Visitor:
    def __init__(self, services: Services, role: str) -> None:
        headers = {"sec-fetch-site": "same-origin", "accept-encoding": "gzip"}
        self._client = TestClient(create_app(services), base_url="http://127.0.0.1", headers=headers)
        self._weighed: dict[str, int] = {}
        if role:
            self._client.post("/demo/sign-in", data={"role": role})

    def fetch(self, path: str) -> tuple[int, str]:
        """(bytes as they were sent, what they say); nothing of what is no page."""
        with self._client.stream("GET", path) as answer:
            sent = b"".join(answer.iter_raw())
        if answer.status_code != 200 or not answer.headers["content-type"].startswith("text/"):
            return 0, ""
        packed = answer.headers.get("content-encoding") == "gzip"
        return len(sent), (gzip.decompress(sent) if packed else sent).decode()

    def first_views(self) -> Iterator[tuple[str, int]]:
        """(kind of page, bytes of a first visit), one of each kind that links lead to from the first page."""
        seen, waiting = {"/"}, deque(["/", "/sign-in"])
        while waiting:
            path = waiting.popleft()
            size, text = self.fetch(path)
            yield kind_of(path), size + sum(self._asset(address) for address in set(_LOADED.findall(text)))
            for way in map(unescape, _WAY.findall(text)):
                if kind_of(way) not in seen and not way.startswith(_NO_PAGES) and "." not in way.rpartition("/")[2]:
                    seen.add(kind_of(way))
                    waiting.append(way)

    def _asset(self, address: str) -> int:
        if address not in self._weighed:
            with self._client.stream("GET", address) as answer:
                self._weighed[address] = len(b"".join(answer.iter_raw()))
            assert answer.status_code == 200, address
        return self._weighed[address]


@pytest.fixture(scope="module")
def in_demo_mode(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("first_view") / "world"
    shutil.copytree(demo_folder, folder)
    services = Services.of(Settings(data_dir=folder, database_url="", demo=True))
    yield services
    services.database.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("role", ["", *(role.key for role in DEMO_ROLES)])
def test_the_first_view_of_every_page_is_small(in_demo_mode: Services, role: str) -> None:
    weights = dict(Visitor(in_demo_mode, role).first_views())

    assert len(weights) > 8
    # The style sheet and the script library are in the count.
    assert weights["/"] > 90_000
    assert {kind: size for kind, size in weights.items() if size > MOST_BYTES} == {}


def test_what_pages_load_is_sent_compressed_and_kept_apart_for_who_cannot_unpack(in_demo_mode: Services) -> None:
    client = TestClient(create_app(in_demo_mode), base_url="http://127.0.0.1")
    sheet = re.findall(r'<link rel="stylesheet" href="([^"]+)', client.get("/sign-in").text)[0]

    packed = client.get(sheet, headers={"accept-encoding": "gzip"})
    plain = client.get(sheet, headers={"accept-encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert "Accept-Encoding" in packed.headers["vary"]
