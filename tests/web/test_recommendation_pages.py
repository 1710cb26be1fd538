"""The company's choice, by form."""

from __future__ import annotations

from pathlib import Path

from tests.service.match_steps import a_matched_need, an_expert, list_of, ranking_by_words, review
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words


def a_recommended_need(world: World, folder: Path) -> str:
    worker = ranking_by_words(world, folder)
    experts = [an_expert(world, name) for name in ("李锂", "赵风", "钱田")]
    need_id = a_matched_need(world, worker)
    review(world, need_id, "supplement", *(f"expert:{each}" for each in experts), reason="另有熟悉现场的")
    return need_id


def choices(world: World, need_id: str) -> list[tuple[str, str, str, str]]:
    return [
        (party.name, party.choice, party.reason, party.note) for party in list_of(world, "盐湖厂马工", need_id).parties
    ]


def test_each_is_chosen_refused_or_left_for_later(world: World, tmp_path: Path, browser_of: SignIn) -> None:
    need_id = a_recommended_need(world, tmp_path)
    owner = browser_of("盐湖厂马工")
    page = owner.get(f"/needs/{need_id}/recommendation")
    lithium, wind, barley = (party.id for party in list_of(world, "盐湖厂马工", need_id).parties)

    answer = owner.post(
        f"/needs/{need_id}/recommendation/choose",
        data={
            "version": typed(page, "version"),
            f"choice.{lithium}": "pick",
            f"choice.{wind}": "reject:direction",
            f"note.{wind}": "做风电的",
            f"choice.{barley}": "wait",
        },
    )

    assert (answer.status_code, answer.headers["location"]) == (303, f"/needs/{need_id}")
    assert choices(world, need_id) == [
        ("李锂", "picked", "", ""),
        ("赵风", "rejected", "direction", "做风电的"),
        ("钱田", "waiting", "", ""),
    ]
    assert "推荐专家" in words(owner.get(f"/needs/{need_id}"))


def test_choosing_nobody_comes_back_with_what_was_said(world: World, tmp_path: Path, browser_of: SignIn) -> None:
    need_id = a_recommended_need(world, tmp_path)
    owner = browser_of("盐湖厂马工")
    page = owner.get(f"/needs/{need_id}/recommendation")
    first = list_of(world, "盐湖厂马工", need_id).parties[0].id

    answer = owner.post(
        f"/needs/{need_id}/recommendation/choose",
        data={"version": typed(page, "version"), f"choice.{first}": "reject:other", f"note.{first}": ""},
    )

    assert answer.status_code == 422
    assert "请用一句话说明" in words(answer)
    assert '<option value="reject:other" selected>' in answer.text
    assert {choice for _, choice, _, _ in choices(world, need_id)} == {"waiting"}


def test_a_clerk_who_chooses_for_the_company_says_who_asked(world: World, tmp_path: Path, browser_of: SignIn) -> None:
    need_id = a_recommended_need(world, tmp_path)
    clerk = browser_of("格尔木赵静")
    version = typed(clerk.get(f"/needs/{need_id}/recommendation"), "version")
    proxy = {"proxy.asked_by": "马工", "proxy.channel": "phone", "proxy.asked_at": "2026-11-23T09:00"}

    alone = clerk.post(f"/needs/{need_id}/recommendation/choose", data={"version": version, "delegate": "yes"})
    asked = clerk.post(f"/needs/{need_id}/recommendation/choose", data={"version": version, "delegate": "yes"} | proxy)

    assert (alone.status_code, asked.status_code) == (422, 303)
    assert "代企业答复请写明受谁委托" in words(alone)
    assert {choice for _, choice, _, _ in choices(world, need_id)} == {"picked"}
