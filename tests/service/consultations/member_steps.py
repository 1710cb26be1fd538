"""派成员 in tests: a team that serves, who is named by whom, and what somebody sees of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from service.actors import Actor
from service.models import (
    Consultation,
    ConsultationMember,
    HolderKind,
    LinkPurpose,
    PublicityLevel,
)
from service.permissions import is_allowed
from service.schemas.consultations import NameMembersInput, TakeOffInput
from service.usecases import consultation_members, today
from service.usecases.consultation_cases import case_of
from service.usecases.consultations import Which, page_of
from service.usecases.signed_links import actor_by_address, address, link_to
from tests.service.consultations.steps import (
    Served,
    a_matching_need,
    served_by_referral,
)
from tests.service.team_steps import (
    LEADER,
    MEMBER,
    a_team_of_two,
    expert,
)
from tests.service.world import World

TASK = "看现场，取样"
PROXY = {"asked_by": LEADER, "channel": "phone", "asked_at": "2026-11-23T00:30:00+00:00"}


Seen = tuple[bool, PublicityLevel | None, bool, list[str]]
NOTHING: Seen = (False, None, False, [])
ALL: Seen = (True, PublicityLevel.INVITED, True, ["请首次联系企业"])


@dataclass(frozen=True)
class Team:
    """A need that the team of 才让·多杰 and 马晓云 serves."""

    served: Served
    id: str

    @property
    def world(self) -> World:
        return self.served.world


def served_by_team(world: World) -> Team:
    team_id, need_id = a_team_of_two(world), a_matching_need(world)
    consultation_id = served_by_referral(world, need_id, HolderKind.TEAM, team_id)
    return Team(Served(world, need_id, consultation_id, expert(world, LEADER)), team_id)


def name(team: Team, by: str | Actor = LEADER, *who: str, note: str = TASK, **given: object) -> None:
    with team.world.services.database.writing() as session:
        actor = team.world.actor(session, by) if isinstance(by, str) else by
        version = session.get_one(Consultation, team.served.id).version
        members = [{"expert_id": expert(team.world, each), "note": note} for each in who or (MEMBER,)]
        content = NameMembersInput.model_validate({"version": version, "members": members} | given)
        consultation_members.name_members(session, team.world.services, actor, team.served.id, content)


def take_off(team: Team, by: str = LEADER, **given: object) -> None:
    row = named(team)[0]
    with team.world.services.database.writing() as session:
        content = TakeOffInput.model_validate({"version": row.version} | given)
        consultation_members.take_off(session, team.world.services, team.world.actor(session, by), row.id, content)


def named(team: Team) -> list[ConsultationMember]:
    with team.world.services.database.reading() as session:
        return list(session.exec(select(ConsultationMember).order_by(col(ConsultationMember.created_at))))


def sees(team: Team, who: str | Actor = MEMBER) -> Seen:
    """(the consultation, how far the need, listed, what waits)."""
    world = team.world
    with world.services.database.reading() as session:
        actor = world.actor(session, who) if isinstance(who, str) else who
        seen = is_allowed(actor, "consultation.view", case_of(session, session.get_one(Consultation, team.served.id)))
        listed, waits = False, []
        if actor.is_signed_in:
            listed = bool(page_of(session, actor, which=Which.MINE)[0])
            waits = [each.what for each in today.waiting_for(session, world.services, actor)]
        return seen, actor.grants.get(team.served.need_id), listed, waits


def by_own_link(team: Team, who: str = MEMBER) -> Actor:
    with team.world.services.database.reading() as session:
        link = link_to(session, LinkPurpose.CONSULTATION, team.served.id, expert(team.world, who))
        assert link is not None
    return actor_by_address(team.world.services, address(team.world.services, link).partition("/r/")[2])
