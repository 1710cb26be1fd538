"""Random people, needs, experts and teams in a small tree of 科协, for the properties of what is visible."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from sqlmodel import Session

from service.actors import STRANGER, Actor, Standing
from service.clock import now, today
from service.db import Database
from service.migrations.run import upgrade
from service.models import (
    Association,
    AssociationLevel,
    Expert,
    ExpertState,
    HolderKind,
    MembershipRole,
    Need,
    NeedState,
    Organization,
    OrganizationKind,
    PostRole,
    PublicityLevel,
    Team,
    TeamKind,
    TeamMember,
    User,
)

# A province with two cities, one of which has a county.
PATHS = {"p": "p/", "a": "p/a/", "b": "p/b/", "c": "p/a/c/"}
PLACES = {
    "p": (AssociationLevel.PROVINCE, "630000"),
    "a": (AssociationLevel.CITY, "632800"),
    "b": (AssociationLevel.CITY, "630100"),
    "c": (AssociationLevel.COUNTY, "632801"),
}
USERS = ("u1", "u2")
ORGANIZATIONS = ("o1", "o2")
TEAMS = ("t1", "t2")

people = st.builds(
    Actor,
    user_id=st.sampled_from(USERS),
    posts=st.lists(
        st.builds(
            lambda name, role: Standing(name, PATHS[name], "", role),
            st.sampled_from(sorted(PATHS)),
            st.sampled_from(PostRole),
        ),
        max_size=2,
    ).map(tuple),
    co_owned=st.frozensets(st.sampled_from(["n0", "n1", "n2"]), max_size=2),
    grants=st.dictionaries(st.sampled_from(["n0", "n1", "n2"]), st.sampled_from(PublicityLevel), max_size=2),
    organizations=st.dictionaries(st.sampled_from(ORGANIZATIONS), st.sampled_from(MembershipRole), max_size=2),
    team_ids=st.frozensets(st.sampled_from(TEAMS)),
)
actors = st.just(STRANGER) | people
needs = st.fixed_dictionaries(
    {
        "organization_id": st.sampled_from(ORGANIZATIONS),
        "created_by_id": st.sampled_from(USERS),
        "state": st.sampled_from(NeedState),
        "association_id": st.sampled_from(sorted(PATHS)),
        "origin": st.sampled_from(sorted(PATHS)),
        "handed_in": st.booleans(),
        "broker_id": st.sampled_from([*USERS, None]),
        "sealed": st.booleans(),
    }
)


profiles = st.fixed_dictionaries(
    {
        "user_id": st.sampled_from([*USERS, None]),
        "created_by_id": st.sampled_from(USERS),
        "association_id": st.sampled_from(sorted(PATHS)),
        "society_id": st.sampled_from([*ORGANIZATIONS, None]),
        "state": st.sampled_from(ExpertState),
        "takes_part": st.booleans(),
    }
)
objections = st.fixed_dictionaries(
    {
        "user_id": st.sampled_from(USERS),
        "association_id": st.sampled_from(sorted(PATHS)),
        "need": st.sampled_from([None, "open", "sealed"]),
    }
)
teams = st.fixed_dictionaries(
    {
        "society_id": st.sampled_from(ORGANIZATIONS),
        # Of the counties only 632801 has a 科协 of its own; 632321 is in a city that has none either.
        "region_code": st.sampled_from(("630000", "632800", "632801", "632802", "630102", "632321")),
        # First and last day, counted from today.
        "term": st.sampled_from(((-2, -1), (-1, 0), (0, 1), (1, 2))),
        # User → whether they left.
        "members": st.dictionaries(st.sampled_from(USERS), st.booleans()),
    }
)

receivers = (
    st.tuples(st.just(HolderKind.SOCIETY), st.sampled_from(ORGANIZATIONS))
    | st.tuples(st.just(HolderKind.TEAM), st.sampled_from(TEAMS))
    | st.tuples(st.just(HolderKind.ASSOCIATION), st.sampled_from(sorted(PATHS)))
    | st.tuples(st.just(HolderKind.TECH_MANAGER), st.sampled_from(USERS))
    | st.just((HolderKind.OUTSIDE, ""))
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    found = Database(f"sqlite:///{Path(tmp_path_factory.mktemp('visibility')) / 'kc.db'}")
    upgrade(found)
    with found.writing() as session:
        some_people(session)
    return found


def some_people(session: Session) -> None:
    session.add_all(User(id=name, name=name) for name in USERS)
    session.add_all(
        Association(id=name, name=name, level=level, region_code=region_code, path=PATHS[name])
        for name, (level, region_code) in PLACES.items()
    )
    session.flush()
    session.add_all(
        Organization(
            id=name,
            kind=OrganizationKind.ENTERPRISE,
            name=name,
            name_key=name,
            region_code="630000",
            association_id="p",
        )
        for name in ORGANIZATIONS
    )


def an_expert_row(number: int, facts: dict[str, Any]) -> Expert:
    name = f"e{number}"
    return Expert(
        id=name,
        name=name,
        name_key=name,
        region_code="630000",
        association_path=PATHS[facts["association_id"]],
        **facts,
    )


def a_need_row(number: int, facts: dict[str, Any]) -> Need:
    return Need(
        id=f"n{number}",
        number=f"XQ-{number}" if facts["handed_in"] else None,
        organization_id=facts["organization_id"],
        created_by_id=facts["created_by_id"],
        state=facts["state"],
        association_id=facts["association_id"],
        association_path=PATHS[facts["association_id"]],
        origin_path=PATHS[facts["origin"]],
        wanted_by=date(2027, 1, 1),
        broker_id=facts["broker_id"],
        sealed_at=now() if facts["sealed"] else None,
    )


def a_team_row(number: int, facts: dict[str, Any]) -> Team:
    since, until = (today() + timedelta(days) for days in facts["term"])
    return Team(
        id=f"t{number}",
        name=f"t{number}",
        kind=TeamKind.SQUAD,
        leader_id="e0",
        society_id=facts["society_id"],
        region_code=facts["region_code"],
        term_since=since,
        term_until=until,
    )


def member_rows(number: int, facts: dict[str, Any]) -> list[TeamMember]:
    return [
        TeamMember(team_id=f"t{number}", expert_id=f"e{USERS.index(user)}", left_at=now() if left else None)
        for user, left in facts["members"].items()
    ]
