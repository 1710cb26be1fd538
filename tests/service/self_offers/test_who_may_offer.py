"""Who may offer, for which needs, and who may enter it for somebody else."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, SecrecySuspected, Stale
from service.models import Expert, ProxyEntry, Team
from service.schemas.experts import ExpertSettings
from service.usecases import experts, need_acts
from service.worker import Worker
from tests.service import steps
from tests.service.match_steps import PROXY, a_matched_need
from tests.service.self_offers.steps import (
    SOCIETY,
    act,
    listed,
    offer,
    offer_oneself,
    shown,
)
from tests.service.team_steps import (
    LEADER,
    MEMBER,
    OTHER_SECRETARY,
    SECRETARY,
    UNVERIFIED,
    a_society,
    a_team_of_two,
    expert,
)
from tests.service.world import World

TUESDAY = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
ENTERED = PROXY | {"asked_by": LEADER}


@pytest.mark.parametrize(
    ("by", "asked_by", "error", "told"),
    [
        ("格尔木赵静", LEADER, None, ""),
        ("海西州李强", LEADER, None, ""),
        ("西宁孙浩", LEADER, Forbidden, "不能替"),
        (SECRETARY, LEADER, Forbidden, "不能替"),
        ("盐湖厂马工", LEADER, Forbidden, "不能替"),
        ("格尔木赵静", "", Invalid, "受谁委托"),
    ],
)
def test_who_may_enter_an_offer_for_an_expert(
    world: World, worker: Worker, by: str, asked_by: str, error: type[AppError] | None, told: str
) -> None:
    need_id = a_matched_need(world, worker)
    proxy = ENTERED if asked_by else None

    if error is not None:
        with pytest.raises(error, match=told):
            offer(world, by, need_id, "expert", expert(world, LEADER), proxy=proxy)
        return
    offer_id = offer(world, by, need_id, "expert", expert(world, LEADER), proxy=proxy)
    with pytest.raises(Invalid, match="受谁委托"):
        act(world, by, offer_id, "withdraw")
    act(world, by, offer_id, "withdraw", proxy=ENTERED)
    with world.services.database.reading() as session:
        entries = session.exec(select(ProxyEntry).where(ProxyEntry.subject_kind == "self_offer")).all()
        assert [(each.act, each.asked_by, each.entered_by_id) for each in entries] == [
            ("offer", LEADER, world.people[by]),
            ("withdraw", LEADER, world.people[by]),
        ]


def test_the_experts_own_society_may_enter_an_offer(world: World, worker: Worker) -> None:
    need_id = a_matched_need(world, worker)
    with world.services.database.writing() as session:
        session.get_one(Expert, expert(world, LEADER)).society_id = world.people[SOCIETY]

    offer_id = offer(world, SECRETARY, need_id, "expert", expert(world, LEADER), proxy=ENTERED)

    assert shown(world, SECRETARY, offer_id).party_name == LEADER
    assert listed(world, LEADER) == [offer_id]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"takes_part": False}, "没有同意参与推荐"),
        ({"paused_until": date(2026, 12, 1)}, "暂停"),
        ({"monthly_capacity": 0}, "已满"),
        ({"service_types": ["testing"]}, "不提供这一类服务"),
    ],
)
def test_who_could_not_be_asked_cannot_offer_either(
    world: World, worker: Worker, changes: dict[str, object], told: str
) -> None:
    need_id = a_matched_need(world, worker)
    with world.services.database.writing() as session:
        version = session.get_one(Expert, expert(world, LEADER)).version
        wanted = ExpertSettings.model_validate({"version": version, "takes_part": True} | changes)
        experts.change_settings(session, world.services, world.actor(session, LEADER), expert(world, LEADER), wanted)

    with pytest.raises(Conflict, match=told):
        offer_oneself(world, LEADER, need_id)


def test_neither_strangers_to_a_party_nor_unfit_parties_offer(world: World, worker: Worker) -> None:
    team_id = a_team_of_two(world)
    need_id = a_matched_need(world, worker)
    unknown = a_society(world, OTHER_SECRETARY, "青海省新学会（演示数据）", "52630000MADEM0023Y", verified=False)
    own = world.company.id
    tried = [
        (UNVERIFIED, "expert", expert(world, UNVERIFIED), Conflict, "没有通过核验"),
        (MEMBER, "expert", expert(world, UNVERIFIED), Invalid, "没有找到"),
        (MEMBER, "expert", "0" * 32, Invalid, "没有找到"),
        (MEMBER, "expert", expert(world, LEADER), Forbidden, "不能替"),
        (MEMBER, "team", team_id, Forbidden, "不能替"),
        (OTHER_SECRETARY, "society", world.people[SOCIETY], Forbidden, "不能替"),
        (OTHER_SECRETARY, "society", unknown, Invalid, "还没有核验"),
        ("盐湖厂马工", "society", own, Invalid, "只能选学会"),
    ]
    for name, kind, party_id, error, told in tried:
        with pytest.raises(error, match=told):
            offer(world, name, need_id, kind, party_id)


def test_the_needs_own_people_do_not_offer(world: World, worker: Worker) -> None:
    need_id = a_matched_need(world, worker)
    with world.services.database.writing() as session:
        session.get_one(Expert, expert(world, LEADER)).organization_name = world.company.name

    with pytest.raises(Conflict, match="需求方自己的人"):
        offer_oneself(world, LEADER, need_id)


def test_offers_are_for_open_needs_that_this_person_may_see(world: World, worker: Worker) -> None:
    steps.verify(world)
    draft = steps.a_draft(world)
    with pytest.raises(NotFound):
        offer_oneself(world, LEADER, draft)
    steps.act(world, "盐湖厂马工", draft, "submit")
    with pytest.raises(Conflict, match="不接受自荐"):
        offer(world, "格尔木赵静", draft, "expert", expert(world, LEADER), proxy=ENTERED)
    steps.act(world, "格尔木赵静", draft, "accept")

    assert offer_oneself(world, LEADER, draft)

    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, "格尔木赵静"), draft, note="疑似涉密")
    with pytest.raises(NotFound):
        offer_oneself(world, MEMBER, draft)


@pytest.mark.parametrize("field", ["plan", "evidence", "timing"])
def test_a_mark_of_secrecy_stops_an_offer_before_it_is_kept(world: World, worker: Worker, field: str) -> None:
    need_id = a_matched_need(world, worker)

    with pytest.raises(SecrecySuspected):
        offer_oneself(world, LEADER, need_id, **{field: "机密★5年 有一份图纸可以参考"})

    assert listed(world, LEADER) == []


def test_an_answer_to_what_has_changed_meanwhile_is_refused(world: World, worker: Worker) -> None:
    need_id = a_matched_need(world, worker)
    offer_id = offer_oneself(world, LEADER, need_id)
    act(world, LEADER, offer_id, "withdraw")

    with pytest.raises(Stale):
        act(world, "格尔木赵静", offer_id, "decline", version=1, reason="other", note="不用了")


def test_a_leader_offers_for_the_team_only_while_its_term_runs(world: World, worker: Worker) -> None:
    team_id = a_team_of_two(world)
    need_id = a_matched_need(world, worker)
    with world.services.database.writing() as session:
        session.get_one(Team, team_id).term_until = date(2026, 11, 22)

    with pytest.raises(Forbidden):
        offer(world, LEADER, need_id, "team", team_id)
