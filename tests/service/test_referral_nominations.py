"""Experts whom a society names, and answers that staff give for it or take back."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlmodel import col, select

from service.errors import Conflict, Invalid
from service.models import (
    Consultation,
    ConsultationState,
    Expert,
    Need,
    ProxyEntry,
    Recommendation,
    RecommendedParty,
)
from service.schemas.common import ActionInput
from service.services import Services
from service.usecases import need_acts
from tests.service import referral_steps as steps
from tests.service.referral_steps import (
    CLERK,
    FARM,
    LEADER,
    MEMBER,
    OTHER_SECRETARY,
    OWNER,
    PROXY,
    SALT,
    SECRETARY,
    UNVERIFIED,
    answer,
    consultations,
    need_state,
    nominate,
    read_by,
    seen_by,
    send,
    to_society,
)
from tests.service.team_steps import expert
from tests.service.world import World


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    return steps.a_world_of_referrals(services)


def test_nominees_are_put_before_the_company_in_the_societys_order(world: World) -> None:
    need_id = steps.a_matched_need(world)
    referral_id = send(world, need_id, to_society(world))

    assert nominate(world, SECRETARY, referral_id, MEMBER, LEADER) == "nominated"

    with world.services.database.reading() as session:
        parties = session.exec(select(RecommendedParty).order_by(col(RecommendedParty.place))).all()
        made = session.exec(select(Recommendation)).one()
    assert [(each.party_id, each.source, each.referral_id) for each in parties] == [
        (expert(world, MEMBER), "nominated", referral_id),
        (expert(world, LEADER), "nominated", referral_id),
    ]
    assert (made.state, made.review_id, need_state(world, need_id)) == ("to_choose", None, "recommended")


def test_nominees_join_a_list_that_lies_before_the_company_and_it_goes_on_choosing(world: World) -> None:
    need_id = steps.a_matched_need(world)
    nominate(world, SECRETARY, send(world, need_id, to_society(world)), LEADER)
    again = send(world, need_id, to_society(world))
    assert need_state(world, need_id) == "inviting"

    nominate(world, SECRETARY, again, MEMBER)

    with world.services.database.reading() as session:
        made = session.exec(select(Recommendation)).one()
        parties = session.exec(select(RecommendedParty).order_by(col(RecommendedParty.place))).all()
    assert [(each.recommendation_id, each.party_id, each.referral_id == again) for each in parties] == [
        (made.id, expert(world, LEADER), False),
        (made.id, expert(world, MEMBER), True),
    ]
    assert need_state(world, need_id) == "recommended"


def test_nobody_is_nominated_who_must_not_be_recommended(world: World) -> None:
    need_id = steps.a_matched_need(world)
    referral_id = send(world, need_id, to_society(world))
    farmers = send(world, need_id, to_society(world, FARM))

    for names, error, told in (
        ((UNVERIFIED,), Conflict, "还没有通过核验"),
        ((LEADER, LEADER), Invalid, "两次"),
    ):
        with pytest.raises(error, match=told):
            nominate(world, SECRETARY, referral_id, *names)
    with pytest.raises(Invalid, match="不是本会专家"):
        nominate(world, OTHER_SECRETARY, farmers, LEADER)
    with world.services.database.writing() as session:
        session.get_one(Expert, expert(world, LEADER)).takes_part = False
    with pytest.raises(Conflict, match="没有同意参与推荐"):
        nominate(world, SECRETARY, referral_id, MEMBER, LEADER)

    assert seen_by(world, SECRETARY, referral_id)["state"] == "pending"
    assert nominate(world, SECRETARY, referral_id, MEMBER) == "nominated"


def test_staff_answer_for_the_receiver_only_with_who_asked_them_to(world: World) -> None:
    need_id = steps.a_matched_need(world)
    referral_id = send(world, need_id, to_society(world))

    for attempt in (
        lambda: answer(world, CLERK, referral_id, "accept"),
        lambda: answer(world, CLERK, referral_id, "decline", reason="time"),
        lambda: nominate(world, CLERK, referral_id, LEADER),
    ):
        with pytest.raises(Invalid, match="受谁委托"):
            attempt()
    answer(world, CLERK, referral_id, "accept", proxy=PROXY)

    with world.services.database.reading() as session:
        entry = session.exec(select(ProxyEntry).where(ProxyEntry.subject_id == referral_id)).one()
    assert (entry.act, entry.asked_by, entry.channel) == ("accept", "何岚", "phone")
    assert consultations(world, need_id) == [("to_contact", "society", world.people[SALT])]


def test_a_referral_is_taken_back_until_the_first_contact(world: World) -> None:
    need_id = steps.a_matched_need(world)
    referral_id = send(world, need_id, to_society(world))
    answer(world, SECRETARY, referral_id, "accept")
    with pytest.raises(Invalid, match="原因"):
        answer(world, CLERK, referral_id, "withdraw")

    answer(world, CLERK, referral_id, "withdraw", note="派错了学会")

    assert consultations(world, need_id) == [("aborted", "society", world.people[SALT])]
    assert (need_state(world, need_id), read_by(world, SECRETARY, need_id)) == ("accepted", None)


def test_after_the_first_contact_a_referral_is_not_taken_back(world: World) -> None:
    need_id = steps.a_matched_need(world)
    referral_id = send(world, need_id, to_society(world))
    answer(world, SECRETARY, referral_id, "accept")
    with world.services.database.writing() as session:
        session.exec(select(Consultation)).one().state = ConsultationState.CONTACTED

    with pytest.raises(Conflict, match="已经联系过企业"):
        answer(world, CLERK, referral_id, "withdraw", note="派错了学会")

    assert (need_state(world, need_id), read_by(world, SECRETARY, need_id)) == ("engaged", "invited")


def test_nobody_waits_for_a_need_that_is_withdrawn(world: World) -> None:
    need_id = steps.a_matched_need(world)
    referral_id = send(world, need_id, to_society(world))
    with world.services.database.writing() as session:
        given = ActionInput.model_validate({"version": session.get_one(Need, need_id).version, "note": "不需要了"})
        need_acts.act(session, world.services, world.actor(session, OWNER), need_id, "withdraw", given)

    seen = seen_by(world, SECRETARY, referral_id)

    assert (seen["state"], seen["need"], seen["actions"]) == ("withdrawn", None, [])
    assert read_by(world, SECRETARY, need_id) is None
