"""The story of one need over the API, on both databases, with the refusals on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from fastapi.testclient import TestClient

from service.app import create_api
from service.services import Services
from tests.journeys.people import Person, who_can_sign_in
from tests.service.conftest import monday, postgres_url, services, sqlite_template
from tests.service.steps import CONTENT
from tests.service.world import World, a_world

__all__ = ["monday", "postgres_url", "services", "sqlite_template"]


@pytest.fixture
def world(services: Services, monday: datetime) -> Iterator[World]:
    found = a_world(services)
    with who_can_sign_in(found):
        yield found


def test_a_company_posts_a_need_and_the_association_takes_it_in(world: World) -> None:
    app = create_api(world.services)
    company, clerk = Person(app, "盐湖厂马工"), Person(app, "格尔木赵静")
    stranger, elsewhere = Person(app, "路人吴芳"), Person(app, "西宁孙浩")

    status, need = company.post("/needs", organization_id=world.company.id, **CONTENT)
    assert (status, need["state"], need["number"]) == (201, "draft", None)
    assert [action["action"] for action in need["actions"]] == ["submit", "withdraw"]

    # Not before the company is verified, and verified only by those responsible.
    status, refused = company.act(need, "submit", confirm_no_secrets=True)
    assert (status, refused["code"]) == (409, "conflict")
    verify = {"version": world.company.version, "verified": True, "note": "营业执照已核"}
    assert company.post(f"/organizations/{world.company.id}/verify", **verify)[0] == 403
    assert elsewhere.post(f"/organizations/{world.company.id}/verify", **verify)[0] == 403
    assert stranger.post(f"/organizations/{world.company.id}/verify", **verify)[0] == 404
    assert clerk.post(f"/organizations/{world.company.id}/verify", **verify)[0] == 200

    # Nobody hands in without the confirmation; a draft is nobody else's business.
    assert company.act(need, "submit")[0] == 409
    assert clerk.get(f"/needs/{need['id']}")[0] == 404
    status, need = company.act(need, "submit", confirm_no_secrets=True)
    assert (status, need["number"], need["turn"], need["days_left"]) == (200, "XQ-2026-63-00001", "科协", 3)

    # The wrong person, the wrong state, a stale version, a missing reason.
    assert stranger.act(need, "accept")[0] == 404
    assert company.act(need, "accept")[0] == 403
    assert clerk.act(need, "resubmit", confirm_no_secrets=True)[0] == 403
    assert clerk.act(need | {"version": 1}, "accept")[1]["code"] == "stale"
    status, refused = clerk.act(need, "return", note="请补充卤水成分")
    assert (status, refused["field"]) == (422, "reason")

    status, need = clerk.act(need, "return", reason="unclear", note="请补充卤水成分")
    assert (status, need["state_label"], need["turn"]) == (200, "退回补正", "需求方")
    status, need = company.get(f"/needs/{need['id']}")
    assert company.act(need, "resubmit", confirm_no_secrets=True)[0] == 409
    changed = CONTENT | {"restrictions": "卤水锂 0.3 克每升，镁锂比 60", "version": need["version"]}
    status, need = company.put(f"/needs/{need['id']}", **changed)
    assert status == 200
    status, need = company.act(need, "resubmit", confirm_no_secrets=True)
    assert status == 200
    status, need = clerk.act(need, "accept")
    assert (status, need["state_label"]) == (200, "已受理")

    # Everybody signed in sees what is public, and only that.
    status, seen = stranger.get(f"/needs/{need['id']}")
    assert (status, seen["organization"], seen["situation"], seen["actions"]) == (
        200,
        "海西蒙古族藏族自治州某企业",
        None,
        [],
    )
    assert stranger.get(f"/needs/{need['id']}/history")[0] == 404
    status, steps = company.get(f"/needs/{need['id']}/history")
    assert [step["label"] for step in steps] == ["提交审核", "退回补正", "重新提交", "受理"]


def test_a_mark_of_secrecy_reaches_nothing(world: World) -> None:
    company = Person(create_api(world.services), "盐湖厂马工")

    status, refused = company.post("/needs", organization_id=world.company.id, **CONTENT | {"tried": "见附件 机密★5年"})

    assert (status, refused["code"]) == (422, "secrecy_suspected")
    assert "科协保密办" in refused["title"]
    assert company.get("/needs?mine=true")[1]["total"] == 0


def test_unknown_fields_and_bad_values_are_told_field_by_field(world: World) -> None:
    company = Person(create_api(world.services), "盐湖厂马工")

    status, refused = company.post(
        "/needs", organization_id=world.company.id, **CONTENT | {"state": "accepted", "budget_low_fen": -1}
    )

    assert status == 422
    assert {each["field"]: each["message"] for each in refused["fields"]} == {
        "state": "没有这一项，请去掉。",
        "budget_low_fen": "太小，请改大。",
    }


def test_a_page_of_another_site_cannot_make_a_browser_write(world: World) -> None:
    client = TestClient(create_api(world.services), base_url="https://kc.example")

    answer = client.post("/api/sign-in", json={"name": "x", "password": "y"}, headers={"sec-fetch-site": "cross-site"})

    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
