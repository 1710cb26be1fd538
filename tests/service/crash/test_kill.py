"""kill −9 while people write over HTTP: what was acknowledged is there, what was promised is done."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from sqlmodel import col, select

from service.audit import first_broken
from service.migrations.run import upgrade
from service.models import AuditEntry, Job, MatchRun, Need, NeedState, Organization, OrganizationState, User
from service.passwords import Cost, Keeper
from service.services import Services
from service.settings import Settings
from tests.service.match_steps import an_expert
from tests.service.steps import CONTENT
from tests.service.world import World, a_world

PASSWORD = "盐湖边的风车 harbour 9"
WRITERS = 3
_TOGETHER = 120.0


@dataclass
class Written:
    """What one writer knows: need id → the titles that may be there now (acknowledged, or under way when it ended)."""

    titles: dict[str, set[str]] = field(default_factory=dict)
    handed_in: set[str] = field(default_factory=set)
    acknowledged: int = 0


def a_world_with_passwords(folder: Path) -> World:
    services = Services.of(Settings(data_dir=folder))
    upgrade(services.database)
    world = a_world(services)
    an_expert(world, "李锂")
    keeper = Keeper(Cost(memory_kib=8, rounds=1, lanes=1))
    with services.database.writing() as session:
        for name in ("盐湖厂马工", "格尔木赵静"):
            session.get_one(User, world.people[name]).password_hash = keeper.hash(PASSWORD)
        session.get_one(Organization, world.company.id).state = OrganizationState.VERIFIED
    return world


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """(address, process) of a real server over this folder, ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"KC_DATA_DIR": str(folder), "KC_ENCODER": "keyword"}
    log = (folder / "server.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "web", "--port", str(port)], env=environment, stdout=log, stderr=log
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(lambda: _answers(address), "the server did not start")
        yield address, process
    finally:
        process.kill()
        process.wait()
        log.close()


def _answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/api/openapi.json", timeout=5).status_code == 200
    except httpx2.HTTPError:
        return False


def _wait(condition: Any, message: str, seconds: float = _TOGETHER) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(message)
        time.sleep(0.1)


def signed_in(address: str, name: str) -> httpx2.Client:
    client = httpx2.Client(base_url=f"{address}/api", timeout=20, headers={"sec-fetch-site": "same-origin"})
    assert client.post("/sign-in", json={"name": name, "password": PASSWORD}).status_code == 200
    return client


def write(client: httpx2.Client, company_id: str, chance: random.Random, known: Written) -> None:
    """Until the server dies: new drafts, new titles, handing in. A title counts from the moment it is sent."""
    try:
        while True:
            if not known.titles or chance.random() < 0.3:
                title = f"吸附剂衰减 {chance.getrandbits(64):x}"
                content = CONTENT | {"organization_id": company_id, "title": title}
                answer = client.post("/needs", json=content)
                if answer.status_code == 201:
                    known.titles[answer.json()["id"]] = {title}
                    known.acknowledged += 1
                continue
            need_id = chance.choice(sorted(known.titles))
            need = client.get(f"/needs/{need_id}").json()
            if need["state"] == "draft" and chance.random() < 0.5:
                sent = {"version": need["version"], "confirm_no_secrets": True}
                if client.post(f"/needs/{need_id}/actions/submit", json=sent).status_code == 200:
                    known.handed_in.add(need_id)
                    known.acknowledged += 1
                continue
            if need["state"] not in ("draft", "submitted"):
                continue
            title = f"吸附剂衰减 {chance.getrandbits(64):x}"
            known.titles[need_id].add(title)
            answer = client.put(f"/needs/{need_id}", json=CONTENT | {"title": title, "version": need["version"]})
            if answer.status_code == 200:
                known.titles[need_id] = {title}
                known.acknowledged += 1
            elif answer.status_code < 500:
                known.titles[need_id].discard(title)
    except (httpx2.HTTPError, ValueError, KeyError):
        return


def review(client: httpx2.Client, accepted: set[str]) -> None:
    """A clerk accepts whatever is handed in."""
    try:
        while True:
            for line in client.get("/needs?mine=true&state=submitted").json()["items"]:
                need = client.get(f"/needs/{line['id']}").json()
                sent = {"version": need["version"]}
                if client.post(f"/needs/{line['id']}/actions/accept", json=sent).status_code == 200:
                    accepted.add(line["id"])
            time.sleep(0.05)
    except (httpx2.HTTPError, ValueError, KeyError):
        return


def check(world: World, known: list[Written], accepted: set[str]) -> None:
    with world.services.database.reading() as session:
        assert session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert first_broken(session.exec(select(AuditEntry).order_by(col(AuditEntry.seq)))) is None
        for writer in known:
            for need_id, titles in writer.titles.items():
                assert session.get_one(Need, need_id).title in titles
            for need_id in writer.handed_in:
                assert session.get_one(Need, need_id).number is not None
        for need_id in accepted:
            assert session.get_one(Need, need_id).state is not NeedState.SUBMITTED


def everything_promised_is_done(world: World, accepted: set[str]) -> bool:
    with world.services.database.reading() as session:
        waiting = session.exec(
            select(Job.seq).where(col(Job.done_at).is_(None), col(Job.name).in_(["match.suggest", "index.refresh"]))
        ).first()
        matched = set(session.exec(select(MatchRun.need_id)))
    return waiting is None and accepted <= matched


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, full_size: bool, proved: Callable[[str], None]) -> None:
    world = a_world_with_passwords(tmp_path)
    chance = random.Random(20261123)
    known, accepted = [Written() for _ in range(WRITERS)], set[str]()
    cycles = 200 if full_size else 2
    for _ in range(cycles):
        with serving(tmp_path) as (address, process):
            company = [signed_in(address, "盐湖厂马工") for _ in range(WRITERS)]
            clerk = signed_in(address, "格尔木赵静")
            people = [
                *(
                    threading.Thread(
                        target=write, args=(client, world.company.id, random.Random(chance.getrandbits(64)), mine)
                    )
                    for client, mine in zip(company, known, strict=True)
                ),
                threading.Thread(target=review, args=(clerk, accepted)),
            ]
            for person in people:
                person.start()
            time.sleep(chance.uniform(0.3, 2.0))
            process.send_signal(signal.SIGKILL)
            for person in people:
                person.join()
        check(world, known, accepted)

    with serving(tmp_path):
        _wait(lambda: everything_promised_is_done(world, accepted), "promised work was not done")
    acknowledged = sum(writer.acknowledged for writer in known)
    assert acknowledged > 10
    proved(f"kill −9: {cycles} times, all of {acknowledged} acknowledged writes there, all jobs done")
    world.services.database.dispose()
