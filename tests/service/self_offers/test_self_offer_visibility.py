"""The list of self-offers is what the rule on single ones says, for random people, needs and offers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from service.actors import Actor
from service.case_facts import Case
from service.db import Database
from service.models import Expert, ExpertState, OffererKind, SelfOffer, Team, TeamKind
from service.permissions import is_allowed
from service.visibility import visible_self_offers
from tests.service import visibility_world
from tests.service.visibility_world import ORGANIZATIONS, USERS, actors, database, needs

__all__ = ["database"]

EXPERTS, TEAMS = ("e0", "e1"), ("t0", "t1")
PARTIES = {OffererKind.EXPERT: EXPERTS, OffererKind.TEAM: TEAMS, OffererKind.SOCIETY: ORGANIZATIONS}
offers = st.sampled_from(OffererKind).flatmap(
    lambda kind: st.fixed_dictionaries(
        {
            "party_kind": st.just(kind),
            "party_id": st.sampled_from(PARTIES[kind]),
            "created_by_id": st.sampled_from(USERS),
            "need": needs,
        }
    )
)
societies = st.tuples(*[st.sampled_from([*ORGANIZATIONS, None])] * 2)
leading = st.fixed_dictionaries(
    {"expert_id": st.sampled_from([*EXPERTS, None]), "team_ids": st.frozensets(st.sampled_from(TEAMS))}
)


def _parties(session: Session, of_experts: tuple[str | None, ...]) -> None:
    for name, society in zip(EXPERTS, of_experts, strict=True):
        session.add(
            Expert(
                id=name,
                created_by_id="u1",
                name=name,
                name_key=name,
                region_code="630000",
                association_id="p",
                association_path="p/",
                state=ExpertState.VERIFIED,
                society_id=society,
            )
        )
    session.flush()
    for name, society in zip(TEAMS, ORGANIZATIONS, strict=True):
        session.add(
            Team(
                id=name,
                name=name,
                kind=TeamKind.SQUAD,
                leader_id="e0",
                society_id=society,
                region_code="630000",
                term_since=date(2020, 1, 1),
                term_until=date(2030, 1, 1),
            )
        )
    session.flush()


def _society(offer: SelfOffer, of_experts: tuple[str | None, ...]) -> str | None:
    if offer.party_kind is OffererKind.EXPERT:
        return of_experts[EXPERTS.index(offer.party_id)]
    return ORGANIZATIONS[TEAMS.index(offer.party_id)] if offer.party_kind is OffererKind.TEAM else None


@given(actors, leading, societies, st.lists(offers, max_size=6))
@settings(max_examples=200)
def test_the_list_agrees_with_the_rule_on_single_offers(
    database: Database,
    actor: Actor,
    leads: dict[str, Any],
    of_experts: tuple[str | None, ...],
    world: list[dict[str, Any]],
) -> None:
    if actor.is_signed_in:
        actor = replace(actor, **leads)
    with Session(database.write_engine) as session:
        _parties(session, of_experts)
        cases = []
        for number, facts in enumerate(world):
            need = visibility_world.a_need_row(number, facts["need"])
            session.add(need)
            session.flush()
            offer = SelfOffer(
                id=f"s{number}",
                need_id=need.id,
                party_kind=facts["party_kind"],
                party_id=facts["party_id"],
                created_by_id=facts["created_by_id"],
                plan="做",
                evidence="做过",
                timing="明天",
            )
            session.add(offer)
            cases.append(Case(offer, need, _society(offer, of_experts)))
        session.flush()

        listed = {offer.id for offer in session.exec(visible_self_offers(actor))}

        assert listed == {case.subject.id for case in cases if is_allowed(actor, "self_offer.view", case)}
        session.rollback()
