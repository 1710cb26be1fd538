"""Steps of the stories about personal data, each in a transaction of its own, by a person of the small world."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from service.models import (
    Consultation,
    Expert,
    FeeKind,
    Invitation,
    InvitationState,
    Mode,
    Need,
    NeedState,
    PartyKind,
    PartySource,
    Recommendation,
    RecommendationState,
    RecommendedParty,
)
from service.rules.consent_purposes import PURPOSES
from service.schemas.common import ActionInput
from service.schemas.consents import ConsentInput
from service.schemas.experts import NewExpert
from service.usecases import consents, experts, openings
from tests.service.steps import a_submitted_need, act
from tests.service.world import World

PROFILE = {
    "name": "才让·多杰",
    "professional_title": "研究员",
    "organization_name": "高原盐湖研究所（演示数据）",
    "region_code": "632801",
    "profile": "锂吸附材料的结构稳定性与再生",
    "mobile": "138 0971 2234",
    "mail": "cairang@example.org",
    "employments": [{"organization_name": "高原盐湖研究所（演示数据）", "position": "室主任", "since": "2012-07-01"}],
    "works": [{"kind": "paper", "year": 2024, "title": "层状双氢氧化物循环中的锂位流失", "text": "给出了衰减的机理"}],
}
EXPERT, CLERK, COMPANY, BOSS = "路人吴芳", "格尔木赵静", "盐湖厂马工", "省科协王敏"


def a_verified_expert(world: World, name: str = EXPERT, **changes: object) -> str:
    with world.services.database.writing() as session:
        content = NewExpert.model_validate(PROFILE | {"for_myself": True} | changes)
        expert_id = experts.create(session, world.services, world.actor(session, name), content).id
    act_on_expert(world, CLERK, expert_id, "verify")
    return expert_id


def a_listed_expert(world: World) -> str:
    expert_id = a_verified_expert(world)
    decide(world, EXPERT, "recommend", given=True)
    return expert_id


def act_on_expert(world: World, name: str, expert_id: str, action: str, note: str = "") -> None:
    with world.services.database.writing() as session:
        actor = world.actor(session, name)
        version = experts.find(session, actor, expert_id).version or 0
        given = ActionInput(version=version, reason="", note=note, proxy=None)
        experts.act(session, world.services, actor, expert_id, action, given)


def decide(world: World, name: str, purpose: str, *, given: bool) -> None:
    with world.services.database.writing() as session:
        said = ConsentInput(purpose=purpose, given=given, text_version=PURPOSES[purpose].version)
        consents.decide(session, world.services, world.actor(session, name), said)


def stored(world: World, expert_id: str) -> Expert:
    with world.services.database.reading() as session:
        return session.exec(select(Expert).where(Expert.id == expert_id)).one()


def an_accepted_need(world: World) -> str:
    need_id = a_submitted_need(world)
    act(world, CLERK, need_id, "accept")
    return need_id


def an_invitation(world: World, need_id: str, expert_id: str, **changes: object) -> str:
    """Sent and not answered; the steps before it are left out."""
    with world.services.database.writing() as session:
        listed = Recommendation(need_id=need_id, round=1, state=RecommendationState.CHOSEN)
        session.add(listed)
        session.flush()
        party = RecommendedParty(
            recommendation_id=listed.id,
            place=1,
            party_kind=PartyKind.EXPERT,
            party_id=expert_id,
            source=PartySource.MATCHED,
        )
        session.add(party)
        session.flush()
        facts: dict[str, Any] = {
            "need_id": need_id,
            "recommended_id": party.id,
            "party_kind": PartyKind.EXPERT,
            "party_id": expert_id,
            "round": 1,
            "created_by_id": world.people[CLERK],
            "question": "吸附剂为什么衰减",
            "expected_hours": 4,
            "mode": Mode.ONLINE,
            "fee_kind": FeeKind.FREE,
            "contact_name": CLERK,
            "contact_phone": "0979-8412345",
        }
        invitation = Invitation(**facts | changes)
        session.add(invitation)
        session.get_one(Need, need_id).state = NeedState.INVITING
        return invitation.id


def accept(world: World, invitation_id: str) -> str:
    """The consultation that begins."""
    with world.services.database.writing() as session:
        invitation = session.get_one(Invitation, invitation_id)
        invitation.state = InvitationState.ACCEPTED
        need = session.get_one(Need, invitation.need_id)
        consultation: Consultation = openings.open_by_invitation(session, world.services, need, invitation)
        return consultation.id
