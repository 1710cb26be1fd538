"""How fast the interface answers, as a ratio to a bare FastAPI route of the same server in the same run.

Written into docs/performance.md beside the figures of matching (`make bench`); web.bench measures the pages likewise.
"""

from __future__ import annotations

import http.client
import json
import multiprocessing
import secrets
import socket
import tempfile
import time
from datetime import timedelta
from itertools import count
from pathlib import Path

from matching.bench.report import table
from matching.bench.result import Row, Section, milliseconds
from matching.bench.timing import Timing, take_turns
from service.audit import digest_of
from service.clock import now
from service.migrations.run import upgrade
from service.models import (
    ApiToken,
    Association,
    AssociationLevel,
    Membership,
    MembershipRole,
    Need,
    NeedState,
    Organization,
    OrganizationKind,
    OrganizationState,
    User,
)
from service.permissions import POLICIES
from service.services import Services
from service.settings import Settings

NEEDS, CALLS, ROUNDS = 2_000, 60, 5
TITLE = "接口 / the interface"
_BEFORE = "## 环境 / Environment"
_TEXT = "运行六个月后吸附容量从每克 8 毫克掉到 5 毫克，每年换一次料要停产二十天。"


def measure(needs: int = NEEDS, calls: int = CALLS, rounds: int = ROUNDS) -> Section:
    """Starts a server on a free port over a temporary SQLite file with so many needs."""
    with tempfile.TemporaryDirectory() as folder:
        token, drafts = fill(Path(folder), needs)
        port = free_port()
        server = multiprocessing.get_context("spawn").Process(target=_serve, args=(folder, port), daemon=True)
        server.start()
        try:
            found = _time(port, token, drafts, calls, rounds)
        finally:
            server.terminate()
            server.join()
    bare = found["bare"]
    goals = {
        "单条需求（GET）": ("one", 0.25),
        "需求清单第一页（GET）": ("list", 0.15),
        "保存需求（PUT）": ("save", 0.08),
    }
    rows = [
        Row(
            name,
            milliseconds(found[key], calls),
            f"空路由 {milliseconds(bare, calls)}",
            bare.best / found[key].best,
            goal,
            at_least=True,
        )
        for name, (key, goal) in goals.items()
    ]
    note = (
        f"一个 uvicorn 进程、一条长连接、SQLite（synchronous=FULL）、{needs:,} 条需求；"
        f"每轮各 {calls} 次，轮流 {rounds} 轮。比值是空路由用时 ÷ 本项用时，即吞吐量之比。"
    )
    return Section("interface", TITLE, note, rows)


def write(report: Path, section: Section) -> None:
    """Put the section before the one about the machine, or where an older one of its title stands."""
    text, title = report.read_text("utf-8"), f"## {section.title}\n"
    shown = "\n".join([f"## {section.title}", "", section.note, "", *table(section.rows), "", ""])
    kept, found, rest = text.partition(title)
    if found:
        _, mark, after = rest.partition("\n## ")
        text = kept + shown + mark.lstrip("\n") + after
    else:
        text = text.replace(_BEFORE, shown + _BEFORE)
    report.write_text(text, "utf-8")


def fill(folder: Path, needs: int) -> tuple[str, list[str]]:
    """(token of a company's contact, ids of its drafts), into an empty folder."""
    services = Services.of(Settings(data_dir=folder))
    upgrade(services.database)
    token = secrets.token_urlsafe(32)
    with services.database.writing() as session:
        province = Association(name="省科协", level=AssociationLevel.PROVINCE, region_code="630000", path="")
        province.path = f"{province.id}/"
        user = User(name="联系人", user_name="bench")
        session.add_all([province, user])
        session.flush()
        company = Organization(
            kind=OrganizationKind.ENTERPRISE,
            name="演示企业",
            name_key="演示企业",
            region_code="630000",
            state=OrganizationState.VERIFIED,
            association_id=province.id,
        )
        session.add(company)
        session.flush()
        session.add(Membership(user_id=user.id, organization_id=company.id, role=MembershipRole.MANAGER))
        session.add(
            ApiToken(
                user_id=user.id,
                name="bench",
                token_digest=digest_of(token),
                scopes=" ".join(sorted(POLICIES)),
                expires_at=now() + timedelta(days=1),
            )
        )
        made = [
            Need(
                number=f"XQ-2026-63-{number:05d}",
                organization_id=company.id,
                created_by_id=user.id,
                state=NeedState.DRAFT if number < CALLS else NeedState.MATCHING,
                association_id=province.id,
                association_path=province.path,
                origin_path=province.path,
                title=f"吸附剂容量衰减 {number}",
                scene="盐湖老卤提锂车间，吸附柱八台",
                situation=_TEXT,
                targets="容量年衰减不超过 5%",
                industry_field="F01",
                service_type="tech_service",
            )
            for number in range(needs)
        ]
        session.add_all(made)
        drafts = [need.id for need in made if need.state is NeedState.DRAFT]
    # As the worker does once a day.
    services.database.refresh_statistics()
    services.database.dispose()
    return token, drafts


def _serve(folder: str, port: int) -> None:
    """Two apps side by side; neither goes through the other."""
    import uvicorn
    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send

    from service.app import create_api

    bare, api = FastAPI(), create_api(Services.of(Settings(data_dir=Path(folder))))

    @bare.get("/bare")
    def answer() -> dict[str, bool]:
        return {"ok": True}

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        await (bare if scope.get("path") == "/bare" else api)(scope, receive, send)

    uvicorn.run(both, port=port, log_level="error", access_log=False)


def _time(port: int, token: str, drafts: list[str], calls: int, rounds: int) -> dict[str, Timing]:
    wait_for(port)
    client = Client(port, token)
    versions = dict.fromkeys(drafts, 1)
    numbers = count()

    def save() -> None:
        for each in drafts[:calls]:
            content = {"title": f"吸附剂容量衰减 {next(numbers)}", "situation": _TEXT, "version": versions[each]}
            versions[each] = client.ask("PUT", f"/api/needs/{each}", content)["version"]

    return take_turns(
        {
            "bare": [lambda: [client.ask("GET", "/bare") for _ in range(calls)]],
            "one": [lambda: [client.ask("GET", f"/api/needs/{each}") for each in drafts[:calls]]],
            "list": [lambda: [client.ask("GET", "/api/needs") for _ in range(calls)]],
            "save": [save],
        },
        rounds,
    )


class Client:
    """One connection that is kept."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, content: object = None) -> dict[str, int]:
        found: dict[str, int] = json.loads(self.read(method, path, content))
        return found

    def read(self, method: str, path: str, content: object = None) -> bytes:
        """The answer as it comes. Raises RuntimeError unless it is 200."""
        body = None if content is None else json.dumps(content)
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {text.decode()}")
        return text


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(port: int, seconds: float = 180.0) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
