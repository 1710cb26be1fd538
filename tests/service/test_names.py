"""Lists of names stand as they are said, and names are found as they are typed."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from service.models import Expert, Organization, Team
from service.schemas.experts import NewExpert, SavedExpert
from service.services import Services
from service.usecases import experts, organizations, teams
from tests.service.team_steps import a_world_of_teams
from tests.service.team_steps import found as a_team
from tests.service.world import World

NAMES = ["张立", "安国", "单青", "丁一", "方安", "方干"]
CLERK = "格尔木赵静"


@pytest.fixture
def listed(world: World) -> dict[str, str]:
    """Name → id."""
    with world.services.database.writing() as session:
        return {
            name: experts.create(
                session,
                world.services,
                world.actor(session, CLERK),
                NewExpert.model_validate({"name": name, "region_code": "632801", "profile": "盐湖提锂"}),
            ).id
            for name in NAMES
        }


def found(world: World, search: str = "") -> list[str]:
    with world.services.database.reading() as session:
        return [each.name for each in experts.page_of(session, world.actor(session, CLERK), search=search)[0]]


def test_experts_stand_in_the_order_of_pinyin(world: World, listed: dict[str, str]) -> None:
    assert [name for name in found(world) if name in listed] == ["安国", "丁一", "方安", "方干", "单青", "张立"]


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("单", ["单青"]),
        ("shanqing", ["单青"]),
        ("Fang G", ["方干"]),
        ("fg", ["方干"]),
        ("danqing", []),
        ("fang", ["方安", "方干"]),
        ("张x", []),
        ("100%", []),
    ],
)
def test_an_expert_is_found_by_letters(world: World, listed: dict[str, str], search: str, names: list[str]) -> None:
    assert found(world, search) == names


def test_a_new_name_is_said_anew(world: World, listed: dict[str, str]) -> None:
    with world.services.database.writing() as session:
        version = session.get_one(Expert, listed["张立"]).version
        content = {"version": version, "name": "艾青", "region_code": "632801", "profile": "盐湖提锂"}
        actor = world.actor(session, CLERK)
        experts.save(session, world.services, actor, listed["张立"], SavedExpert.model_validate(content))

    assert found(world)[:2] == ["艾青", "安国"]
    assert found(world, "zhangli") == []


def test_an_organisation_is_found_by_letters(world: World) -> None:
    with world.services.database.reading() as session:
        company = session.get_one(Organization, world.company.id)
        said = company.initials[:3]
        actor = world.actor(session, CLERK)
        names = [each.name for each in organizations.page_of(session, actor, name=said.upper())[0]]

    assert company.name in names


@pytest.mark.parametrize("part", ["written", "said", "initials"])
def test_a_team_is_found_by_letters(services: Services, part: str) -> None:
    world = a_world_of_teams(services)
    a_team(world)
    with services.database.reading() as session:
        team = session.exec(select(Team)).one()
        typed = {"written": team.name[1:4], "said": team.pinyin.replace("0", "")[2:9], "initials": team.initials[:3]}
        names = {each: found_by(session, world, each) for each in (typed[part], "没有这个团")}

    assert names == {typed[part]: [team.name], "没有这个团": []}


def found_by(session: Session, world: World, name: str) -> list[str]:
    actor = world.actor(session, CLERK)
    return [team.name for team, _ in teams.page_of(session, actor, name=name)[0]]
