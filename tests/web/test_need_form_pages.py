"""What is typed is kept while it is typed, and what others asked already is shown in time."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from fastapi.testclient import TestClient
from sqlmodel import select

from service.models import Need, NeedAutosave, NeedFollower, NeedState
from tests.service.steps import CONTENT, a_draft, act, verify
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words

HALF = {
    "title": "吸附剂",
    "scene": "老卤车间",
    "budget_low_fen": "十来",
    "sub_problems": "甲\n乙",
    "levels.scene": "signed",
}


def needs_of(world: World) -> list[Need]:
    with world.services.database.reading() as session:
        return list(session.exec(select(Need)))


def autosaves_of(world: World) -> list[NeedAutosave]:
    with world.services.database.reading() as session:
        return list(session.exec(select(NeedAutosave)))


def test_the_first_words_of_a_new_need_become_a_draft_that_can_be_gone_on_with(
    world: World, browser_of: SignIn
) -> None:
    browser = browser_of("盐湖厂马工")
    given = HALF | {"organization_id": world.company.id, "once": "d" * 32}

    first = browser.post("/needs/new/autosave", data=given)
    place = {"draft_id": typed(first, "draft_id"), "version": typed(first, "version")}
    second = browser.post("/needs/new/autosave", data=given | place | {"title": "吸附剂用半年"})

    (draft,) = needs_of(world)
    assert (draft.id, draft.title, draft.state) == (place["draft_id"], "", NeedState.DRAFT)
    assert first.headers["hx-replace-url"] == f"/needs/{draft.id}/edit?restore=true"
    assert re.fullmatch(r"已保存 \d\d:\d\d", words(second))
    again = browser.get(f"/needs/{draft.id}/edit?restore=true")
    assert {name: typed(again, name) for name in ("title", "scene", "budget_low_fen", "sub_problems")} == {
        "title": "吸附剂用半年",
        "scene": "老卤车间",
        "budget_low_fen": "十来",
        "sub_problems": "甲\n乙",
    }
    assert '<option value="signed" selected>' in again.text.split('id="f-levels-scene"')[1].split("</select>")[0]
    saved = browser.post("/needs/new", data=CONTENT | {"sub_problems": "甲"} | place)
    assert typed(again, "version") == place["version"]
    assert urlsplit(saved.headers["location"]).path == f"/needs/{draft.id}"
    assert [(each.title, each.id) for each in needs_of(world)] == [(CONTENT["title"], draft.id)]
    assert autosaves_of(world) == []


def test_an_empty_form_makes_no_draft(world: World, browser_of: SignIn) -> None:
    answer = browser_of("盐湖厂马工").post(
        "/needs/new/autosave", data={"organization_id": world.company.id, "title": " "}
    )

    assert (answer.status_code, words(answer), needs_of(world)) == (200, "", [])


def test_what_was_kept_can_be_thrown_away(world: World, browser_of: SignIn) -> None:
    need_id = a_draft(world)
    browser = browser_of("盐湖厂马工")
    browser.post(f"/needs/{need_id}/autosave", data=HALF | {"version": "1"})

    waiting = browser.get(f"/needs/{need_id}/edit")
    browser.post(f"/needs/{need_id}/autosave/discard")

    assert "上次有没保存完的内容" in words(waiting)
    assert typed(waiting, "title") == CONTENT["title"]
    assert autosaves_of(world) == []
    assert "上次有没保存完的内容" not in words(browser.get(f"/needs/{need_id}/edit"))


def test_who_is_signed_out_is_not_told_it_was_saved(world: World, browser_of: SignIn) -> None:
    need_id = a_draft(world)

    answer = browser_of("").post(f"/needs/{need_id}/autosave", data=HALF | {"version": "1"})

    assert answer.status_code == 401
    assert "已保存" not in words(answer)
    assert 'data-failed="401"' in browser_of("盐湖厂马工").get(f"/needs/{need_id}/edit").text


def test_a_secret_is_not_kept_either(world: World, browser_of: SignIn) -> None:
    given = HALF | {"organization_id": world.company.id, "situation": "机密★五年 吸附剂配方"}

    answer = browser_of("盐湖厂马工").post("/needs/new/autosave", data=given)

    assert answer.status_code == 422
    assert "没有自动保存" in words(answer)
    assert (needs_of(world), autosaves_of(world)) == ([], [])


def test_a_form_saved_twice_is_saved(world: World, browser_of: SignIn) -> None:
    need_id = a_draft(world)
    browser = browser_of("盐湖厂马工")
    seen = {"version": typed(browser.get(f"/needs/{need_id}/edit"), "version")}
    sent = CONTENT | seen | {"sub_problems": "甲", "title": "换个标题"}

    assert [browser.post(f"/needs/{need_id}/edit", data=sent).status_code for _ in range(2)] == [303, 303]


def test_the_next_need_begins_with_what_the_last_one_said(world: World, browser_of: SignIn) -> None:
    browser = browser_of("盐湖厂马工")
    first = browser.get("/needs/new", follow_redirects=True).text
    a_draft(world, region_code="632802")

    second = browser.get("/needs/new", follow_redirects=True).text

    assert '<option value="632801" selected>' in first
    assert ('<option value="632802" selected>' in second, '<option value="F01" selected>' in second) == (True, True)


def two_alike(world: World, browser: TestClient) -> tuple[str, str]:
    """A published one, and a draft of the same words."""
    verify(world)
    public = a_draft(world, levels={"situation": "public", "scene": "public", "targets": "public"})
    act(world, "盐湖厂马工", public, "submit")
    act(world, "格尔木赵静", public, "accept")
    return public, a_draft(world)


def test_while_typing_hints_and_similar_needs_appear(world: World, browser_of: SignIn) -> None:
    browser = browser_of("盐湖厂马工")
    public, _ = two_alike(world, browser)
    texts = {name: str(CONTENT[name]) for name in ("title", "scene", "situation")}

    answer = browser.post("/needs/live-help", data=texts | {"targets": "提高效率"})

    assert "目标指标" in words(answer)
    assert f"/needs/{public}" in answer.text
    assert str(CONTENT["title"]) in words(answer)


def test_handing_in_much_the_same_asks_first(world: World, browser_of: SignIn) -> None:
    browser = browser_of("盐湖厂马工")
    public, draft = two_alike(world, browser)
    step = f"/needs/{draft}/actions/submit"
    seen = {"version": typed(browser.get(f"/needs/{draft}"), "version"), "confirm_no_secrets": "yes"}

    asked = browser.post(step, data=seen)
    done = browser.post(step, data=seen | {"duplicate_answer": "still_submit"})

    assert (asked.status_code, done.status_code) == (409, 303)
    assert f'value="follow:{public}"' in asked.text
    assert "不一样，仍然提交" in words(asked)
    with world.services.database.reading() as session:
        stored = session.get_one(Need, draft)
        assert (stored.state, stored.duplicate_answer) == (NeedState.SUBMITTED, "still_submit")
        assert session.exec(select(NeedFollower)).all() == []
