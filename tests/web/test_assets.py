"""What pages load: from here only, as it was vendored, kept for ever under an address that changes with it."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from fastapi.testclient import TestClient

from service.services import Services
from tests.service.conftest import postgres_url, services, sqlite_template
from web.app import create_app
from web.assets import address

__all__ = ["postgres_url", "services", "sqlite_template"]
VENDOR = Path(__file__).parents[2] / "web" / "static" / "vendor"


def test_every_vendored_file_is_the_one_that_is_written_down() -> None:
    written = json.loads((VENDOR / "VENDOR.json").read_text())

    found = {
        path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*.*") if path.suffix in (".css", ".js", ".svg")
    }

    assert found == {each["file"] for each in written}
    for each in written:
        assert sha256((VENDOR / each["file"]).read_bytes()).hexdigest() == each["sha256"]
        assert (VENDOR / each["file"]).with_name("LICENSE").read_text().strip()
        assert each["licence"] in ("MIT", "0BSD")


def test_an_asset_is_kept_for_ever_under_its_own_address_only(services: Services) -> None:
    browser = TestClient(create_app(services))

    kept = browser.get(address("site.css"))
    old = browser.get("/static/site.css?v=0000000000")

    assert (kept.status_code, kept.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert old.headers["cache-control"] == "public, max-age=3600"


def test_nothing_beside_the_assets_is_served(services: Services) -> None:
    browser = TestClient(create_app(services))

    wrong = ["/static/../app.py", "/static/%2e%2e/app.py", "/static/vendor/VENDOR.json", "/static/", "/static/site"]

    assert {path: browser.get(path).status_code for path in wrong} == dict.fromkeys(wrong, 404)
