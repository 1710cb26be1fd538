"""给我打电话、请学会代办 about a self-offer: whose it is, who answers it, and what is sealed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from service.errors import Forbidden, NotFound
from service.models import CallKind, CallResult, CallSubject, Team, TeamKind
from service.schemas.calls import CallOut
from service.usecases import need_acts
from tests.service.call_steps import actor, ask, change_expert, listed, note, offer, refused, shown_to, told
from tests.service.match_steps import a_matched_need, an_expert, ranking_by_words
from tests.service.matrix.people import more_people
from tests.service.self_offers.steps import offer as offer_itself
from tests.service.world import World

SELF_OFFER = CallSubject.SELF_OFFER
CLERK, SECRETARY, SOCIETY = "格尔木赵静", "盐湖学会秘书", "盐湖学会"


@pytest.fixture
def expert_id(world: World) -> str:
    """李锂, with a number on record and a society that looks after him."""
    more_people(world)
    found = an_expert(world, "李锂")
    change_expert(world, mobile="13909790001", society_id=world.people[SOCIETY])
    return found


@pytest.fixture
def offered(world: World, expert_id: str, tmp_path: Path) -> tuple[str, str]:
    """(need, what 李锂 offers for it)."""
    need_id = a_matched_need(world, ranking_by_words(world, tmp_path))
    return need_id, offer_itself(world, "李锂", need_id, "expert", expert_id)


def test_who_offers_asks_the_clerk_of_the_need_or_the_society(world: World, offered: tuple[str, str]) -> None:
    need_id, offer_id = offered
    expert = actor(world, "李锂")
    before = offer(world, expert, offer_id, SELF_OFFER)
    request_id = ask(world, expert, offer_id, SELF_OFFER)
    shown = shown_to(world, CLERK, request_id)

    assert (before.caller, before.society) == ("格尔木市科协", "盐湖学会")
    assert told(world, request_id) == {CLERK: ["李锂请您打电话"]}
    assert listed(world, CLERK) == [(CallKind.REQUEST, "李锂", "关于自荐，请您给他打电话")]
    assert isinstance(shown, CallOut)
    assert (shown.need_id, shown.about_kind, shown.about_id) == (need_id, SELF_OFFER, offer_id)

    note(world, CLERK, request_id, CallResult.REACHED)
    ask(world, expert, offer_id, SELF_OFFER, wish="do_for_me")

    assert [len(listed(world, name)) for name in (SECRETARY, CLERK)] == [1, 0]


def test_what_is_sealed_is_not_called_about(world: World, offered: tuple[str, str]) -> None:
    need_id, offer_id = offered
    request_id = ask(world, actor(world, "李锂"), offer_id, SELF_OFFER)
    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, CLERK), need_id, note="发现疑似标志")

    assert listed(world, CLERK) == []
    assert shown_to(world, CLERK, request_id) is NotFound
    assert refused(world, actor(world, "李锂"), offer_id, SELF_OFFER) is NotFound


def test_a_teams_leader_asks_about_its_offer_and_a_society_about_none(
    world: World, expert_id: str, offered: tuple[str, str]
) -> None:
    """The leader belongs to no society, the team does: it is there that they see the offer."""
    change_expert(world, society_id=None)
    with world.services.database.writing() as session:
        team = Team(
            kind=TeamKind.SQUAD,
            name="盐湖提锂服务团",
            society_id=world.people[SOCIETY],
            leader_id=expert_id,
            region_code="632801",
            term_since=date(2026, 1, 1),
            term_until=date(2027, 12, 31),
        )
        session.add(team)
        session.flush()
        team_id = team.id
    of_team = offer_itself(world, "李锂", offered[0], "team", team_id)
    of_society = offer_itself(world, SECRETARY, offered[0], "society", world.people[SOCIETY])

    assert offer(world, actor(world, "李锂"), of_team, SELF_OFFER).society == "盐湖学会"
    assert offer(world, actor(world, "李锂"), offered[1], SELF_OFFER).society == ""
    assert refused(world, actor(world, SECRETARY), of_team, SELF_OFFER) is Forbidden
    assert refused(world, actor(world, SECRETARY), of_society, SELF_OFFER) is Forbidden
    assert refused(world, actor(world, "路人吴芳"), of_team, SELF_OFFER) is NotFound
