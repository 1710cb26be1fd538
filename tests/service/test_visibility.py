"""What a list shows is what the rule on single rows says, for random people, needs, experts and teams."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from service.actors import Actor
from service.case_facts import Case, is_receiver
from service.db import Database
from service.models import (
    ExpertState,
    FeeKind,
    HolderKind,
    Referral,
    ReferralState,
)
from service.permissions import POLICIES, is_allowed
from service.usecases.teams import case_of
from service.visibility import (
    own_or_handled_needs,
    received_referrals,
    sent_referrals,
    visible_experts,
    visible_needs,
    visible_referrals,
    visible_teams,
)
from tests.service.visibility_world import (
    USERS,
    a_need_row,
    a_team_row,
    actors,
    an_expert_row,
    database,
    member_rows,
    needs,
    profiles,
    receivers,
    teams,
)

__all__ = ["database"]


@given(actors, st.lists(needs, max_size=8))
@settings(max_examples=150)
def test_lists_agree_with_the_rules_on_single_needs(
    database: Database, actor: Actor, world: list[dict[str, Any]]
) -> None:
    with Session(database.write_engine) as session:
        rows = [a_need_row(number, facts) for number, facts in enumerate(world)]
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
        rows = [an_expert_row(number, facts) for number, facts in enumerate(world)]
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
        session.add_all(an_expert_row(number, common | {"user_id": user}) for number, user in enumerate(USERS))
        session.flush()
        rows = [a_team_row(number, facts) for number, facts in enumerate(world)]
        session.add_all(rows)
        session.flush()
        session.add_all(member for number, facts in enumerate(world) for member in member_rows(number, facts))
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
            need = a_need_row(number, facts)
            session.add(need)
            session.flush()
            referral = Referral(
                id=f"r{number}",
                number=f"DJ-{number}",
                need_id=need.id,
                round=1,
                receiver_kind=kind,
                receiver_id=receiver_id,
                outside_name="外省某学会" if kind is HolderKind.OUTSIDE else "",
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


@given(actors, needs)
def test_a_sealed_need_is_visible_to_nobody(actor: Actor, facts: dict[str, Any]) -> None:
    need = a_need_row(0, facts | {"sealed": True})

    about_it = [name for name in POLICIES if name.startswith("need.") and name not in ("need.create", "need.list")]
    allowed = [name for name in about_it if is_allowed(actor, name, need)]

    assert allowed in ([], ["need.unseal"])
