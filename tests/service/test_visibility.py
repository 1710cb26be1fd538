"""What a list shows is what the rule on single rows says, for random people, needs, experts and teams."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from service.actors import STRANGER, Actor, Standing
from service.clock import now, today
from service.db import Database
from service.facts import ApprovalCase, Case, NoticeCase, is_receiver
from service.migrations.run import upgrade
from service.models import (
    Approval,
    Association,
    AssociationLevel,
    Expert,
    ExpertState,
    FeeKind,
    HolderKind,
    MembershipRole,
    Need,
    NeedState,
    Notice,
    Organization,
    OrganizationKind,
    PostRole,
    PublicityLevel,
    RankingObjection,
    RankingObjectionKind,
    RecipientKind,
    Referral,
    ReferralState,
    Team,
    TeamKind,
    TeamMember,
    User,
)
from service.permissions import POLICIES, is_allowed
from service.privacy_facts import ObjectionCase
from service.usecases.teams import case_of
from service.visibility import (
    own_notices,
    own_or_handled_needs,
    received_referrals,
    sent_referrals,
    visible_approvals,
    visible_experts,
    visible_needs,
    visible_ranking_objections,
    visible_referrals,
    visible_teams,
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
        _people(session)
    return found


def _people(session: Session) -> None:
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


def _expert(number: int, facts: dict[str, Any]) -> Expert:
    name = f"e{number}"
    return Expert(
        id=name,
        name=name,
        name_key=name,
        region_code="630000",
        association_path=PATHS[facts["association_id"]],
        **facts,
    )


def _need(number: int, facts: dict[str, Any]) -> Need:
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


def _team(number: int, facts: dict[str, Any]) -> Team:
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


def _members(number: int, facts: dict[str, Any]) -> list[TeamMember]:
    return [
        TeamMember(team_id=f"t{number}", expert_id=f"e{USERS.index(user)}", left_at=now() if left else None)
        for user, left in facts["members"].items()
    ]


@given(actors, st.lists(needs, max_size=8))
@settings(max_examples=150)
def test_lists_agree_with_the_rules_on_single_needs(
    database: Database, actor: Actor, world: list[dict[str, Any]]
) -> None:
    with Session(database.write_engine) as session:
        rows = [_need(number, facts) for number, facts in enumerate(world)]
        session.add_all(rows)
        session.flush()

        listed = {need.id for need in session.exec(visible_needs(actor))}
        own = {need.id for need in session.exec(own_or_handled_needs(actor))}

        assert listed == {need.id for need in rows if is_allowed(actor, "need.view", need)}
        assert own <= listed
        assert own == {need.id for need in rows if POLICIES["need.history"].sees(actor, need)}
        session.rollback()


@given(actors, st.lists(profiles, max_size=6, unique_by=lambda facts: facts["user_id"] or id(facts)))
@settings(max_examples=150)
def test_the_directory_agrees_with_the_rule_on_single_experts(
    database: Database, actor: Actor, world: list[dict[str, Any]]
) -> None:
    with Session(database.write_engine) as session:
        rows = [_expert(number, facts) for number, facts in enumerate(world)]
        session.add_all(rows)
        session.flush()

        listed = {expert.id for expert in session.exec(visible_experts(actor))}

        assert listed == {expert.id for expert in rows if is_allowed(actor, "expert.view", expert)}
        session.rollback()


@given(actors, st.lists(teams, max_size=6))
@settings(max_examples=150)
def test_the_list_of_teams_agrees_with_the_rule_on_single_teams(
    database: Database, actor: Actor, world: list[dict[str, Any]]
) -> None:
    with Session(database.write_engine) as session:
        common = {"created_by_id": "u1", "association_id": "p", "state": ExpertState.VERIFIED, "society_id": None}
        session.add_all(_expert(number, common | {"user_id": user}) for number, user in enumerate(USERS))
        session.flush()
        rows = [_team(number, facts) for number, facts in enumerate(world)]
        session.add_all(rows)
        session.flush()
        session.add_all(member for number, facts in enumerate(world) for member in _members(number, facts))
        session.flush()

        listed = {team.id for team in session.exec(visible_teams(actor))}

        assert listed == {team.id for team in rows if is_allowed(actor, "team.view", case_of(session, team))}
        session.rollback()


@given(actors, st.lists(st.tuples(needs, receivers, st.sampled_from(ReferralState)), max_size=6))
@settings(max_examples=150)
def test_the_lists_of_referrals_agree_with_the_rule_on_single_ones(
    database: Database, actor: Actor, world: list[tuple[dict[str, Any], tuple[HolderKind, str], ReferralState]]
) -> None:
    with Session(database.write_engine) as session:
        cases = []
        for number, (facts, (kind, receiver_id), state) in enumerate(world):
            need = _need(number, facts)
            session.add(need)
            session.flush()
            referral = Referral(
                id=f"r{number}",
                number=f"DJ-{number}",
                need_id=need.id,
                round=1,
                receiver_kind=kind,
                receiver_id=receiver_id,
                state=state,
                fee_kind=FeeKind.FREE,
            )
            session.add(referral)
            cases.append(Case(referral, need))
        session.flush()

        listed = {row.id for row in session.exec(visible_referrals(actor))}
        received = {row.id for row in session.exec(received_referrals(actor))}
        sent = {row.id for row in session.exec(sent_referrals(actor))}

        assert listed == {case.subject.id for case in cases if is_allowed(actor, "referral.view", case)}
        assert received | sent == listed
        assert received == listed & {case.subject.id for case in cases if is_receiver(actor, case)}
        session.rollback()


@given(actors, needs, st.lists(st.sampled_from(sorted(PATHS)), max_size=4), st.booleans())
@settings(max_examples=100)
def test_the_list_of_approvals_agrees_with_the_rule_on_single_ones(
    database: Database, actor: Actor, facts: dict[str, Any], places: list[str], hangs: bool
) -> None:
    with Session(database.write_engine) as session:
        need = _need(0, facts)
        session.add(need)
        session.flush()
        rows = [
            Approval(
                kind="report.submit",
                subject_kind="need",
                subject_id=str(number),
                need_id=need.id if hangs else None,
                association_path=PATHS[place],
                title="报表",
                drafter_id="u1",
            )
            for number, place in enumerate(places)
        ]
        session.add_all(rows)
        session.flush()

        listed = {approval.id for approval in session.exec(visible_approvals(actor))}

        cases = [ApprovalCase(row, need if hangs else None) for row in rows]
        assert listed == {case.approval.id for case in cases if is_allowed(actor, "approval.view", case)}
        session.rollback()


@given(actors, needs)
def test_a_sealed_need_is_visible_to_nobody(actor: Actor, facts: dict[str, Any]) -> None:
    need = _need(0, facts | {"sealed": True})

    about_it = [name for name in POLICIES if name.startswith("need.") and name not in ("need.create", "need.list")]
    allowed = [name for name in about_it if is_allowed(actor, name, need)]

    assert allowed in ([], ["need.unseal"])


notices = st.fixed_dictionaries(
    {
        "recipient_kind": st.sampled_from(RecipientKind),
        "recipient_id": st.sampled_from([*USERS, "e0", "e1"]),
        "need_id": st.sampled_from([None, "n0", "n1"]),
    }
)


@given(
    actors,
    st.sampled_from([None, "e0", "e1"]),
    st.lists(needs, min_size=2, max_size=2),
    st.lists(notices, max_size=6),
)
@settings(max_examples=100)
def test_the_list_of_notices_agrees_with_the_rule_on_single_ones(
    database: Database,
    actor: Actor,
    expert_id: str | None,
    world: list[dict[str, Any]],
    told: list[dict[str, Any]],
) -> None:
    reader = replace(actor, expert_id=expert_id)
    with Session(database.write_engine) as session:
        about = {need.id: need for need in (_need(number, facts) for number, facts in enumerate(world))}
        session.add_all(about.values())
        session.flush()
        rows = [
            Notice(**facts, key=str(number), subject_kind="need", subject_id="n0", title="", text="", path="/")
            for number, facts in enumerate(told)
        ]
        session.add_all(rows)
        session.flush()

        listed = {notice.id for notice in session.exec(own_notices(reader))}

        allowed = {
            notice.id
            for notice in rows
            if is_allowed(reader, "notice.read", NoticeCase(notice, about.get(notice.need_id or "")))
        }
        assert listed == allowed
        session.rollback()


@given(actors, st.lists(objections, max_size=6))
@settings(max_examples=100)
def test_questions_about_the_ranking_are_listed_for_those_who_may_see_them(
    database: Database, actor: Actor, world: list[dict[str, Any]]
) -> None:
    with Session(database.write_engine) as session:
        facts: dict[str, Any] = {
            "organization_id": "o1",
            "created_by_id": "u1",
            "state": NeedState.MATCHING,
            "association_id": "p",
        }
        facts |= {"origin": "p", "handed_in": True, "broker_id": None}
        needs = {name: _need(n, facts | {"sealed": name == "sealed"}) for n, name in enumerate(("open", "sealed"))}
        session.add_all(needs.values())
        session.flush()
        cases = [ObjectionCase(_objection(given, needs), needs.get(given["need"])) for given in world]
        session.add_all(case.objection for case in cases)
        session.flush()

        listed = {objection.id for objection in session.exec(visible_ranking_objections(actor))}

        assert listed == {case.objection.id for case in cases if is_allowed(actor, "ranking_objection.act", case)}
        session.rollback()


def _objection(given: dict[str, Any], needs: dict[str, Need]) -> RankingObjection:
    return RankingObjection(
        user_id=given["user_id"],
        need_id=needs[given["need"]].id if given["need"] else None,
        kind=RankingObjectionKind.REVIEW,
        text="为什么没有我",
        association_id=given["association_id"],
        association_path=PATHS[given["association_id"]],
    )
