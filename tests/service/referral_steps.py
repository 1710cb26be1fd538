"""Steps of a referral's story for tests: a matched need, societies with experts, who sends and who answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from service.actors import SYSTEM
from service.models import (
    Consultation,
    Expert,
    MatchResult,
    MatchReview,
    MatchRun,
    Need,
    NeedState,
    Organization,
    PartyKind,
    PostRole,
    Referral,
    ReferralState,
    ReviewVerdict,
    User,
)
from service.schemas.common import ActionInput
from service.schemas.referrals import NominateInput, ReassignInput, ReferralInput
from service.services import Services
from service.usecases import associations, referral_acts, referrals
from service.usecases.referral_views import show
from service.workflow.engine import perform
from service.workflow.needs import NEED
from tests.service import team_steps
from tests.service.steps import a_submitted_need, act
from tests.service.team_steps import LEADER, MEMBER, OTHER_SECRETARY, SECRETARY, UNVERIFIED
from tests.service.world import LONG_AGO, World

__all__ = ["LEADER", "MEMBER", "OTHER_SECRETARY", "SECRETARY", "UNVERIFIED"]

CLERK, CITY_CLERK = "格尔木赵静", "海西州李强"
OWNER, MANAGER = "盐湖厂马工", "技术经理人李海"
SALT, FARM = "青海省盐湖学会（演示数据）", "青海省农学会（演示数据）"
PROXY = {"asked_by": "何岚", "channel": "phone", "asked_at": "2026-11-23T00:30:00+00:00"}


def a_world_of_referrals(services: Services) -> World:
    """As for teams; the experts are of 盐湖学会."""
    found = team_steps.a_world_of_teams(services)
    with services.database.writing() as session:
        for name in (LEADER, MEMBER, UNVERIFIED):
            session.get_one(Expert, team_steps.expert(found, name)).society_id = found.people[SALT]
    return found


def a_matched_need(world: World) -> str:
    """Matched, with nobody asked yet; worked on at 格尔木市科协."""
    need_id = a_submitted_need(world)
    act(world, CLERK, need_id, "accept")
    with world.services.database.writing() as session:
        need = session.get_one(Need, need_id)
        perform(session, NEED, need, "match", SYSTEM, world.services.clockwork, as_consequence=True)
    return need_id


def a_manager(world: World, at: str) -> str:
    """Somebody with a post of 技术经理人 there; their id."""
    with world.services.database.writing() as session:
        user = User(name=MANAGER, user_name=MANAGER)
        session.add(user)
        session.flush()
        world.people[MANAGER] = user.id
        appoint(session, world.services, user.id, at, PostRole.TECH_MANAGER)
    return user.id


def appoint(session: Session, services: Services, user_id: str, association_id: str, role: PostRole) -> None:
    associations.appoint(
        session,
        services,
        SYSTEM,
        user_id=user_id,
        association_id=association_id,
        department="",
        role=role,
        since=LONG_AGO,
    )


def to_society(world: World, name: str = SALT, **changes: object) -> dict[str, object]:
    return {"receiver_kind": "society", "receiver_id": world.people[name], "fee_kind": "free"} | changes


def to(kind: str, receiver_id: str, **changes: object) -> dict[str, object]:
    return {"receiver_kind": kind, "receiver_id": receiver_id, "fee_kind": "filed"} | changes


def send(world: World, need_id: str, given: Mapping[str, object], by: str = CLERK, version: int | None = None) -> str:
    with world.services.database.writing() as session:
        current = session.get_one(Need, need_id).version if version is None else version
        content = ReferralInput.model_validate({"version": current, **given})
        return referrals.send(session, world.services, world.actor(session, by), need_id, content).id


def answer(world: World, by: str, referral_id: str, action: str, **given: object) -> ReferralState:
    with world.services.database.writing() as session:
        content = ActionInput.model_validate({"version": version_of(session, referral_id)} | given)
        actor = world.actor(session, by)
        return referral_acts.act(session, world.services, actor, referral_id, action, content).state


def nominate(world: World, by: str, referral_id: str, *names: str, **given: object) -> ReferralState:
    with world.services.database.writing() as session:
        chosen = [team_steps.expert(world, name) for name in names]
        content = {"version": version_of(session, referral_id), "expert_ids": chosen} | given
        actor, wanted = world.actor(session, by), NominateInput.model_validate(content)
        return referral_acts.nominate(session, world.services, actor, referral_id, wanted).state


def reassign(world: World, by: str, referral_id: str, kind: str, receiver_id: str, **given: object) -> str:
    with world.services.database.writing() as session:
        content = {
            "version": version_of(session, referral_id),
            "receiver_kind": kind,
            "receiver_id": receiver_id,
            "note": "请承接",
        } | given
        actor, wanted = world.actor(session, by), ReassignInput.model_validate(content)
        return referral_acts.reassign(session, world.services, actor, referral_id, wanted).id


def expire(world: World, referral_id: str) -> None:
    """What the clock does."""
    with world.services.database.writing() as session:
        referrals.expire(session, world.services, referral_id)


def version_of(session: Session, referral_id: str) -> int:
    return session.get_one(Referral, referral_id).version or 0


def seen_by(world: World, name: str, referral_id: str) -> dict[str, Any]:
    """Raises as the use case does."""
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
        case = referrals.find(session, actor, referral_id)
        return show(session, world.services.clockwork, actor, case).model_dump(mode="json")


def actions_of(world: World, name: str, referral_id: str) -> list[str]:
    return [each["action"] for each in seen_by(world, name, referral_id)["actions"]]


def need_state(world: World, need_id: str) -> NeedState:
    with world.services.database.reading() as session:
        return session.get_one(Need, need_id).state


def read_by(world: World, name: str, need_id: str) -> str | None:
    """How far this person was let into the need."""
    with world.services.database.reading() as session:
        return world.actor(session, name).grants.get(need_id)


def consultations(world: World, need_id: str) -> list[tuple[str, str, str]]:
    """(state, kind of the holder, its id)."""
    with world.services.database.reading() as session:
        found = session.exec(select(Consultation).where(Consultation.need_id == need_id))
        return [(str(each.state), str(each.holder_kind), each.holder_id) for each in found]


def a_match(world: World, need_id: str, *parties: str, review: ReviewVerdict | None = None) -> None:
    """A matching that found these, "expert:…" or "team:…", best first; review: its verdict, if any."""
    with world.services.database.writing() as session:
        run = MatchRun(
            need_id=need_id,
            need_content_version=1,
            mode="keyword",
            calibrated=False,
            no_good_match=False,
            fingerprint="keyword",
            index_version="1",
            parameters="1",
            excluded={},
        )
        session.add(run)
        session.flush()
        for rank, party in enumerate(parties, 1):
            kind, _, party_id = party.partition(":")
            result = MatchResult(
                run_id=run.id,
                rank=rank,
                party_kind=PartyKind(kind),
                party_id=party_id,
                score=1 / rank,
                band="未校准",
                parts={},
                evidence=[],
            )
            session.add(result)
        if review:
            session.add(MatchReview(run_id=run.id, reviewer_id=world.people[CLERK], verdict=review, chosen=[]))


def unverify(world: World, name: str) -> None:
    with world.services.database.writing() as session:
        session.get_one(Organization, world.people[name]).state = "refused"  # type: ignore[assignment]
