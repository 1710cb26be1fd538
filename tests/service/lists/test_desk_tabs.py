"""What the desk lists is what the rules let this person decide, for random people and needs."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from service.actors import Actor
from service.call_facts import OwnCall
from service.db import Database
from service.desk_visibility import (
    experts_to_call,
    experts_to_verify,
    organizations_to_verify,
    reviewed_needs,
    sealed_needs,
)
from service.facts import reviews_need, verifies_organization
from service.models import Association, CallRequest, ExpertState, Organization
from service.people_facts import verifies_expert
from service.permissions import is_allowed
from tests.service.visibility_world import (
    ORGANIZATIONS,
    a_need_row,
    actors,
    an_expert_row,
    database,
    needs,
    profiles,
)

__all__ = ["database"]


@given(actors, st.lists(needs, max_size=8))
@settings(max_examples=150)
def test_needs_to_review_and_sealed_ones_are_those_of_the_rules(
    database: Database, actor: Actor, world: list[dict[str, Any]]
) -> None:
    with Session(database.write_engine) as session:
        rows = [a_need_row(number, facts) for number, facts in enumerate(world)]
        session.add_all(rows)
        session.flush()

        reviewed = {need.id for need in session.exec(reviewed_needs(actor))}
        sealed = {need.id for need in session.exec(sealed_needs(actor))}

        assert reviewed == {need.id for need in rows if reviews_need(actor, need)}
        assert sealed == {need.id for need in rows if is_allowed(actor, "need.unseal", need)}
        session.rollback()


@given(actors, st.lists(profiles, max_size=6, unique_by=lambda facts: facts["user_id"] or id(facts)))
@settings(max_examples=150)
def test_experts_to_verify_are_those_staff_may_verify(
    database: Database, actor: Actor, world: list[dict[str, Any]]
) -> None:
    with Session(database.write_engine) as session:
        rows = [an_expert_row(number, facts) for number, facts in enumerate(world)]
        session.add_all(rows)
        session.flush()

        listed = {expert.id for expert in session.exec(experts_to_verify(actor))}

        waiting = [row for row in rows if row.state is ExpertState.CLAIMED and actor.handles(row.association_path)]
        assert listed == {row.id for row in waiting if verifies_expert(actor, row)}
        session.rollback()


@given(actors, st.lists(profiles, max_size=6, unique_by=lambda facts: facts["user_id"] or id(facts)))
@settings(max_examples=150)
def test_experts_to_call_are_those_staff_may_call(
    database: Database, actor: Actor, world: list[dict[str, Any]]
) -> None:
    with Session(database.write_engine) as session:
        rows = [an_expert_row(number, facts) for number, facts in enumerate(world)]
        session.add_all(rows)
        session.flush()

        listed = {expert.id for expert in session.exec(experts_to_call(actor))}
        request = CallRequest.model_construct(society_id=None)

        of_place = [row for row in rows if actor.handles(row.association_path)]
        assert listed == {row.id for row in of_place if is_allowed(actor, "call.make", OwnCall(request, row))}
        session.rollback()


@given(actors)
@settings(max_examples=100)
def test_organizations_to_verify_are_those_of_the_rule(database: Database, actor: Actor) -> None:
    with Session(database.write_engine) as session:
        rows = [session.get_one(Organization, name) for name in ORGANIZATIONS]
        listed = {each.id for each in session.exec(organizations_to_verify(actor))}

        home = {each.id: session.get_one(Association, each.association_id) for each in rows}
        assert listed == {each.id for each in rows if verifies_organization(actor, (each, home[each.id]))}
