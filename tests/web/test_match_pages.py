"""The clerk's decision about a list, by form."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from service.models import MatchReview, Need, NeedState
from service.worker import Worker
from tests.service.match_steps import a_matched_need, an_expert, matcher_by_words, ranking_by_words
from tests.service.world import World
from tests.web.conftest import SignIn, signed_in, typed, words
from web.app import create_app


@pytest.fixture
def worker(world: World, tmp_path: Path) -> Worker:
    return ranking_by_words(world, tmp_path)


def reviews(world: World) -> list[tuple[str, str, list[str]]]:
    with world.services.database.reading() as session:
        return [(each.verdict, each.reason, each.chosen) for each in session.exec(select(MatchReview))]


def test_need_and_candidate_stand_side_by_side_with_numbered_sentences(
    world: World, worker: Worker, browser_of: SignIn
) -> None:
    expert = an_expert(world, "李锂")
    need_id = a_matched_need(world, worker)

    shown = browser_of("格尔木赵静").get(f"/needs/{need_id}/matches")

    assert '<mark class="pair pair-1">容量年衰减不超过 5%<sup>1</sup></mark>' in shown.text
    assert '<mark class="pair pair-1">盐湖提锂吸附剂容量衰减机理与现场再生<sup>1</sup></mark>' in shown.text
    assert f'name="chosen" value="expert:{expert}"' in shown.text
    assert "这次只按词匹配" in words(shown)
    assert browser_of("盐湖厂马工").get(f"/needs/{need_id}/matches").status_code == 403
    assert browser_of("路人吴芳").get(f"/needs/{need_id}/matches").status_code == 404


def test_adopting_sends_the_list_to_the_company(world: World, worker: Worker, browser_of: SignIn) -> None:
    expert = an_expert(world, "李锂")
    need_id = a_matched_need(world, worker)
    clerk = browser_of("格尔木赵静")
    version = typed(clerk.get(f"/needs/{need_id}/matches"), "version")
    sent = {"version": version, "verdict": "adopt", "chosen": f"expert:{expert}", "reason": ""}

    answer = clerk.post(f"/needs/{need_id}/matches/review", data=sent)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/needs/{need_id}")
    assert reviews(world) == [("adopt", "", [f"expert:{expert}"])]
    assert "名单推荐给企业选择" in words(clerk.get(f"/needs/{need_id}"))


def test_a_decision_without_its_reason_comes_back_with_what_was_ticked(
    world: World, worker: Worker, browser_of: SignIn
) -> None:
    expert = an_expert(world, "李锂")
    need_id = a_matched_need(world, worker)
    clerk = browser_of("格尔木赵静")
    version = typed(clerk.get(f"/needs/{need_id}/matches"), "version")
    sent = {"version": version, "verdict": "replace", "chosen": f"expert:{expert}", "reason": ""}

    answer = clerk.post(f"/needs/{need_id}/matches/review", data=sent)

    assert answer.status_code == 422
    assert "请写明理由" in words(answer)
    assert f'value="expert:{expert}" aria-label="推荐李锂" checked' in answer.text
    assert reviews(world) == []


def test_nobody_fits_turns_the_need_to_a_broker(world: World, worker: Worker, browser_of: SignIn) -> None:
    an_expert(world, "赵风")
    need_id = a_matched_need(world, worker)
    clerk = browser_of("格尔木赵静")
    version = typed(clerk.get(f"/needs/{need_id}/matches"), "version")
    sent = {"version": version, "verdict": "none", "reason": "省里没有做这一行的"}

    answer = clerk.post(f"/needs/{need_id}/matches/review", data=sent)

    assert answer.status_code == 303
    with world.services.database.reading() as session:
        assert session.get_one(Need, need_id).state is NeedState.BROKER


def test_why_somebody_is_missing_is_told_on_a_page_of_its_own(world: World, worker: Worker, tmp_path: Path) -> None:
    need_id = a_matched_need(world, worker)
    late = an_expert(world, "李锂")
    worker.run_pending()
    app = create_app(world.services, matcher_by_words(tmp_path))
    clerk = signed_in(world, app, "格尔木赵静")

    answer = clerk.get(f"/needs/{need_id}/matches/why-not/expert/{late}")

    assert "李锂：为什么没有在名单里" in words(answer)
    assert "在可以推荐的人里排第 1 位" in words(answer)
