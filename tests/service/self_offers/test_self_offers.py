"""自荐: what becomes of an offer, and that everybody gets an answer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from service.clock import stopped_at
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Expert, Job, NeedState, PartySource, SelfOffer
from service.usecases import need_acts, needs
from service.worker import Worker
from tests.service import steps
from tests.service.match_steps import PROXY, a_matched_need, choose, list_of, review, seen_by
from tests.service.self_offers.steps import (
    OFFER,
    SOCIETY,
    a_reviewed_need,
    act,
    end,
    listed,
    of_need,
    offer,
    offer_oneself,
    shown,
)
from tests.service.team_steps import (
    LEADER,
    MEMBER,
    OTHER_SECRETARY,
    SECRETARY,
    a_team_of_two,
    expert,
)
from tests.service.world import World

TUESDAY = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
ENTERED = PROXY | {"asked_by": LEADER}


def state_of(world: World, need_id: str) -> NeedState:
    with world.services.database.reading() as session:
        return needs.find(session, world.actor(session, "盐湖厂马工"), need_id).state


def test_an_expert_offers_and_it_waits_with_a_clock_for_staff(world: World, worker: Worker) -> None:
    need_id = a_matched_need(world, worker)

    offer_id = offer_oneself(world, LEADER, need_id)

    mine = shown(world, LEADER, offer_id)
    assert (mine.state_label, mine.turn, mine.party_name, mine.need_title) == (
        "待答复",
        "科协",
        LEADER,
        "吸附剂用半年就吸不动锂了",
    )
    assert mine.due_at is not None
    assert mine.due_at.isoformat() == "2026-11-30T15:59:59+00:00"
    assert {"plan": mine.plan, "evidence": mine.evidence, "timing": mine.timing} == OFFER
    assert [each.action for each in mine.actions] == ["withdraw"]
    assert [each.action for each in shown(world, "格尔木赵静", offer_id).actions] == [
        "put_forward",
        "decline",
        "withdraw",
    ]


def test_an_offer_is_seen_by_who_offered_and_by_staff_who_handle_the_need_only(world: World, worker: Worker) -> None:
    need_id = a_matched_need(world, worker)
    offer_id = offer_oneself(world, LEADER, need_id)

    sees = (LEADER, "格尔木赵静", "海西州李强", "省科协王敏")
    others = ("盐湖厂马工", MEMBER, SECRETARY, "西宁孙浩", "路人吴芳", "保密办周正")
    assert [listed(world, name) for name in (*sees, *others)] == [[offer_id]] * 4 + [[]] * 6
    for name in others:
        with pytest.raises(NotFound):
            shown(world, name, offer_id)
        with pytest.raises((NotFound, Forbidden)):
            of_need(world, name, need_id)
    assert of_need(world, "格尔木赵静", need_id) == [offer_id]
    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, "格尔木赵静"), need_id, note="疑似涉密")
    assert [listed(world, name) for name in sees] == [[]] * 4


def test_open_offers_stand_beside_the_machines_list_and_choosing_one_answers_it(world: World, worker: Worker) -> None:
    need_id = a_matched_need(world, worker)
    chosen, other = offer_oneself(world, LEADER, need_id), offer_oneself(world, MEMBER, need_id)

    beside = seen_by(world, "格尔木赵静", need_id).self_offers
    assert {each.id: (each.source, each.party_name, each.plan, each.gone) for each in beside} == {
        chosen: (PartySource.SELF_OFFER, LEADER, OFFER["plan"], None),
        other: (PartySource.SELF_OFFER, MEMBER, OFFER["plan"], None),
    }
    with pytest.raises(Conflict, match="匹配复核"):
        act(world, "格尔木赵静", chosen, "put_forward")

    review(world, need_id, "supplement", f"expert:{expert(world, LEADER)}", reason="自荐的这位做过同类装置")

    assert [shown(world, LEADER, chosen).state_label, shown(world, MEMBER, other).state_label] == ["已推荐", "待答复"]
    assert [each.id for each in seen_by(world, "格尔木赵静", need_id).self_offers] == [other]
    [party] = list_of(world, "盐湖厂马工", need_id).parties
    assert party.offered is not None
    assert (party.source, party.offered.model_dump()) == (PartySource.SELF_OFFER, OFFER)


def test_put_forward_after_the_review_it_joins_the_list_before_the_company(world: World, worker: Worker) -> None:
    need_id, _ = a_reviewed_need(world, worker)
    offer_id = offer_oneself(world, LEADER, need_id)
    assert [party.name for party in list_of(world, "盐湖厂马工", need_id).parties] == [MEMBER]

    answered = act(world, "格尔木赵静", offer_id, "put_forward", note="已经加进名单")

    assert (answered.state_label, answered.answer_note, answered.actions) == ("已推荐", "已经加进名单", [])
    parties = list_of(world, "盐湖厂马工", need_id).parties
    assert [(each.name, each.source, each.offered and each.offered.timing) for each in parties] == [
        (MEMBER, "matched", None),
        (LEADER, "self_offer", OFFER["timing"]),
    ]


def test_who_was_picked_already_is_not_put_on_a_second_list(world: World, worker: Worker) -> None:
    need_id, _ = a_reviewed_need(world, worker)
    offer_id = offer_oneself(world, MEMBER, need_id)
    [party] = list_of(world, "盐湖厂马工", need_id).parties
    first = choose(world, "盐湖厂马工", need_id, picked=[party.id])

    assert act(world, "格尔木赵静", offer_id, "put_forward").state_label == "已推荐"

    assert list_of(world, "盐湖厂马工", need_id).id == first.id
    assert state_of(world, need_id) is NeedState.TO_INVITE


def test_nobody_is_put_forward_whom_the_company_rejected_or_who_must_not_be_asked(world: World, worker: Worker) -> None:
    need_id, _ = a_reviewed_need(world, worker)
    [party] = list_of(world, "盐湖厂马工", need_id).parties
    choose(world, "盐湖厂马工", need_id, rejected=[{"id": party.id, "reason": "direction"}])
    with stopped_at(TUESDAY):
        worker.run_pending()
        review(world, need_id, "supplement", f"expert:{expert(world, LEADER)}", reason="换一位")
    rejected = offer_oneself(world, MEMBER, need_id)
    paused = offer_oneself(world, LEADER, need_id)
    with world.services.database.writing() as session:
        session.get_one(Expert, expert(world, LEADER)).paused_until = date(2027, 1, 1)

    with pytest.raises(Conflict, match="企业没有选"):
        act(world, "格尔木赵静", rejected, "put_forward")
    with pytest.raises(Conflict, match="暂停"):
        act(world, "格尔木赵静", paused, "put_forward")

    assert {each.id: each.gone for each in seen_by(world, "格尔木赵静", need_id).self_offers} == {
        rejected: "这条需求已经邀请过，或者企业没有选",
        paused: "本人暂停接受邀约",
    }
    assert [shown(world, name, each).state for name, each in ((MEMBER, rejected), (LEADER, paused))] == ["offered"] * 2


def test_who_is_not_chosen_is_told_why(world: World, worker: Worker) -> None:
    need_id = a_matched_need(world, worker)
    offer_id = offer_oneself(world, LEADER, need_id)
    with pytest.raises(Invalid, match="理由"):
        act(world, "格尔木赵静", offer_id, "decline", note="方向不合")
    with pytest.raises(Invalid, match="写明"):
        act(world, "格尔木赵静", offer_id, "decline", reason="direction")
    with pytest.raises(Forbidden):
        act(world, LEADER, offer_id, "decline", reason="direction", note="我自己来")

    act(world, "格尔木赵静", offer_id, "decline", reason="direction", note="需求要的是在线再生，不是离线")

    told = shown(world, LEADER, offer_id)
    assert (told.state_label, told.turn, told.due_at, told.answer_reason, told.answer_note) == (
        "未采用",
        "无人",
        None,
        "方向与需求不合",
        "需求要的是在线再生，不是离线",
    )
    with world.services.database.reading() as session:
        notices = session.exec(select(Job.key).where(Job.name == "notify", Job.key == f"self_offer:{offer_id}")).all()
    assert len(notices) == 2
    with pytest.raises(Conflict, match="未采用"):
        act(world, "格尔木赵静", offer_id, "put_forward")


def test_an_offer_is_taken_back_and_made_anew_but_never_twice_at_once(world: World, worker: Worker) -> None:
    need_id = a_matched_need(world, worker)
    first = offer_oneself(world, LEADER, need_id)
    with pytest.raises(Conflict, match="在等答复"):
        offer_oneself(world, LEADER, need_id)
    # As if both were sent at the same moment.
    with pytest.raises(Conflict), world.services.database.writing() as session:
        session.add(SelfOffer.model_validate(session.get_one(SelfOffer, first).model_dump() | {"id": "f" * 32}))

    assert act(world, LEADER, first, "withdraw").state_label == "已撤回"

    second = offer_oneself(world, LEADER, need_id, timing="年后可以开始")
    assert sorted(listed(world, LEADER)) == sorted([first, second])


def test_a_teams_leader_and_a_societys_people_offer_and_a_society_gets_a_referral_not_a_place_on_the_list(
    world: World, worker: Worker
) -> None:
    team_id = a_team_of_two(world)
    need_id, _ = a_reviewed_need(world, worker)
    of_team = offer(world, LEADER, need_id, "team", team_id)
    of_society = offer(world, SECRETARY, need_id, "society", world.people[SOCIETY])

    assert shown(world, SECRETARY, of_society).party_name == SOCIETY
    # The team's lead society sees the team's offer as well, another society neither.
    assert [len(listed(world, name)) for name in (LEADER, SECRETARY, OTHER_SECRETARY)] == [1, 2, 0]
    act(world, "格尔木赵静", of_team, "put_forward")
    act(world, "格尔木赵静", of_society, "put_forward", note="将另行派单")

    assert [party.name for party in list_of(world, "盐湖厂马工", need_id).parties] == [MEMBER, "格尔木盐湖提锂服务队"]
    assert shown(world, SECRETARY, of_society).state_label == "已推荐"


def test_at_the_end_of_a_need_everybody_who_waits_is_answered(world: World, worker: Worker) -> None:
    need_id = a_matched_need(world, worker)
    waiting, back = offer_oneself(world, LEADER, need_id), offer_oneself(world, MEMBER, need_id)
    act(world, MEMBER, back, "withdraw")
    steps.act(world, "盐湖厂马工", need_id, "withdraw", note="已经自己解决")

    end(world, need_id)

    told = shown(world, LEADER, waiting)
    assert (told.state_label, told.answer_reason, told.answer_note) == (
        "未采用",
        "需求已经办结、撤回或过期",
        "企业撤回了这条需求。感谢您的自荐。",
    )
    # What was everybody's is not any more.
    assert told.need_title is None
    assert shown(world, MEMBER, back).state_label == "已撤回"
