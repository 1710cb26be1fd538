"""纪要: corrected by the side that wrote them while it goes on, with what they said before; added to afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from service.actors import Actor
from service.api.dependencies import current_actor
from service.app import create_api
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, SecrecySuspected, Stale
from service.models import AuditEntry, FormerMinutes, Minutes, ProxyEntry
from service.schemas.consultations import AddendumInput, CorrectedMinutes
from service.usecases import minutes
from tests.service.attachments.steps import later
from tests.service.consultations.steps import (
    CLERK,
    HOLDER,
    OWNER,
    SECRETARY,
    STRANGER,
    Served,
    a_served_need,
    by_link,
    do,
    seen_by,
)
from tests.service.match_steps import PROXY
from tests.service.world import World

FIRST = "看了八台柱，三台结垢。"
SECOND = "看了八台柱，四台结垢。"


@pytest.fixture
def minuted(world: World) -> Served:
    """Its minutes are written."""
    found = a_served_need(world)
    for action in ("attest", "contact", "schedule"):
        do(found, HOLDER, action)
    with later(days=3):
        do(found, HOLDER, "hold")
        do(found, HOLDER, "write_minutes")
    return found


def the_minutes(served: Served) -> Minutes:
    with served.world.services.database.reading() as session:
        return session.exec(select(Minutes).where(Minutes.consultation_id == served.id)).one()


def correct(served: Served, who: str | Actor, text: str = SECOND, version: int | None = None, **given_: Any) -> None:
    row = the_minutes(served)
    version = row.version if version is None else version
    content = CorrectedMinutes.model_validate({"version": version, "text": text, "reason": "数错了一台"} | given_)
    with served.world.services.database.writing() as session:
        actor = served.world.actor(session, who) if isinstance(who, str) else who
        minutes.correct(session, served.world.services, actor, row.id, content)


def add(served: Served, who: str | Actor, text: str = "第四台后来换了柱。", **given_: Any) -> None:
    row_id = the_minutes(served).id
    with served.world.services.database.writing() as session:
        actor = served.world.actor(session, who) if isinstance(who, str) else who
        content = AddendumInput.model_validate({"text": text} | given_)
        minutes.add(session, served.world.services, actor, row_id, content)


def shown(served: Served, who: str | Actor = OWNER) -> dict[str, Any]:
    return seen_by(served, who)["minutes"][0]


def close(served: Served) -> None:
    do(served, HOLDER, "request_closing")
    do(served, OWNER, "confirm")


def test_a_correction_keeps_what_was_said_before_with_who_when_and_why(minuted: Served) -> None:
    world = minuted.world
    with later(days=4):
        correct(minuted, by_link(minuted))
    with later(days=5):
        correct(minuted, CLERK, "看了八台柱，四台结垢，一台漏。", reason="补上漏的一台", proxy=PROXY)

    found = shown(minuted)
    assert found == {
        "id": the_minutes(minuted).id,
        "version": 3,
        "meeting": 1,
        "text": "看了八台柱，四台结垢，一台漏。",
        "written_by": CLERK,
        "at": "2026-11-28T01:00:00Z",
        "former": [
            {
                "text": FIRST,
                "written_by": HOLDER,
                "at": "2026-11-26T01:00:00Z",
                "replaced_by": HOLDER,
                "replaced_at": "2026-11-27T01:00:00Z",
                "reason": "数错了一台",
            },
            {
                "text": SECOND,
                "written_by": HOLDER,
                "at": "2026-11-27T01:00:00Z",
                "replaced_by": CLERK,
                "replaced_at": "2026-11-28T01:00:00Z",
                "reason": "补上漏的一台",
            },
        ],
        "addenda": [],
        "attachments": 0,
    }
    history = seen_by(minuted, OWNER)["history"][-2:]
    assert [(each["label"], each["note"], each["target"]) for each in history] == [
        ("更正纪要", "数错了一台", "ongoing"),
        ("更正纪要", "补上漏的一台", "ongoing"),
    ]
    with world.services.database.reading() as session:
        proxies = session.exec(select(ProxyEntry).where(ProxyEntry.act == "correct_minutes")).all()
        acts = session.exec(select(AuditEntry.act).where(AuditEntry.subject_id == found["id"])).all()
    assert [(each.asked_by, each.subject_id) for each in proxies] == [(PROXY["asked_by"], minuted.id)]
    assert list(acts) == ["minutes.write", "minutes.correct", "minutes.correct"]


def test_who_corrects_is_who_wrote_or_staff_on_their_behalf(minuted: Served) -> None:
    refused: dict[str, type[AppError]] = {}
    for who in (OWNER, STRANGER, CLERK, SECRETARY):
        with pytest.raises(AppError) as error:
            correct(minuted, who)
        refused[who] = error.type

    assert refused == {OWNER: Forbidden, STRANGER: NotFound, CLERK: Invalid, SECRETARY: Invalid}
    assert (shown(minuted)["text"], shown(minuted)["former"]) == (FIRST, [])
    correct(minuted, SECRETARY, proxy=PROXY)
    assert shown(minuted)["text"] == SECOND


def test_two_who_correct_at_once_see_each_other(minuted: Served) -> None:
    correct(minuted, HOLDER)

    with pytest.raises(Stale) as stale:
        correct(minuted, HOLDER, "看了九台柱。", version=1)
    with pytest.raises(Conflict, match="没有改动"):
        correct(minuted, HOLDER)

    assert stale.value.details == {"version": 2, "theirs": {"text": SECOND}}
    assert len(shown(minuted)["former"]) == 1


def test_once_it_is_over_there_are_only_addenda(minuted: Served) -> None:
    with pytest.raises(Conflict, match="直接更正"):
        add(minuted, HOLDER)
    buttons = [each["action"] for each in seen_by(minuted, HOLDER)["actions"]]
    with later(days=4):
        close(minuted)
        with pytest.raises(Conflict, match="补充说明"):
            correct(minuted, HOLDER)
        add(minuted, by_link(minuted))
    with later(days=5):
        add(minuted, CLERK, "已请企业核对。", proxy=PROXY)
        with pytest.raises(Invalid):
            add(minuted, CLERK)
        with pytest.raises(Forbidden):
            add(minuted, OWNER)
        after = [each["action"] for each in seen_by(minuted, HOLDER)["actions"]]

    found = shown(minuted)
    assert (found["text"], found["version"]) == (FIRST, 1)
    assert [(each["text"], each["written_by"]) for each in found["addenda"]] == [
        ("第四台后来换了柱。", HOLDER),
        ("已请企业核对。", CLERK),
    ]
    assert ("correct_minutes" in buttons, "add_to_minutes" in buttons) == (True, False)
    assert ("correct_minutes" in after, "add_to_minutes" in after) == (False, True)


@pytest.mark.parametrize("given_", [{"text": "机密★5年"}, {"reason": "机密★5年"}])
def test_a_mark_of_secrecy_does_not_come_in_by_correcting(minuted: Served, given_: dict[str, Any]) -> None:
    with pytest.raises(SecrecySuspected):
        correct(minuted, HOLDER, **given_)
    with later(days=4):
        close(minuted)
        with pytest.raises(SecrecySuspected):
            add(minuted, HOLDER, "机密★5年")

    assert (shown(minuted)["former"], shown(minuted)["addenda"]) == ([], [])


@given(texts=st.lists(st.sampled_from([FIRST, SECOND, "看了九台柱。"]), max_size=6))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_corrected_every_text_there_ever_was_is_kept_in_order(minuted: Served, texts: list[str]) -> None:
    before = [each["text"] for each in shown(minuted)["former"]] + [shown(minuted)["text"]]
    said = list(before)
    for text in texts:
        if text == said[-1]:
            with pytest.raises(Conflict):
                correct(minuted, HOLDER, text)
        else:
            correct(minuted, HOLDER, text)
            said.append(text)

    with minuted.world.services.database.reading() as session:
        rows = session.exec(select(FormerMinutes)).all()
    assert len(rows) == len(said) - 1
    assert sorted(row.text for row in rows) == sorted(said[:-1])
    assert shown(minuted)["text"] == said[-1]


def test_over_http(minuted: Served) -> None:
    app = create_api(minuted.world.services)
    with minuted.world.services.database.reading() as session:
        actor = minuted.world.actor(session, HOLDER)
    app.dependency_overrides[current_actor] = lambda: actor
    client = TestClient(app, base_url="https://kc.example", headers={"sec-fetch-site": "same-origin"})
    place = f"/api/minutes/{the_minutes(minuted).id}"

    corrected = client.put(place, json={"version": 1, "text": SECOND, "reason": "数错了"})
    again = client.put(place, json={"version": 1, "text": "看了九台", "reason": "数错了"})
    early = client.post(f"{place}/addenda", json={"text": "补充"})

    assert (corrected.status_code, corrected.json()["minutes"][0]["text"]) == (200, SECOND)
    assert (again.json()["code"], again.json()["theirs"]) == ("stale", {"text": SECOND})
    assert early.status_code == 409
