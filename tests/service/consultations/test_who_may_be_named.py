"""Which members of a team its leader may name for a consultation."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service.errors import Invalid
from service.models import (
    Expert,
    User,
)
from service.usecases import consultation_members
from tests.service.consultations.member_steps import (
    ALL,
    Team,
    name,
    named,
    sees,
)
from tests.service.consultations.steps import (
    seen_by,
)
from tests.service.team_steps import (
    LEADER,
    MEMBER,
    an_expert,
    answer,
    expert,
    invite,
)


def offered(team: Team) -> dict[str, str]:
    with team.world.services.database.reading() as session:
        found = consultation_members.candidates(session, team.world.actor(session, LEADER), team.served.id)
        return {each.name: each.obstacle for each in found}


def change(team: Team, **changes: object) -> None:
    with team.world.services.database.writing() as session:
        row = session.get_one(Expert, expert(team.world, MEMBER))
        for key, value in changes.items():
            setattr(row, key, value)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"paused_until": date(2026, 12, 1)}, "本人暂停接受邀约"),
        ({"organization_name": "青海湖东盐化有限公司（演示数据）"}, "是需求方自己的人"),
    ],
)
def test_who_pauses_or_works_for_the_owner_cannot_be_named(team: Team, changes: dict[str, Any], told: str) -> None:
    change(team, **changes)

    assert offered(team) == {MEMBER: told}
    with pytest.raises(Invalid, match=told):
        name(team)
    assert named(team) == []


def test_capacity_regions_and_being_recommended_are_not_asked(team: Team) -> None:
    change(team, monthly_capacity=0, regions=["110000"], takes_part=False)

    assert offered(team) == {MEMBER: ""}
    name(team)
    assert sees(team) == ALL


def test_only_who_consented_is_offered_and_not_the_leader(team: Team) -> None:
    team.world.people["专家罗江"] = ""
    with team.world.services.database.writing() as session:
        user = User(name="罗江", user_name="罗江")
        session.add(user)
        team.world.people["罗江"] = user.id
    team.world.people["专家罗江"] = an_expert(team.world, "罗江")
    invite(team.world, team.id, "罗江")
    assert offered(team) == {MEMBER: ""}
    for who in ("罗江", LEADER):
        with pytest.raises(Invalid, match="已经同意加入"):
            name(team, LEADER, who)

    answer(team.world, "罗江", team.id, "consent")
    name(team, LEADER, "罗江", MEMBER)

    assert sorted(each["name"] for each in seen_by(team.served, LEADER)["members"]) == sorted(["罗江", MEMBER])
