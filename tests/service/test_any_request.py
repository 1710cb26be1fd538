"""Whatever is sent, by whomever: no 5xx, and no answer that the description of the interface does not promise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlmodel import SQLModel, select

from service.actors import STRANGER, Actor
from service.api.dependencies import current_actor
from service.api.description import operations
from service.app import create_api
from service.passwords import Cost, Keeper, kept_by
from service.schemas.common import Channel, ProxyInput
from service.services import Services
from service.workflow.document import LIFECYCLES
from tests.service.privacy.erasing import ADMIN, an_administrator
from tests.service.steps import a_draft, a_submitted_need
from tests.service.team_steps import LEADER, SECRETARY, a_world_of_teams, found
from tests.service.world import World

ROLES = {
    "stranger": None,
    "company": "盐湖厂马工",
    "expert": LEADER,
    "society": SECRETARY,
    "clerk": "格尔木赵静",
    "administrator": ADMIN,
}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# Cases per operation in `make test`, and per role on each of the two databases in `make prove`.
PER_OPERATION, FULL_SIZE = 1, 10_000


@pytest.fixture
def world(services: Services, monday: datetime) -> Iterator[World]:
    found_world = a_world_of_teams(services)
    found(found_world)
    an_administrator(found_world)
    a_draft(found_world)
    a_submitted_need(found_world)
    with kept_by(Keeper(Cost(memory_kib=8, rounds=1, lanes=1))):
        yield found_world


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_no_request_fails_or_surprises(world: World, role: str, full_size: bool, proved: Callable[[str], None]) -> None:
    app = create_api(world.services)
    app.dependency_overrides[current_actor] = whoever(world, ROLES[role])
    schema = schemathesis.openapi.from_dict(app.openapi())
    schema.app = app
    known = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    cases = -(-FULL_SIZE // len(known)) if full_size else PER_OPERATION
    ids = known_ids(world)

    for operation in known:
        send_any(operation, ids, cases)
    proved(f"any request: {cases * len(known)} cases over {len(known)} operations, no 5xx")


def whoever(world: World, name: str | None) -> Callable[[], Actor]:
    def actor() -> Actor:
        if name is None:
            return STRANGER
        with world.services.database.reading() as session:
            return world.actor(session, name)

    return actor


def test_values_that_a_database_cannot_take_are_refused_before_it(world: World) -> None:
    app = create_api(world.services)
    app.dependency_overrides[current_actor] = whoever(world, ROLES["clerk"])
    client, description = TestClient(app), app.openapi()

    statuses: dict[int, set[str]] = {}
    for path, method, operation in operations(description):
        for awkward in ("%00", "a%00b", "%ff", "%ed%a0%80", "9" * 3_000):
            answer = client.request(method, re.sub(r"\{\w+\}", awkward, path), json={} if method != "get" else None)
            statuses.setdefault(answer.status_code, set()).add(path)
        for told in operation.get("parameters", ()):
            if told["in"] == "query":
                answer = client.request(method, f"{path}?{told['name']}=a%00b")
                assert answer.status_code == 404
        for name in sent_fields(description, operation):
            answer = client.request(method, path, json={name: "a\0b"})
            assert "空字符" in {each["field"]: each["message"] for each in answer.json()["fields"]}[name]

    assert {status for status in statuses if status >= 500} == set()


def sent_fields(description: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return list(description["components"]["schemas"].get(name, {}).get("properties", {}))


@given(st.datetimes(timezones=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))))
def test_a_moment_that_is_taken_can_be_told_in_utc(moment: datetime) -> None:
    assume(1 < moment.year < 9999)

    assert ProxyInput(asked_by="马工", channel=Channel.PHONE, asked_at=moment).asked_at.astimezone(UTC) == moment


@pytest.mark.parametrize(
    "moment",
    [
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=23, minutes=59))),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
    ],
)
def test_a_moment_that_cannot_be_told_in_utc_is_refused(moment: datetime) -> None:
    with pytest.raises(ValidationError, match="时间太早或太晚"):
        ProxyInput(asked_by="马工", channel=Channel.PHONE, asked_at=moment)


def send_any(operation: Any, ids: list[str], cases: int) -> None:
    valid = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    invalid = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    # What a case does stays in the database: it cannot be shrunk, and another run would answer differently.
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(valid, valid, invalid), data=st.data())
    def send(case: Any, data: st.DataObject) -> None:
        for place in (case.path_parameters, case.body):
            if isinstance(place, dict):
                make_plausible(place, ids, data)
        case.call_and_validate(checks=CHECKS)

    send()


def make_plausible(place: dict[str, Any], ids: list[str], data: st.DataObject) -> None:
    """Random ids, versions and steps lead nowhere: half of them become some that exist."""
    for name in place:
        known: list[Any] = []
        if name.endswith("_id"):
            known = ids
        elif name == "version":
            known = [1, 2, 3, 4]
        elif name == "action":
            known = [each.action for lifecycle in LIFECYCLES for each in lifecycle.transitions]
        if known:
            place[name] = data.draw(st.just(place[name]) | st.sampled_from(known))


def known_ids(world: World) -> list[str]:
    """Of every row there is."""
    with world.services.database.reading() as session:
        tables = [mapper.class_ for mapper in SQLModel._sa_registry.mappers if hasattr(mapper.class_, "id")]
        return sorted({row_id for table in tables for row_id in session.exec(select(table.id))})
