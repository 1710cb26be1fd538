"""派单 in the browser: proposing, sending, the inbox, answering, naming experts, passing on."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from service.models import Consultation, ProxyEntry, Referral
from service.services import Services
from tests.service.referral_steps import (
    CLERK,
    FARM,
    LEADER,
    MEMBER,
    OTHER_SECRETARY,
    SALT,
    SECRETARY,
    a_manager,
    a_match,
    a_matched_need,
    a_world_of_referrals,
    send,
    to_society,
)
from tests.service.team_steps import expert
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words

PROXY = {"proxy.asked_by": "何岚", "proxy.channel": "phone", "proxy.asked_at": "2026-11-23T09:00"}


@pytest.fixture
def world(services: Services, monday: object) -> World:
    return a_world_of_referrals(services)


def referrals_of(world: World) -> list[Referral]:
    with world.services.database.reading() as session:
        return list(session.exec(select(Referral).order_by(Referral.number)))


def test_the_proposed_receiver_is_chosen_already_and_a_form_sent_twice_refers_once(
    world: World, browser_of: SignIn
) -> None:
    need_id = a_matched_need(world)
    a_match(world, need_id, f"expert:{expert(world, LEADER)}")
    clerk = browser_of(CLERK)

    shown = clerk.get(f"/needs/{need_id}/refer")
    sent = {
        "version": typed(shown, "version"),
        "once": "e" * 32,
        "receiver": f"society:{world.people[SALT]}",
        "fee_kind": "free",
        "note": "请推荐一位专家",
    }
    without = clerk.post(f"/needs/{need_id}/refer", data=sent | {"receiver": "", "once": ""})
    done = [clerk.post(f"/needs/{need_id}/refer", data=sent) for _ in range(2)]

    assert f"建议派给学会“{SALT}”：本会专家" in words(shown)
    assert f'value="society:{world.people[SALT]}" selected' in shown.text
    assert (without.status_code, typed(without, "note")) == (422, "请推荐一位专家")
    assert "请选择一个承接单位" in words(without)
    assert [each.status_code for each in done] == [303, 303]
    made = referrals_of(world)
    assert [(each.receiver_id, each.note, each.state) for each in made] == [
        (world.people[SALT], "请推荐一位专家", "pending")
    ]
    assert f"派单 {SALT} 待接单 接单单位 11月25日" in words(clerk.get(f"/needs/{need_id}"))


def test_a_society_finds_it_in_its_inbox_and_names_its_experts(world: World, browser_of: SignIn) -> None:
    need_id = a_matched_need(world)
    referral_id = send(world, need_id, to_society(world))
    secretary = browser_of(SECRETARY)

    inbox = secretary.get("/referrals")
    shown = secretary.get(f"/referrals/{referral_id}")
    form = secretary.get(f"/referrals/{referral_id}/nominate")
    nobody = secretary.post(f"/referrals/{referral_id}/nominate", data={"version": typed(form, "version")})
    done = secretary.post(
        f"/referrals/{referral_id}/nominate",
        data={"version": typed(form, "version"), "expert_ids": [expert(world, LEADER)], "note": "做过类似的项目"},
    )

    assert f'href="/referrals/{referral_id}"' in inbox.text
    assert re.findall(r'(?:/actions/|href="/referrals/\w{32}/)(\w+)"', shown.text) == [
        "accept",
        "decline",
        "nominate",
        "reassign",
    ]
    assert LEADER in words(form)
    assert "0 / 2" in words(form)
    assert nobody.status_code == 422
    assert done.status_code == 303
    assert [each.state for each in referrals_of(world)] == ["nominated"]
    assert browser_of(OTHER_SECRETARY).get(f"/referrals/{referral_id}").status_code == 404


def test_accepting_for_a_society_needs_whose_word_it_is(world: World, browser_of: SignIn) -> None:
    referral_id = send(world, a_matched_need(world), to_society(world))
    clerk = browser_of(CLERK)
    sent = {"version": typed(clerk.get(f"/referrals/{referral_id}"), "version")}

    alone = clerk.post(f"/referrals/{referral_id}/actions/accept", data=sent)
    done = clerk.post(f"/referrals/{referral_id}/actions/accept", data=sent | PROXY)

    assert (alone.status_code, done.status_code) == (422, 303)
    assert "替承接单位答复请写明受谁委托" in words(alone)
    with world.services.database.reading() as session:
        assert [(each.act, each.asked_by) for each in session.exec(select(ProxyEntry))] == [("accept", "何岚")]
        consulted = session.exec(select(Consultation)).one()
    assert f'href="/consultations/{consulted.id}"' in clerk.get(f"/referrals/{referral_id}").text


def test_a_society_passes_it_on_among_those_it_may_know(world: World, browser_of: SignIn) -> None:
    referral_id = send(world, a_matched_need(world), to_society(world))
    secretary = browser_of(SECRETARY)

    form = secretary.get(f"/referrals/{referral_id}/reassign")
    sent = {"version": typed(form, "version"), "receiver": f"society:{world.people[FARM]}", "note": "更对口"}
    done = secretary.post(f"/referrals/{referral_id}/reassign", data=sent)

    assert re.findall(r'optgroup label="([^"]+)"', form.text) == ["学会"]
    assert f"society:{world.people[SALT]}" not in form.text
    assert done.status_code == 303
    assert [(each.state, each.receiver_id) for each in referrals_of(world)] == [
        ("reassigned", world.people[SALT]),
        ("pending", world.people[FARM]),
    ]


def test_a_tech_manager_sees_what_to_look_further_for(world: World, browser_of: SignIn) -> None:
    a_manager(world, world.county.id)
    manager = browser_of("技术经理人李海")

    shown = manager.get("/broker")

    assert "现在没有转给您的需求" in words(shown)
    assert ">继续找</a>" in shown.text
    assert MEMBER not in words(shown)


def test_the_first_page_of_a_society_leads_to_what_it_has_not_answered(world: World, browser_of: SignIn) -> None:
    referral_id = send(world, a_matched_need(world), to_society(world))

    page, other = browser_of(SECRETARY).get("/"), browser_of(OTHER_SECRETARY).get("/")

    assert f'<a href="/referrals/{referral_id}">' in page.text
    assert "轮到您的事（1） 吸附剂用半年就吸不动锂了 派单：请接单或拒单 还剩 2 个工作日" in words(page)
    assert "轮到您的事" not in words(other)
