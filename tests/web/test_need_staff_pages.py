"""What staff do with a need by forms of their own: pass on, assign, seal, merge, invite; who was told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlmodel import select

from service.models import Invitation, Need
from service.worker import Worker
from tests.service.match_steps import a_chosen_need, ranking_by_words
from tests.service.steps import a_draft, a_submitted_need, act
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words

CLERK = "格尔木赵静"


@pytest.fixture
def worker(world: World, tmp_path: Path) -> Worker:
    return ranking_by_words(world, tmp_path)


def need(world: World, need_id: str) -> Need:
    with world.services.database.reading() as session:
        return session.get_one(Need, need_id)


def acts_in(text: str, need_id: str) -> list[str]:
    return re.findall(rf'class="btn[^"]*" href="/needs/{need_id}/(\w+)"', text)


def test_only_staff_find_their_acts_on_the_page(world: World, browser_of: SignIn) -> None:
    need_id = a_submitted_need(world)

    shown = {name: acts_in(browser_of(name).get(f"/needs/{need_id}").text, need_id) for name in (CLERK, "盐湖厂马工")}

    for_staff = ["matches", "assign", "pass", "merge", "told", "readers", "seal"]
    assert shown == {CLERK: for_staff, "盐湖厂马工": ["edit", "readers"]}
    assert browser_of("盐湖厂马工").get(f"/needs/{need_id}/pass").status_code == 403
    assert browser_of("西宁孙浩").get(f"/needs/{need_id}/pass").status_code == 404


def test_passing_on_keeps_what_was_typed_when_it_is_refused(world: World, browser_of: SignIn) -> None:
    need_id, clerk = a_submitted_need(world), browser_of(CLERK)
    form = clerk.get(f"/needs/{need_id}/pass")
    sent = {"version": typed(form, "version"), "association_id": world.city.id, "note": "请市州牵头"}

    wrong = clerk.post(f"/needs/{need_id}/pass", data=sent | {"association_id": ""})
    done = clerk.post(f"/needs/{need_id}/pass", data=sent)

    assert world.county.id not in form.text
    assert (wrong.status_code, typed(wrong, "note")) == (422, "请市州牵头")
    assert done.status_code == 303
    assert need(world, need_id).association_id == world.city.id


def test_a_sealed_need_is_for_the_secrecy_officer_alone(world: World, browser_of: SignIn) -> None:
    need_id, clerk, officer = a_submitted_need(world), browser_of(CLERK), browser_of("保密办周正")

    done = clerk.post(f"/needs/{need_id}/seal", data={"note": "疑似含有未公开的矿点坐标"})

    assert done.headers["location"] == "/desk"
    assert clerk.get(f"/needs/{need_id}").status_code == 404
    assert clerk.get(f"/sealed/needs/{need_id}").status_code == 404
    assert f'href="/sealed/needs/{need_id}"' in officer.get("/desk?tab=sealed_needs").text
    assert "疑似含有未公开的矿点坐标" in words(officer.get(f"/sealed/needs/{need_id}"))
    assert officer.post(f"/sealed/needs/{need_id}", data={"note": "不涉密，已核对"}).status_code == 303
    assert need(world, need_id).sealed_at is None
    assert clerk.get(f"/needs/{need_id}").status_code == 200


def test_a_need_is_merged_into_one_named_by_its_number_and_back(world: World, browser_of: SignIn) -> None:
    first = a_submitted_need(world)
    second = a_draft(world, title="吸附剂容量掉得快，怎么再生")
    act(world, "盐湖厂马工", second, "submit")
    clerk, number = browser_of(CLERK), need(world, first).number

    form = clerk.get(f"/needs/{second}/merge?number={number}")
    sent = {"version": typed(form, "version"), "target_id": first, "note": "同一个难题"}
    merged = clerk.post(f"/needs/{second}/merge", data=sent)

    assert f'value="{first}" required checked' in form.text
    assert "没有找到编号“XQ-1”的需求" in words(clerk.get(f"/needs/{second}/merge?number=XQ-1"))
    assert (merged.status_code, need(world, second).merged_into_id) == (303, first)
    assert acts_in(clerk.get(f"/needs/{second}").text, second) == ["matches", "unmerge", "told", "readers", "seal"]
    form = clerk.get(f"/needs/{second}/unmerge")
    undone = clerk.post(f"/needs/{second}/unmerge", data={"version": typed(form, "version"), "note": "两回事"})
    assert (undone.status_code, need(world, second).state) == (303, "submitted")


def test_the_invitation_is_filled_in_with_what_is_known_and_sent_once(
    world: World, worker: Worker, browser_of: SignIn
) -> None:
    need_id, listed = a_chosen_need(world, worker, "李锂")
    clerk = browser_of(CLERK)

    form = clerk.get(f"/needs/{need_id}/invite")
    sent = {
        "version": typed(form, "version"),
        "once": "f" * 32,
        "recommended": listed,
        "question": typed(form, "question"),
        "expected_hours": typed(form, "expected_hours"),
        "mode": "online",
        "fee_kind": "free",
        "contact_name": typed(form, "contact_name"),
        "contact_phone": "0979-8412345",
    }
    wrong = clerk.post(f"/needs/{need_id}/invite", data=sent | {"contact_phone": "123", "once": ""})
    done = [clerk.post(f"/needs/{need_id}/invite", data=sent) for _ in range(2)]

    assert "李锂" in words(form)
    assert typed(form, "contact_name") == CLERK
    assert (wrong.status_code, typed(wrong, "contact_phone")) == (422, "123")
    assert [each.status_code for each in done] == [303, 303]
    with world.services.database.reading() as session:
        made = session.exec(select(Invitation)).all()
    assert [(each.need_id, each.expected_hours, each.contact_name) for each in made] == [(need_id, 4, CLERK)]
    assert "邀约 李锂 已发出，待答复 专家或承接单位 11月30日 还剩 5 个工作日" in words(clerk.get(f"/needs/{need_id}"))
    assert "邀约 李锂" not in words(browser_of("盐湖厂马工").get(f"/needs/{need_id}"))
    assert clerk.get(f"/needs/{need_id}/told").status_code == 200
