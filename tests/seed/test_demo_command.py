"""What `make demo` runs, as a process of its own: it serves, lets in by one click, and ends when it is asked to."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from seed.demo import environment
from service.rules.demo_roles import DEMO_ROLES
from tests.seed.conftest import BY_WORDS

_SECONDS = 60


@dataclass(frozen=True)
class Running:
    process: subprocess.Popen[str]
    address: str


@pytest.fixture
def running(demo_folder: Path, tmp_path: Path) -> Iterator[Running]:
    """Over a copy: the server goes on with the story."""
    folder = shutil.copytree(demo_folder, tmp_path / "world")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | BY_WORDS
    process = subprocess.Popen(
        [sys.executable, "-m", "seed", "demo", "--folder", str(folder), "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    yield Running(process, f"http://127.0.0.1:{port}")
    process.kill()
    process.communicate()


def test_it_serves_signs_in_by_one_click_and_ends_on_sigterm(running: Running) -> None:
    assert running.process.stdout is not None
    said = running.process.stdout.readline()
    assert running.address in said
    assert httpx2.get(f"{running.address}/healthz", timeout=10).status_code == 200
    assert httpx2.get(f"{running.address}/readyz", timeout=10).json()["matching"] == "keyword"
    page = httpx2.get(f"{running.address}/sign-in", timeout=10).text
    assert "演示数据" in page

    for role in DEMO_ROLES:
        assert role.try_this in page
        with httpx2.Client(base_url=running.address, timeout=20, headers={"sec-fetch-site": "same-origin"}) as client:
            answer = client.post("/demo/sign-in", data={"role": role.key})
            assert (answer.status_code, answer.headers["location"]) == (303, "/")
            assert client.get("/").status_code == 200
            assert client.get("/api/me").json()["user_name"] == role.key

    start = time.monotonic()
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(timeout=_SECONDS) == 0
    assert time.monotonic() - start < _SECONDS / 2


def test_the_server_reads_this_folder_alone_and_the_models_of_the_setup() -> None:
    given = {"KC_DATABASE_URL": "postgresql+psycopg://elsewhere", "KC_ALLOW_HTTP": "1", "KC_ENCODER": "keyword"}

    assert environment(Path("var/demo"), 9000, given) == {
        "KC_ENCODER": "keyword",
        "KC_DATA_DIR": "var/demo",
        "KC_MODELS_DIR": "var/models",
        "KC_DEMO": "1",
        "KC_PUBLIC_URL": "http://127.0.0.1:9000",
        "KC_APPROVAL_KINDS": '["publicity.publish"]',
    }
    assert environment(Path("var/demo"), 9000, {"KC_MODELS_DIR": "/models"})["KC_MODELS_DIR"] == "/models"


def test_it_is_what_make_demo_runs() -> None:
    makefile = (Path(__file__).resolve().parents[2] / "Makefile").read_text("utf-8")

    assert "\t@exec $(RUN) -m seed demo --port $${PORT:-8000}\n" in makefile


def test_the_server_refuses_the_demo_world_outside_the_demo(demo_folder: Path) -> None:
    environment = os.environ | BY_WORDS | {"KC_DATA_DIR": str(demo_folder), "KC_DEMO": "0"}

    finished = subprocess.run(
        [sys.executable, "-m", "web", "--port", "1"], env=environment, capture_output=True, text=True, timeout=_SECONDS
    )

    assert finished.returncode == 2
    assert "演示数据" in finished.stderr
