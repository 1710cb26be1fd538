"""推荐给企业: what the company sees, picks, rejects or leaves to 科协."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from service.clock import stopped_at
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, Stale
from service.models import Need, NeedState
from service.schemas.recommendations import ChoiceInput
from service.usecases import recommendations
from service.worker import Worker
from tests.service.conftest import MONDAY
from tests.service.match_steps import (
    PROXY,
    a_matched_need,
    an_expert,
    choose,
    list_of,
    ranking_by_words,
    review,
    seen_by,
)
from tests.service.steps import a_submitted_need, act
from tests.service.world import World


@pytest.fixture
def worker(world: World, tmp_path: Path) -> Worker:
    return ranking_by_words(world, tmp_path)


def state_of(world: World, need_id: str) -> NeedState:
    with world.services.database.reading() as session:
        return session.get_one(Need, need_id).state


def a_reviewed_need(world: World, worker: Worker, *names: str) -> tuple[str, list[str]]:
    ids = [an_expert(world, name) for name in names]
    need_id = a_matched_need(world, worker)
    review(world, need_id, "supplement", *(f"expert:{each}" for each in ids), reason="另有熟悉现场的")
    return need_id, [party.id for party in list_of(world, "盐湖厂马工", need_id).parties]


def test_a_reviewed_list_waits_for_the_company_with_evidence_and_a_clock(world: World, worker: Worker) -> None:
    need_id, _ = a_reviewed_need(world, worker, "李锂", "赵风")

    shown = list_of(world, "盐湖厂马工", need_id)

    assert (state_of(world, need_id), shown.state_label, shown.turn) == (NeedState.RECOMMENDED, "待企业选择", "需求方")
    assert shown.due_at is not None
    assert shown.due_at.isoformat() == "2026-11-30T15:59:59+00:00"
    assert [(party.place, party.name, party.source, party.choice, party.gone) for party in shown.parties] == [
        (1, "李锂", "matched", "waiting", None),
        (2, "赵风", "added", "waiting", None),
    ]
    assert "吸附剂" in shown.parties[0].evidence[0]["item"]["text"]
    assert shown.may_choose


def test_the_company_picks_in_its_own_order_and_says_why_not_the_other(world: World, worker: Worker) -> None:
    need_id, (first, second, third) = a_reviewed_need(world, worker, "李锂", "赵风", "钱田")

    shown = choose(
        world, "盐湖厂马工", need_id, picked=[third, first], rejected=[{"id": second, "reason": "direction"}]
    )

    assert [(party.name, party.choice, party.reason) for party in shown.parties] == [
        ("钱田", "picked", ""),
        ("李锂", "picked", ""),
        ("赵风", "rejected", "direction"),
    ]
    assert (shown.state_label, state_of(world, need_id)) == ("企业已选择", NeedState.TO_INVITE)


def test_a_company_that_wants_none_is_matched_again_without_them(world: World, worker: Worker) -> None:
    need_id, (only,) = a_reviewed_need(world, worker, "李锂")
    an_expert(world, "赵风")

    choose(world, "盐湖厂马工", need_id, rejected=[{"id": only, "reason": "level"}])
    with stopped_at(MONDAY + timedelta(hours=1)):
        worker.run_pending()

    again = seen_by(world, "格尔木赵静", need_id)
    assert state_of(world, need_id) is NeedState.MATCHING
    assert again.excluded == {"这条需求已经邀请过，或者企业没有选": 1}
    assert "李锂" not in [match.name for match in again.matches]


def test_what_was_delegated_when_posting_never_waits_for_the_company(world: World, worker: Worker) -> None:
    expert = an_expert(world, "李锂")
    need_id = a_submitted_need(world)
    with world.services.database.writing() as session:
        session.get_one(Need, need_id).is_delegated = True
    act(world, "格尔木赵静", need_id, "accept")
    worker.run_pending()

    review(world, need_id, "adopt", f"expert:{expert}")

    shown = list_of(world, "盐湖厂马工", need_id)
    assert (shown.state_label, [party.choice for party in shown.parties]) == ("已委托科协代邀", ["picked"])
    assert state_of(world, need_id) is NeedState.TO_INVITE


def test_delegating_later_keeps_the_clerks_order_and_leaves_out_the_rejected(world: World, worker: Worker) -> None:
    need_id, (first, _, _) = a_reviewed_need(world, worker, "李锂", "赵风", "钱田")

    shown = choose(world, "盐湖厂马工", need_id, delegate=True, rejected=[{"id": first, "reason": "far"}])

    assert [(party.name, party.choice) for party in shown.parties] == [
        ("赵风", "picked"),
        ("钱田", "picked"),
        ("李锂", "rejected"),
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "至少选一位"),
        ({"picked": ["0"], "rejected": [{"id": "0", "reason": "level"}]}, "出现了两次"),
        ({"picked": ["nobody"]}, "没有这一位"),
        ({"rejected": [{"id": "0", "reason": "ugly"}]}, "不选的理由"),
        ({"rejected": [{"id": "0", "reason": "other"}]}, "用一句话说明"),
        ({"delegate": True, "rejected": [{"id": "0", "reason": "level"}]}, "没有可以代邀的"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(
    world: World, worker: Worker, given: dict[str, object], told: str
) -> None:
    need_id, (only,) = a_reviewed_need(world, worker, "李锂")

    def named(value: object) -> object:
        return (
            [named(each) for each in value]
            if isinstance(value, list)
            else (
                {key: named(each) for key, each in value.items()}
                if isinstance(value, dict)
                else only
                if value == "0"
                else value
            )
        )

    with pytest.raises(Invalid, match=told):
        choose(world, "盐湖厂马工", need_id, **{key: named(value) for key, value in given.items()})

    assert list_of(world, "盐湖厂马工", need_id).parties[0].choice == "waiting"


@pytest.mark.parametrize(("name", "error"), [("路人吴芳", NotFound), ("西宁孙浩", NotFound), ("保密办周正", NotFound)])
def test_others_do_not_learn_of_the_list(world: World, worker: Worker, name: str, error: type[AppError]) -> None:
    need_id, (only,) = a_reviewed_need(world, worker, "李锂")

    with pytest.raises(error):
        list_of(world, name, need_id)
    with pytest.raises(error):
        choose(world, name, need_id, picked=[only])


def test_a_clerk_who_was_told_on_the_telephone_says_on_whose_word(world: World, worker: Worker) -> None:
    need_id, (only,) = a_reviewed_need(world, worker, "李锂")

    with pytest.raises(Invalid, match="受谁委托"):
        choose(world, "格尔木赵静", need_id, picked=[only])

    assert choose(world, "格尔木赵静", need_id, picked=[only], proxy=PROXY).state_label == "企业已选择"


def test_a_list_that_changed_meanwhile_is_not_chosen_from(world: World, worker: Worker) -> None:
    need_id, (only,) = a_reviewed_need(world, worker, "李锂")
    choose(world, "盐湖厂马工", need_id, picked=[only])

    def again() -> None:
        with world.services.database.writing() as session:
            actor = world.actor(session, "盐湖厂马工")
            stale = ChoiceInput(version=1, picked=[only], delegate=False, proxy=None)
            recommendations.choose(session, world.services, actor, need_id, stale)

    with pytest.raises(Stale):
        again()
    with pytest.raises((Conflict, Forbidden)):
        choose(world, "盐湖厂马工", need_id, picked=[only])


def test_nobody_fits_means_a_technology_manager_looks_further(world: World, worker: Worker) -> None:
    an_expert(world, "赵风")
    need_id = a_matched_need(world, worker)

    review(world, need_id, "none", reason="都不是盐湖方向")

    with world.services.database.reading() as session:
        need = session.get_one(Need, need_id)
    assert need.state is NeedState.BROKER
    assert need.due_at is not None
