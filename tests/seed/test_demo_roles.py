"""Everybody whom one click signs in finds what their card says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlmodel import Session, select

from service.actors import Actor, actor_of
from service.models import (
    Approval,
    ApprovalState,
    Consultation,
    ErasureState,
    HolderKind,
    Invitation,
    InvitationState,
    Membership,
    NeedState,
    Referral,
    ReferralState,
    Team,
    User,
)
from service.schemas.referrals import ReferralRole
from service.services import Services
from service.usecases import brokers, consultations, erasures, invitation_views, needs, referrals, today


@contextmanager
def in_the_role_of(demo: Services, key: str) -> Iterator[tuple[Session, Actor]]:
    with demo.database.reading() as session:
        yield session, actor_of(session, session.exec(select(User).where(User.user_name == key)).one())


def states_of_needs(session: Session, actor: Actor) -> set[NeedState]:
    found = {state for state in NeedState for _ in needs.page_of(session, actor, mine=True, state=state)[0]}
    assert found
    return found


def test_the_company_has_a_list_to_choose_from_and_a_closing_to_confirm(demo: Services) -> None:
    with in_the_role_of(demo, "demo-company") as (session, actor):
        states = states_of_needs(session, actor)
        cases, _ = consultations.page_of(session, actor)

    assert {NeedState.RECOMMENDED, NeedState.DRAFT, NeedState.MORE_INFO, NeedState.ENGAGED, NeedState.CLOSED} <= states
    assert "to_confirm" in {case.state for case in cases}


def test_the_expert_is_invited_and_has_minutes_to_write(demo: Services) -> None:
    with in_the_role_of(demo, "demo-expert") as (session, actor):
        sent = select(Invitation).where(
            Invitation.party_id == actor.expert_id, Invitation.state == InvitationState.SENT
        )
        asked = session.exec(sent).all()
        shown, _ = invitation_views.page_of(session, actor, state=None, need_id="", page=1)
        cases, _ = consultations.page_of(session, actor)

    assert asked
    assert shown
    assert {"to_minute", "scheduled"} <= {case.state for case in cases}


def test_the_leader_has_a_referral_to_answer_and_a_case_that_goes_on(demo: Services) -> None:
    with in_the_role_of(demo, "demo-leader") as (session, actor):
        team = session.exec(select(Team).where(Team.leader_id == actor.expert_id)).one()
        received, _ = referrals.page_of(session, actor, role=ReferralRole.RECEIVED, state=ReferralState.PENDING)
        served = session.exec(select(Consultation.state).where(Consultation.holder_id == team.id)).all()

    assert [each.receiver_id for each in received] == [team.id]
    assert served == ["ongoing"]


def test_the_society_has_a_referral_to_answer(demo: Services) -> None:
    with in_the_role_of(demo, "demo-society") as (session, actor):
        society = session.exec(select(Membership.organization_id).where(Membership.user_id == actor.user_id)).one()
        received, _ = referrals.page_of(session, actor, role=ReferralRole.RECEIVED, state=ReferralState.PENDING)
        pending = session.exec(
            select(Referral).where(Referral.receiver_kind == HolderKind.SOCIETY, Referral.receiver_id == society)
        ).all()

    assert received
    assert pending


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("demo-company", {"请从推荐名单里选", "请确认是否办结", "请补充后再提交"}),
        ("demo-expert", {"请答复邀约", "见过面了，请写纪要"}),
        ("demo-leader", {"请接单或拒单", "正在服务，办完请申请办结"}),
        ("demo-society", {"请接单或拒单"}),
        ("demo-broker", set()),
    ],
)
def test_the_first_page_lists_what_each_card_promises(demo: Services, key: str, asked: set[str]) -> None:
    with in_the_role_of(demo, key) as (session, actor):
        waiting = today.waiting_for(session, demo, actor)

    assert asked <= {each.what for each in waiting}
    assert bool(asked) == bool(waiting)


def test_the_city_has_needs_to_review_and_lists_to_check(demo: Services) -> None:
    with in_the_role_of(demo, "demo-city") as (session, actor):
        seen = {state for state in NeedState for _ in needs.page_of(session, actor, state=state)[0]}

    assert {NeedState.SUBMITTED, NeedState.MATCHING} <= seen


def test_the_province_has_a_paper_to_sign(demo: Services) -> None:
    with in_the_role_of(demo, "demo-province") as (session, actor):
        papers = session.exec(select(Approval).where(Approval.state == ApprovalState.REVIEWED)).all()

    assert len(papers) == 1
    assert actor.user_id not in (papers[0].drafter_id, papers[0].reviewer_id)


def test_the_broker_has_needs_that_nobody_was_found_for(demo: Services) -> None:
    with in_the_role_of(demo, "demo-broker") as (session, actor):
        found, _ = brokers.page_of(session, actor)

    assert NeedState.BROKER in {need.state for need in found}


def test_the_administrator_has_somebody_to_erase(demo: Services) -> None:
    with in_the_role_of(demo, "demo-admin") as (session, actor):
        waiting, _ = erasures.page_of(session, actor, state=ErasureState.WAITING)

    assert len(waiting) == 1
