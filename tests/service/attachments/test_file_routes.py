"""Files of minutes, outcomes and 审签 over HTTP: by who has no account, and for somebody who asked by telephone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi.testclient import TestClient
from sqlmodel import select

from service.actors import STRANGER, Actor
from service.api.dependencies import current_actor
from service.app import create_api
from service.models import ProxyEntry
from tests.service.attachments.documents import a_docx, a_png
from tests.service.consultations.steps import (
    CLERK,
    HOLDER,
    SOLD,
    Served,
    a_served_need,
    by_link,
    seen_by,
    until_to_confirm,
)
from tests.service.world import World

ASKED = {
    "x-asked-by": quote("李锂"),
    "x-asked-channel": "phone",
    "x-asked-at": "2026-11-23T08:30:00+08:00",
}


def client_of(world: World, who: Actor | str) -> TestClient:
    app = create_api(world.services)
    if isinstance(who, str):
        with world.services.database.reading() as session:
            who = world.actor(session, who)
    app.dependency_overrides[current_actor] = lambda: who
    return TestClient(app, base_url="https://kc.example", headers={"sec-fetch-site": "same-origin"})


def post(client: TestClient, path: str, content: bytes, name: str, headers: Mapping[str, str] | None = None) -> Any:
    return client.post(path, content=content, headers={"x-file-name": quote(name), **(headers or {})})


def an_outcome(world: World) -> tuple[Served, str]:
    served = a_served_need(world)
    until_to_confirm(served, outcomes=[SOLD])
    return served, seen_by(served, HOLDER)["outcomes"][0]["id"]


def test_who_came_by_a_link_hands_in_looks_and_takes_away(world: World) -> None:
    served, outcome_id = an_outcome(world)
    client, place = client_of(world, by_link(served)), f"/api/outcomes/{outcome_id}/attachments"
    content = a_docx("台账")

    made = post(client, place, content, "台账.docx")
    listed = client.get(place).json()
    down = client.get(f"/api/attachments/{made.json()['id']}/content")
    gone = client.delete(f"/api/attachments/{made.json()['id']}?version=1")

    assert (made.status_code, made.json()["subject_kind"], made.json()["subject_id"]) == (201, "outcome", outcome_id)
    assert ([each["file_name"] for each in listed["items"]], listed["may_change"]) == (["台账.docx"], True)
    assert (down.status_code, down.content) == (200, content)
    assert (gone.status_code, client.get(place).json()["items"]) == (200, [])


def test_staff_say_in_headers_who_asked_how_and_when(world: World) -> None:
    _, outcome_id = an_outcome(world)
    client, place = client_of(world, CLERK), f"/api/outcomes/{outcome_id}/attachments"

    without = post(client, place, a_png(), "台账.png")
    half = post(client, place, a_png(), "台账.png", {"x-asked-by": quote("李锂")})
    made = post(client, place, a_png(), "台账.png", ASKED)
    gone = client.delete(f"/api/attachments/{made.json()['id']}?version=1", headers=ASKED)

    assert [(each.status_code, each.json()["field"]) for each in (without, half)] == [(422, "proxy")] * 2
    assert (made.status_code, gone.status_code) == (201, 200)
    with world.services.database.reading() as session:
        kept = session.exec(select(ProxyEntry).where(ProxyEntry.subject_id == made.json()["id"])).all()
    assert sorted((each.act, each.asked_by, each.channel, each.asked_at.isoformat()) for each in kept) == [
        (act, "李锂", "phone", "2026-11-23T00:30:00+00:00") for act in ("remove", "upload")
    ]


def test_a_stranger_without_a_link_is_not_even_listened_to(world: World) -> None:
    _, outcome_id = an_outcome(world)
    answer = post(client_of(world, STRANGER), f"/api/outcomes/{outcome_id}/attachments", a_png(), "台账.png")

    assert answer.status_code == 401
