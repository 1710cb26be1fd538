"""Steps of a team's story for tests: two societies, experts, a team, who is asked and who answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, select

from service.errors import AppError
from service.models import Expert, Team, TeamMember, User
from service.schemas.common import ActionInput
from service.schemas.experts import ExpertSettings, NewExpert
from service.schemas.organizations import OrganizationInput
from service.schemas.teams import SavedTeam, TeamInput
from service.services import Services
from service.usecases import experts, organizations, team_members, teams
from service.usecases.team_views import show
from tests.service.world import World, a_world

SECRETARY, OTHER_SECRETARY = "盐湖学会何岚", "农学会祁英"
LEADER, MEMBER, UNVERIFIED = "才让·多杰", "马晓云", "韩文"
AFTER_THE_TERM = datetime(2027, 12, 1, 1, 0, tzinfo=UTC)


def a_world_of_teams(services: Services) -> World:
    """As always, with two societies, three experts (their accounts have their names) and one who is not verified."""
    found = a_world(services)
    with services.database.writing() as session:
        for name in (SECRETARY, OTHER_SECRETARY, LEADER, MEMBER, UNVERIFIED):
            user = User(name=name, user_name=name)
            session.add(user)
            found.people[name] = user.id
    for secretary, name, code in (
        (SECRETARY, "青海省盐湖学会（演示数据）", "51630000MADEM0021U"),
        (OTHER_SECRETARY, "青海省农学会（演示数据）", "51630000MADEM0022Y"),
    ):
        found.people[name] = a_society(found, secretary, name, code)
    for name in (LEADER, MEMBER, UNVERIFIED):
        found.people[f"专家{name}"] = an_expert(found, name, verified=name != UNVERIFIED)
    return found


def a_society(world: World, by: str, name: str, code: str, *, verified: bool = True) -> str:
    content = {"kind": "society", "society_level": "provincial", "name": name, "credit_code": code}
    content["region_code"] = "630100"
    with world.services.database.writing() as session:
        given = OrganizationInput.model_validate(content)
        society = organizations.register(session, world.services, world.actor(session, by), given)
        session.flush()
        if verified:
            staff, version = world.actor(session, "西宁孙浩"), society.version or 0
            organizations.verify(
                session, world.services, staff, society.id, verified=True, note="登记证书已核", version=version
            )
        return society.id


def an_expert(world: World, name: str, *, verified: bool = True) -> str:
    content = {"name": name, "region_code": "632801", "profile": "盐湖提锂", "for_myself": True}
    with world.services.database.writing() as session:
        given = NewExpert.model_validate(content)
        expert_id = experts.create(session, world.services, world.actor(session, name), given).id
    if verified:
        act_on_expert(world, "格尔木赵静", expert_id, "verify")
        with world.services.database.writing() as session:
            version = session.get_one(Expert, expert_id).version
            wanted = ExpertSettings.model_validate({"version": version, "takes_part": True})
            experts.change_settings(session, world.services, world.actor(session, name), expert_id, wanted)
    return expert_id


def act_on_expert(world: World, by: str, expert_id: str, action: str) -> None:
    with world.services.database.writing() as session:
        actor = world.actor(session, by)
        version = experts.find(session, actor, expert_id).version or 0
        given = ActionInput(version=version, reason="", note="说明", proxy=None)
        experts.act(session, world.services, actor, expert_id, action, given)


def expert(world: World, name: str) -> str:
    return world.people[f"专家{name}"]


def content(world: World, **changes: object) -> dict[str, object]:
    return {
        "name": "格尔木盐湖提锂服务队",
        "kind": "squad",
        "leader_id": expert(world, LEADER),
        "society_id": world.people["青海省盐湖学会（演示数据）"],
        "region_code": "632801",
        "profile": "吸附剂再生、卤水净化",
        "term_since": "2026-11-01",
        "term_until": "2027-10-31",
    } | changes


def found(world: World, by: str = SECRETARY, **changes: object) -> str:
    with world.services.database.writing() as session:
        given = TeamInput.model_validate(content(world, **changes))
        return teams.found(session, world.services, world.actor(session, by), given).id


def save(world: World, by: str, team_id: str, *, version: int | None = None, **changes: object) -> None:
    with world.services.database.writing() as session:
        current = session.get_one(Team, team_id).version if version is None else version
        given = SavedTeam.model_validate(content(world, **changes) | {"version": current})
        teams.save(session, world.services, world.actor(session, by), team_id, given)


def invite(world: World, team_id: str, name: str, by: str = SECRETARY) -> None:
    with world.services.database.writing() as session:
        team_members.invite(session, world.actor(session, by), team_id, expert(world, name))


def answer(world: World, name: str, team_id: str, what: str) -> None:
    acts: dict[str, Any] = {
        "consent": team_members.consent,
        "decline": team_members.decline,
        "leave": team_members.leave,
    }
    with world.services.database.writing() as session:
        acts[what](session, world.actor(session, name), team_id)


def remove(world: World, by: str, team_id: str, member_id: str) -> None:
    with world.services.database.writing() as session:
        team_members.remove(session, world.actor(session, by), team_id, member_id)


def seen_by(world: World, name: str, team_id: str) -> dict[str, Any] | type[AppError]:
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
        try:
            return show(session, actor, teams.find(session, actor, team_id)).model_dump(mode="json")
        except AppError as error:
            return type(error)


def people_seen_by(world: World, name: str, team_id: str) -> tuple[str | None, list[tuple[str, bool]]]:
    """(leader, [(name, whether they agreed)])."""
    seen = seen_by(world, name, team_id)
    assert isinstance(seen, dict)
    return seen["leader"], [(member["name"], member["consented_at"] is not None) for member in seen["members"]]


def listed_for(world: World, name: str, *, asks_me: bool = False) -> list[tuple[str, str]]:
    with world.services.database.reading() as session:
        rows, total = teams.page_of(session, world.actor(session, name), asks_me=asks_me)
    assert total == len(rows)
    return [(team.name, society) for team, society in rows]


def a_team_of_two(world: World) -> str:
    team_id = found(world)
    invite(world, team_id, MEMBER)
    answer(world, LEADER, team_id, "consent")
    answer(world, MEMBER, team_id, "consent")
    return team_id


def member_ids(world: World, team_id: str) -> dict[str, str]:
    """Name → id of the entry."""
    with world.services.database.reading() as session:
        entries = session.exec(
            select(Expert.name, TeamMember.id)
            .join(TeamMember, col(TeamMember.expert_id) == col(Expert.id))
            .where(TeamMember.team_id == team_id)
        )
        return dict(entries.all())
