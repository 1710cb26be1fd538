"""Whatever a writing operation takes as free text, a mark of secrecy in it stops the act before anything is kept.

Every field of every body is tried by everybody who may do it, at every stage of the world of the matrix. Files and
their names are tried in attachments/test_attachment_secrets.py.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlmodel import Session, SQLModel

from service.api.dependencies import current_actor, writing
from service.app import create_api
from service.clock import stopped_at
from service.migrations.run import upgrade
from service.services import Services
from service.settings import Settings
from tests.service.conftest import MONDAY
from tests.service.matrix.bodies import body_of
from tests.service.matrix.people import PEOPLE, Matrix, a_matrix
from tests.service.matrix.test_matrix import probes, written
from tests.service.world import World, a_world

MARKED = "现场照片（机密★5年）"
# Not words: what names a thing there is, or must be one of a list. Still none of them may keep the mark.
CODES = {"reason", "kind", "subject_kind", "purpose", "text_version", "occasion", "scopes", "picked", "recommended"}
CODES |= {"code", "key", "id"}
# Looked at where it is kept, in proxies.record_proxy, which much may come before.
PROXY = "proxy.asked_by"
# What no such sign gets into, because of what it has to look like; names of accounts are those of people.
SHAPED = {"credit_code", "mobile", "contact_phone"}
EXEMPT = {("POST", path, name) for path in ("/api/users", "/api/register") for name in ("name", "mail", "user_name")}
# Only looked up, never kept.
EXEMPT |= {("POST", "/api/password/forgot", "name")}
# What has to be said together with a field.
AROUND = {"outside_name": {"receiver_kind": "outside", "receiver_id": ""}}
# In a body that is a mapping: a name that its pattern allows.
ANY_NAME = "title"
Field = tuple[str | int, ...]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Matrix]]:
    folder = tmp_path_factory.mktemp("secrets")
    services = Services.of(Settings(data_dir=folder))
    upgrade(services.database)
    with stopped_at(MONDAY):
        found = a_world(services)
        yield found, a_matrix(found, folder)
    services.database.dispose()


@pytest.fixture(scope="module")
def kept() -> list[str]:
    """Tables in which the text stood at the end of a request."""
    return []


@pytest.fixture(scope="module")
def app(world: tuple[World, Matrix], kept: list[str]) -> FastAPI:
    """Nothing it does is kept, but it is looked through before it is rolled back."""
    app = create_api(world[0].services)

    def looked_through() -> Iterator[Session]:
        with Session(world[0].services.database.write_engine) as session:
            yield session
            session.flush()
            kept.extend(tables_with(session))
            session.rollback()

    app.dependency_overrides[writing] = looked_through
    return app


def tables_with(session: Session) -> list[str]:
    tables = SQLModel.metadata.sorted_tables
    return [table.name for table in tables if MARKED in str(session.connection().execute(select(table)).all())]


def texts_in(description: dict[str, Any], schema: dict[str, Any], at: Field = ()) -> Iterator[Field]:
    """Where in a body of this schema a person may write what they like. 0 stands for an item of a list."""
    if "$ref" in schema:
        schema = description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for choice in (*schema.get("anyOf", ()), *schema.get("allOf", ()), *schema.get("oneOf", ())):
        yield from texts_in(description, choice, at)
    for name, part in schema.get("properties", {}).items():
        yield from texts_in(description, part, (*at, name))
    if schema.get("type") == "array":
        yield from texts_in(description, schema["items"], (*at, 0))
    for part in schema.get("patternProperties", {}).values():
        yield from texts_in(description, part, (*at, ANY_NAME))
    if schema.get("type") == "string" and not {"enum", "const", "format", "pattern"} & set(schema):
        yield at


def filled(description: dict[str, Any], schema: dict[str, Any], body: Any, at: Field, version: int) -> Any:
    """The body with the marked text at one place, and what has to be around it."""
    if not at:
        return MARKED
    if "$ref" in schema:
        found = description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        if body is None:
            body = body_of(description, schema, version)
        return filled(description, found, body, at, version)
    for choice in (*schema.get("anyOf", ()), *schema.get("allOf", ()), *schema.get("oneOf", ())):
        if at in texts_in(description, choice):
            return filled(description, choice, body, at, version)
    if at[0] == 0:
        first = body[0] if isinstance(body, list) and body else None
        return [filled(description, schema["items"], first, at[1:], version)]
    part = schema["properties"][at[0]] if at[0] != ANY_NAME else {}
    return {**(body or {}), at[0]: filled(description, part, (body or {}).get(at[0]), at[1:], version)}


@dataclass(frozen=True)
class Attempt:
    """field: method, path and the place in the body."""

    field: tuple[str, str, str]
    person: str
    address: str
    asked: dict[str, Any]


def attempts(app: FastAPI, world: tuple[World, Matrix]) -> Iterator[Attempt]:
    """The mark in each field of each body, by whoever may do it according to the matrix."""
    described, may = app.openapi(), written()
    for probe, asked in probes(app, world):
        method, path, _ = probe.row
        if "json" not in asked:
            continue
        schema = described["paths"][path][method.lower()]["requestBody"]["content"]["application/json"]["schema"]
        for at in sorted(set(texts_in(described, schema)), key=str):
            around = AROUND.get(str(at[-1]), {})
            body = filled(described, schema, asked["json"] | around, at, probe.version)
            field = (method, path, ".".join(map(str, at)))
            for person, cell in zip(PEOPLE, may[probe.row], strict=True):
                if cell == "y":
                    yield Attempt(field, person, probe.path, asked | {"json": body})


def is_exempt(field: tuple[str, str, str]) -> bool:
    last = field[2].removesuffix(".0").rpartition(".")[2]
    is_named = last in CODES | SHAPED or last.endswith(("_id", "_ids"))
    return is_named or field[2] == PROXY or field in EXEMPT


def test_a_mark_in_any_text_stops_the_act(
    app: FastAPI, world: tuple[World, Matrix], kept: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    found: set[tuple[tuple[str, str, str], str]] = set()
    with TestClient(app, base_url="https://kc.example", headers={"sec-fetch-site": "same-origin"}) as client:
        for each in attempts(app, world):
            app.dependency_overrides[current_actor] = lambda person=each.person: world[1].actors[person]
            answer = client.request(each.field[0], each.address, **each.asked)
            answers[each.field].add(answer.json()["code"] if answer.status_code >= 400 else "done")
            if MARKED in answer.text:
                found.add((each.field, "answer"))
            found |= {(each.field, table) for table in kept}
            kept.clear()

    let_through = {field for field, codes in answers.items() if "secrecy_suspected" not in codes}

    assert found == set()
    assert sorted(field for field in let_through if not is_exempt(field)) == []
    assert sorted(EXEMPT - let_through) == []
    assert MARKED not in caplog.text
    folder = world[0].services.settings.data_dir
    assert [path for path in folder.rglob("*") if path.is_file() and MARKED.encode() in path.read_bytes()] == []
