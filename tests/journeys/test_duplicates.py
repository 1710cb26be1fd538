"""Two companies with one problem, over the API: hints, similar needs, the answer to them, 跟随, 共性需求 and back."""

from __future__ import annotations

from typing import Any

import pytest

from service.app import create_api
from tests.journeys.people import Person
from tests.journeys.test_need import monday, postgres_url, services, sqlite_template, world
from tests.service.steps import CONTENT
from tests.service.ties.support import LIKE_IT, accepted_of, both
from tests.service.world import World

__all__ = ["monday", "postgres_url", "services", "sqlite_template", "world"]


@pytest.fixture
def app(world: World) -> Any:
    return create_api(world.services)


def test_a_second_company_learns_of_the_first_while_typing_and_joins_it(world: World, app: Any) -> None:
    mine, other = both(world)
    target = accepted_of(world, mine)
    company, second, lead = Person(app, mine.person), Person(app, other.person), Person(app, "省科协王敏")

    # While typing: a hint about the target, and the need that is there already.
    status, hints = second.post("/needs/hints", **LIKE_IT | {"targets": "大幅提高寿命"})
    assert (status, [(hint["field"], hint["code"]) for hint in hints]) == (200, [("targets", "vague")])
    status, similar = second.post("/needs/similar", **LIKE_IT)
    assert (status, [(each["id"], each["likeness"]) for each in similar]) == (200, [(target, "很像")])
    assert str(CONTENT["situation"]) not in str(similar)

    # A half-filled form is kept, and gone once it is saved.
    _, need = second.post("/needs", organization_id=other.id)
    status, _ = second.put(f"/needs/{need['id']}/autosave", need_version=1, content={"budget_low_fen": "5000"})
    assert status == 200
    assert second.get(f"/needs/{need['id']}/autosave")[1]["content"] == {"budget_low_fen": "5000"}
    _, need = second.put(f"/needs/{need['id']}", **CONTENT | LIKE_IT | {"version": need["version"]})
    assert second.get(f"/needs/{need['id']}/autosave") == (200, None)

    # Handing in asks for an answer.
    status, refused = second.act(need, "submit", confirm_no_secrets=True)
    assert (status, "已有 1 条公开的需求和这一条很像" in refused["title"]) == (409, True)
    wrong = second.act(need, "submit", confirm_no_secrets=True, duplicate_answer=f"follow:{'0' * 32}")
    assert (wrong[0], wrong[1]["field"]) == (422, "duplicate_answer")
    status, need = second.act(need, "submit", confirm_no_secrets=True, duplicate_answer=f"follow:{target}")
    assert (status, need["ties"]["similar_found"], need["ties"]["duplicate_answer"]) == (200, 1, f"follow:{target}")
    assert [line["id"] for line in second.get("/followed-needs")[1]["items"]] == [target]
    assert lead.get(f"/needs/{target}")[1]["ties"]["follower_count"] == 1

    # Staff join the two; nobody else can.
    given = {"target_id": target, "note": "两家的吸附剂是同一种毛病"}
    assert second.post(f"/needs/{need['id']}/merge", version=need["version"], **given)[0] == 403
    status, need = lead.post(f"/needs/{need['id']}/merge", version=need["version"], **given)
    assert (status, need["state_label"], need["ties"]["merged_into_id"]) == (200, "已合并", target)
    shared = second.get(f"/needs/{target}")[1]
    assert (shared["ties"]["label"], shared["ties"]["owner_count"]) == ("共性需求", 2)
    assert (shared["situation"], shared["actions"]) == (CONTENT["situation"], [])
    assert company.get(f"/needs/{need['id']}")[0] == 404
    assert [step["label"] for step in second.get(f"/needs/{target}/history")[1]][-1] == "并入一条相似的需求"

    status, need = lead.post(f"/needs/{need['id']}/unmerge", version=need["version"], note="不是一回事")
    assert (status, need["state_label"]) == (200, "待审核")
    assert second.get(f"/needs/{target}")[1]["situation"] is None


def test_a_company_may_hand_in_all_the_same(world: World, app: Any) -> None:
    mine, other = both(world)
    accepted_of(world, mine)
    second = Person(app, other.person)
    _, need = second.post("/needs", organization_id=other.id, **CONTENT | LIKE_IT)

    status, need = second.act(need, "submit", confirm_no_secrets=True, duplicate_answer="still_submit")

    assert (status, need["state_label"], need["ties"]["duplicate_answer"]) == (200, "待审核", "still_submit")


def test_following_and_letting_go_over_the_api(world: World, app: Any) -> None:
    mine, other = both(world)
    target = accepted_of(world, mine)
    second = Person(app, other.person)

    assert second.post(f"/needs/{target}/followers", organization_id=other.id) == (204, None)
    assert second.get("/followed-needs")[1]["total"] == 1
    assert second.delete(f"/needs/{target}/followers/{other.id}") == 204
    assert second.delete(f"/needs/{target}/followers/{other.id}") == 404
    assert second.get("/followed-needs")[1]["total"] == 0
