"""Every page × every kind of person, against a table that was written down and read by people.

A route without a row fails. `KC_WRITE_MATRIX=1` writes what the pages answer into the table, to be read, not believed:
the status, or l (has to sign in first). What each act asks of whom is in tests/service/matrix; here it is whether the
page in front of it opens the same doors: its forms are filled in with something that fits most of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from service.actors import STRANGER
from service.api.dependencies import current_actor
from service.api.routing import route_policies
from service.app import create_api
from service.clock import now, stopped_at
from service.migrations.run import upgrade
from service.models import (
    CallRequest,
    CallSubject,
    LinkPurpose,
    Row,
    Team,
    TeamKind,
    TeamMember,
)
from service.schemas.calls import CallRequestInput
from service.services import Services
from service.settings import Settings
from service.usecases import call_requests
from service.usecases.signed_links import address, link_to
from tests.service.conftest import MONDAY
from tests.service.matrix.bodies import body_of
from tests.service.matrix.people import PEOPLE, Matrix, a_matrix
from tests.service.matrix.test_matrix import KINDS, LIFECYCLE_OF, MISSING, TABLES
from tests.service.world import World, a_world
from web.app import create_app

TABLE = Path(__file__).with_name("expected.tsv")
# Not pages: files for everybody, and what monitors ask.
BESIDE = ("/static/", "/favicon.ico", "/healthz", "/readyz")
# Enough to tell the rules apart; tests/service/matrix has every stage.
STAGES = {
    "need": ("draft", "matching", "engaged", "sealed"),
    "attachment": ("need_matching", "minutes_engaged", "approval_engaged"),
}
ACTED_ON = ("draft", "matching", "engaged")
# What stands for the other parameters of a path.
WORDS = {"act": "attest", "answer": "consent", "kind": "minutes", "purpose": "invitation"}
A_FILE = {"file": ("现场.pdf", b"%PDF-1.4", "application/pdf")}
KINDS_OF_PAGES = KINDS | {"subject_id": "call"}
PAGE_TABLES: dict[str, type[Row]] = TABLES | {"call": CallRequest}
# Which signed link is tried where.
LINKED = {
    "/r/invitation/": "invitation:inviting",
    "/r/{purpose}/": "invitation:inviting",
    "/r/consultation/": "consultation:engaged",
}
# Values that only make sense together.
FITTING = {
    "proxy.asked_by": "",
    "no_conflict": "yes",
    "keeps_secret": "yes",
    "confirm_no_secrets": "yes",
    "answer": "accept",
}
UPLOADS = re.compile(r"/attachments$|/scans$")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Matrix]]:
    """Nothing that is done in it is kept, so every probe finds the same."""
    folder = tmp_path_factory.mktemp("pages")
    services = Services.of(Settings(data_dir=folder))
    upgrade(services.database)
    with stopped_at(MONDAY), pytest.MonkeyPatch.context() as patched:
        found = a_world(services)
        objects = a_matrix(found, folder).objects
        objects |= {
            "call:asked_for": _a_request(found, CallSubject.INVITATION, objects["invitation:inviting"]),
            "call:about_expert": _a_request(found, CallSubject.EXPERT, objects["expert:invited"]),
            "team:led_by_invited": _a_team(found, objects),
        }
        with services.database.reading() as session:
            actors = {column: found.actor(session, name) if name else STRANGER for column, name in PEOPLE.items()}

        @contextmanager
        def kept_by_nobody() -> Iterator[Session]:
            with Session(services.database.write_engine, expire_on_commit=False) as session:
                yield session
                session.flush()
                session.rollback()

        patched.setattr(services.database, "writing", kept_by_nobody)
        yield found, Matrix(actors, objects)
    services.database.dispose()


def _a_team(world: World, objects: dict[str, str]) -> str:
    """Led by the invited; another expert is asked to join."""
    with world.services.database.writing() as session:
        team = Team(
            kind=TeamKind.SQUAD,
            name="盐湖提锂服务团",
            society_id=world.people["盐湖学会"],
            leader_id=objects["expert:invited"],
            region_code="632801",
            term_since=date(2026, 1, 1),
            term_until=date(2027, 12, 31),
        )
        session.add(team)
        session.flush()
        leader = TeamMember(team_id=team.id, expert_id=objects["expert:invited"], consented_at=now())
        session.add_all([leader, TeamMember(team_id=team.id, expert_id=objects["expert:other"])])
        return team.id


def _a_request(world: World, kind: CallSubject, about: str) -> str:
    """The invited asks to be called: about the invitation the clerk, about himself his society."""
    given = CallRequestInput.model_validate({"phone": "13909790001"})
    with world.services.database.writing() as session:
        return call_requests.ask(session, world.services, world.actor(session, "李锂"), kind, about, given).id


@dataclass(frozen=True)
class Probe:
    """row: method, path and which thing, as in the table; “missing” is one that does not exist."""

    row: tuple[str, str, str]
    path: str
    version: int


def probes(app: FastAPI, world: tuple[World, Matrix]) -> Iterator[Probe]:
    for route in sorted(route_policies(app), key=lambda each: (each.path, sorted(each.methods))):
        if not route.path.startswith(("/api/", *BESIDE)):
            for method in sorted(route.methods):
                yield from tries(method, route.path, world)


def tries(method: str, path: str, world: tuple[World, Matrix]) -> Iterator[Probe]:
    names = re.findall(r"\{(\w+)\}", path)
    if not names:
        yield Probe((method, path, "-"), path, 1)
        return
    name = "subject_id" if path.startswith("/calls/") else "token" if "token" in names else names[0]
    for stage, each_id, version in things(method, path, name, world):
        kind = KINDS_OF_PAGES.get(name, "")
        words = WORDS | {name: each_id, "action": _action(kind, stage)}
        if path.startswith("/calls/"):
            words["kind"] = "request"
        if "party_id" in names:
            words |= {"kind": "expert", "party_id": world[1].objects["expert:other"]}
        filled = path
        for each in names:
            filled = filled.replace(f"{{{each}}}", words.get(each, MISSING))
        yield Probe((method, path, stage), filled, version)


def things(method: str, path: str, name: str, world: tuple[World, Matrix]) -> Iterator[tuple[str, str, int]]:
    """(how the table calls it, id, version)."""
    yield "missing", MISSING, 1
    kind = KINDS_OF_PAGES.get(name)
    for key, each_id in world[1].objects.items() if kind else ():
        stage = key.partition(":")[2]
        among = stage in STAGES.get(kind or "", (stage,)) and (method == "GET" or kind != "need" or stage in ACTED_ON)
        if key.startswith(f"{kind}:") and among:
            with world[0].services.database.reading() as session:
                yield stage, each_id, session.get_one(PAGE_TABLES[kind or ""], each_id).version or 0
    for start, stage in LINKED.items():
        if path.startswith(start):
            yield "linked", _token(world, stage), 1


def _token(world: tuple[World, Matrix], stage: str) -> str:
    with world[0].services.database.reading() as session:
        link = link_to(session, LinkPurpose(stage.partition(":")[0]), world[1].objects[stage])
        assert link is not None
        return address(world[0].services, link).rpartition("/")[2]


def _action(kind: str, stage: str) -> str:
    """One that may be possible at this stage."""
    if kind == "user":
        return "disable"
    if kind not in LIFECYCLE_OF:
        return "x"
    steps = [each for each in LIFECYCLE_OF[kind].transitions if not each.internal]
    return next((each.action for each in steps if stage in each.sources), steps[0].action)


def filled_in(app: FastAPI) -> dict[str, str]:
    """One form with a field of every name there is, as far as one value fits all forms."""
    described = create_api(app.state.services).openapi()
    found: dict[str, str] = {}
    for schema in described["components"]["schemas"].values():
        if schema.get("additionalProperties") is False:
            for name, value in body_of(described, schema).items():
                if isinstance(value, str | int):
                    found.setdefault(name, str(value))
    return found | FITTING


def cell(row: tuple[str, str, str], answer: Any) -> str:
    # Too many wrong passwords is another way of saying that one has to sign in.
    to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?")
    if to_sign_in or answer.status_code in (401, 429):
        return "l"
    assert answer.status_code < 500, f"{row}: {answer.text}"
    return str(answer.status_code)


def asked(app: FastAPI, world: tuple[World, Matrix]) -> dict[tuple[str, str, str], list[str]]:
    found: dict[tuple[str, str, str], list[str]] = {}
    form, tried = filled_in(app), list(probes(app, world))
    headers = {"sec-fetch-site": "same-origin"}
    # Opened once: each request would start a thread and a loop of its own.
    with TestClient(app, base_url="https://kc.example", headers=headers, follow_redirects=False) as client:
        for column in PEOPLE:
            app.dependency_overrides[current_actor] = lambda column=column: world[1].actors[column]
            for probe in tried:
                sent: dict[str, Any] = {}
                if probe.row[0] == "POST":
                    sent["data"] = form | {"version": str(probe.version)}
                    if UPLOADS.search(probe.row[1]) or "/files/{kind}" in probe.row[1]:
                        sent["files"] = A_FILE
                client.cookies.clear()
                answer = client.request(probe.row[0], probe.path, **sent)
                found.setdefault(probe.row, []).append(cell(probe.row, answer))
    return found


def written() -> dict[tuple[str, str, str], list[str]]:
    rows = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {(method, path, stage): cells for method, path, stage, *cells in rows}


def test_every_page_opens_for_those_alone_whom_the_table_names(world: tuple[World, Matrix]) -> None:
    found = asked(create_app(world[0].services), world)
    if os.environ.get("KC_WRITE_MATRIX") == "1":
        head = "\t".join(("# method", "page", "of", *PEOPLE))
        lines = ["\t".join((*row, *cells)) for row, cells in sorted(found.items())]
        TABLE.write_text("\n".join([head, *lines]) + "\n", "utf-8")

    differences = {row: (found.get(row), cells) for row, cells in written().items() if found.get(row) != cells}
    unwritten = sorted(set(found) - set(written()))

    assert (differences, unwritten) == ({}, [])
