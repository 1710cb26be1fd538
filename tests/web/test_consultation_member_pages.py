"""派成员 by forms: the leader names a member and takes them off; the member works by account or by link."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from sqlmodel import select

from service.models import ConsultationMember, ConsultationState, Expert, HolderKind, LinkPurpose
from service.services import Services
from service.usecases.signed_links import address, link_to
from tests.service.consultations.steps import CLERK, OWNER, Served, a_matching_need, served_by_referral
from tests.service.team_steps import LEADER, MEMBER, a_team_of_two, a_world_of_teams, expert
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words
from tests.web.test_consultation_pages import CONTACT, offered, path_of, send

TASK = "看现场，取样"


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    return a_world_of_teams(services)


@pytest.fixture
def served(world: World) -> Served:
    team_id, need_id = a_team_of_two(world), a_matching_need(world)
    consultation_id = served_by_referral(world, need_id, HolderKind.TEAM, team_id)
    return Served(world, need_id, consultation_id, expert(world, LEADER))


def naming(served: Served, note: str = TASK) -> dict[str, str]:
    return {"members.0.expert_id": expert(served.world, MEMBER), "members.0.note": note}


def rows(served: Served) -> list[ConsultationMember]:
    with served.world.services.database.reading() as session:
        return list(session.exec(select(ConsultationMember)))


def test_the_leader_names_a_member_who_works_on_it_until_taken_off(served: Served, browser_of: SignIn) -> None:
    leader, member, path = browser_of(LEADER), browser_of(MEMBER), path_of(served)
    assert member.get(path).status_code == 404
    shown = leader.get(path)
    assert f'<option value="{expert(served.world, MEMBER)}"' in shown.text
    short = leader.post(f"{path}/acts/name_members", data={"version": "1", **naming(served, "看")})
    assert (short.status_code, typed(short, "members.0.note")) == (422, "看")
    nobody = leader.post(f"{path}/acts/name_members", data={"version": "1"})
    assert nobody.status_code == 422

    named = send(leader, path, "name_members", **naming(served))

    assert (named.status_code, named.headers["location"]) == (303, path), words(named)
    for who in (LEADER, MEMBER, OWNER, CLERK):
        assert f"谁在做 {MEMBER}：{TASK}" in words(browser_of(who).get(path)), who
    assert "请首次联系企业" in words(member.get("/today"))
    assert path in member.get("/consultations").text
    assert "吸附剂" in words(member.get(f"/needs/{served.need_id}"))
    assert "轮到： 您" in words(member.get(path))
    assert offered(member.get(path)) == {"contact"}
    assert "受谁委托" not in words(member.get(path))
    assert send(member, path, "contact", **CONTACT).status_code == 303
    assert served.row.state is ConsultationState.CONTACTED

    row = rows(served)[0]
    off = leader.post(f"{path}/acts/take_off_member", data={"version": row.version, "target": row.id, "note": "出差"})
    assert off.headers["location"] == path, words(off)
    assert member.get(path).status_code == 404
    told = words(browser_of(OWNER).get(path))
    assert "谁在做" not in told
    assert f"{MEMBER}：出差" in told


def test_staff_name_for_the_leader_with_who_asked_and_a_link_is_enough_for_the_member(
    served: Served, browser_of: SignIn
) -> None:
    clerk, path = browser_of(CLERK), path_of(served)
    with served.world.services.database.writing() as session:
        session.get_one(Expert, expert(served.world, MEMBER)).user_id = None
    refused = send(clerk, path, "name_members", **naming(served))
    assert (refused.status_code, "受谁委托" in words(refused)) == (422, True)
    proxy = {"proxy.asked_by": LEADER, "proxy.channel": "phone", "proxy.asked_at": "2026-11-23T09:00"}
    assert send(clerk, path, "name_members", **naming(served), **proxy).status_code == 303

    with served.world.services.database.reading() as session:
        link = link_to(session, LinkPurpose.CONSULTATION, served.id, expert(served.world, MEMBER))
        assert link is not None
        linked = "/r/" + address(served.world.services, link).partition("/r/")[2]
    stranger = browser_of("")
    shown = stranger.get(linked)
    assert set(re.findall(r"act=(\w+)", shown.text)) == {"contact"}
    assert send(stranger, linked, "contact", **CONTACT).headers["location"] == linked
    assert stranger.post(f"{linked}/acts/name_members", data={"version": "2", **naming(served)}).status_code == 403
