"""Log lines, request numbers, and what people are told when the program fails."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import example, given
from hypothesis import strategies as st

from service import logs
from service.api.problems import add_handlers
from service.api.request_log import RequestLog
from service.app import create_api
from service.errors import Busy
from service.services import Services
from tests.service.world import World, a_world

NUMBER = re.compile(r"[0-9a-f]{12}")


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What was logged inside the test, as it would stand in the file."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    return a_world(services)


def formatted(message: object, *arguments: object, **facts: object) -> str:
    record = logging.LogRecord("service.x", logging.INFO, "x.py", 1, message, arguments, None)
    record.__dict__.update(facts)
    return logs.JsonLines().format(record)


@given(message=st.text(), fact=st.text())
@example(message="\r\n\x7f", fact="\u2029")
def test_a_line_stays_one_line_whatever_is_in_it(message: str, fact: str) -> None:
    line = formatted(message, key=fact + "\r\n\u2028\x85")

    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["event"] == message[:200]


@pytest.mark.parametrize(
    ("message", "arguments", "event"),
    [
        ("Started server process [%d]", (4711,), "Started server process [4711]"),
        ("took %.1f s", (0.25,), "took 0.2 s"),
        ("%s answered %d", ("才仁卓玛", 503), "… answered 503"),
        ("%(who)s: %(times)d", ({"who": "才仁卓玛", "times": 3},), "…: 3"),
        ("called %s", (13897123456,), "called …"),
        ("called %d", ("13897123456",), "called %d"),
        ("100 %", (), "100 %"),
        ("%d of %d", (1,), "%d of %d"),
    ],
)
def test_numbers_stand_in_the_line_and_nothing_else_that_was_given(
    message: str, arguments: tuple[object, ...], event: str
) -> None:
    line = formatted(message, *arguments)

    assert json.loads(line)["event"] == event


def test_only_known_facts_are_kept_and_arguments_are_not() -> None:
    line = formatted("sent to %s", "13897123456", key="need:1", mobile="13897123456", attempt=3, status=200)

    assert "13897123456" not in line
    found = json.loads(line)
    assert {name: found[name] for name in ("event", "key", "status")} == {
        "event": "sent to …",
        "key": "need:1",
        "status": 200,
    }
    assert set(found) == {"at", "level", "logger", "event", "key", "status"}


def test_an_exception_leaves_its_kind_and_its_places_but_not_its_words() -> None:
    try:
        raise ValueError("手机号 13897123456")
    except ValueError:
        line = formatted("job.failed", exc_info=sys.exc_info())

    found = json.loads(line)
    assert (found["error"], "13897123456" in line) == ("ValueError", False)
    assert found["trace"][-1].endswith("test_an_exception_leaves_its_kind_and_its_places_but_not_its_words")


def test_every_request_has_a_number_of_ours_and_a_line(world: World, lines: Callable[[], list[dict[str, Any]]]) -> None:
    client = TestClient(create_api(world.services))

    answers = [
        client.get("/healthz", headers={"X-Request-ID": "forged"}),
        client.get("/api/experts?search=才仁卓玛"),
        client.get("/nowhere"),
        client.post("/api/sign-out", headers={"sec-fetch-site": "cross-site"}),
    ]

    numbers = [answer.headers["x-request-id"] for answer in answers]
    assert all(NUMBER.fullmatch(number) for number in numbers)
    assert len(set(numbers)) == len(answers)
    told = [line for line in lines() if line["event"] == "request"]
    assert [(line["request_id"], line["method"], line["operation"], line["status"]) for line in told] == [
        (numbers[0], "GET", "show_alive", 200),
        (numbers[1], "GET", "list_experts", 401),
        (numbers[2], "GET", "", 404),
        (numbers[3], "POST", "", 403),
    ]
    assert "才仁卓玛" not in json.dumps(told, ensure_ascii=False)
    assert set(told[0]) == {
        "at", "level", "logger", "event", "request_id", "method", "operation", "status", "milliseconds"
    }  # fmt: skip


def failing_app() -> FastAPI:
    app = FastAPI()
    add_handlers(app)
    app.add_middleware(RequestLog)

    @app.get("/bug")
    def bug() -> None:
        raise RuntimeError("手机号 13897123456")

    @app.get("/busy")
    def busy() -> None:
        raise Busy("系统正忙。")

    return app


def test_a_bug_is_answered_with_a_number_and_nothing_else(lines: Callable[[], list[dict[str, Any]]]) -> None:
    answer = TestClient(failing_app()).get("/bug")

    number = answer.headers["x-request-id"]
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json() == {
        "type": "/problems/failed",
        "status": 500,
        "code": "failed",
        "title": f"出错了，编号 {number}，内容没有保存。请稍后再试；再出错时请把编号告诉管理员。",
        "request_id": number,
    }
    failed, done = (line for line in lines() if line["logger"] == "service.api.request_log")
    assert (failed["event"], failed["level"], failed["error"]) == ("request.failed", "error", "RuntimeError")
    assert failed["request_id"] == done["request_id"] == number
    assert "13897123456" not in json.dumps([failed, done])


def test_a_busy_database_is_answered_with_the_number_too() -> None:
    answer = TestClient(failing_app()).get("/busy")

    assert (answer.status_code, answer.json()["request_id"]) == (503, answer.headers["x-request-id"])


def test_the_number_is_known_wherever_the_request_is_worked_on(lines: Callable[[], list[dict[str, Any]]]) -> None:
    app = failing_app()

    @app.get("/work")
    def work() -> None:
        logging.getLogger("service.usecases").info("work.done")

    answer = TestClient(app).get("/work")

    assert [line["request_id"] for line in lines() if line["event"] == "work.done"] == [answer.headers["x-request-id"]]
    assert logs.request_id.get() == ""


def test_the_server_writes_nothing_but_json_lines(tmp_path: Path, root: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"KC_DATA_DIR": str(tmp_path), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "service", "migrate"]
    subprocess.run(command, cwd=root, env=environment, check=True, capture_output=True)
    server = subprocess.Popen(
        [sys.executable, "-m", "web", "--port", str(port)],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    try:
        answer = patiently(lambda: httpx2.get(f"http://127.0.0.1:{port}/api/experts?search=13897123456"))
    finally:
        server.terminate()
        told, written = server.communicate(timeout=60)

    assert told.startswith(f"科创揭榜台已启动：http://127.0.0.1:{port}  （按 Ctrl+C 停止）\n")
    assert answer.status_code == 401
    found = [json.loads(line) for line in written.splitlines()]
    events = [line["event"] for line in found]
    assert f"Started server process [{server.pid}]" in events
    assert [event for event in events if "%" in event] == []
    assert answer.headers["x-request-id"] in {line.get("request_id") for line in found}
    assert "13897123456" not in written
    assert "127.0.0.1" not in written


def patiently(ask: Callable[[], httpx2.Response]) -> httpx2.Response:
    until = time.monotonic() + 60
    while True:
        try:
            return ask()
        except httpx2.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
