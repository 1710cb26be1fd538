"""Facts about people's own data: who was given contact data, whose erasure it is, who asks about the ranking."""

from __future__ import annotations

from dataclasses import dataclass

from service.actors import Actor
from service.facts import Fact, all_of, any_of
from service.models import ErasureRequest, Expert, Need, RankingObjection


@dataclass(frozen=True)
class ContactCase:
    """An expert, with whom they let have their contact data: organisations whose invitation they accepted."""

    expert: Expert
    organization_ids: frozenset[str]


def of_its_expert(fact: Fact) -> Fact:
    """The fact about the expert whose contact data it is."""

    def holds(actor: Actor, case: ContactCase) -> bool:
        return fact(actor, case.expert)

    holds.__name__ = fact.__name__
    return holds


def was_given_contact(actor: Actor, case: ContactCase) -> bool:
    """Somebody of the need's owner, once the expert accepted and as long as they have not taken it back."""
    return not case.organization_ids.isdisjoint(actor.organizations)


def is_own_erasure(actor: Actor, request: ErasureRequest) -> bool:
    return request.user_id is not None and request.user_id == actor.user_id


@dataclass(frozen=True)
class ObjectionCase:
    """Somebody asks about a ranking; need: None if it is about the expert in general."""

    objection: RankingObjection
    need: Need | None


def asked_about_ranking(actor: Actor, case: ObjectionCase) -> bool:
    return actor.user_id is not None and case.objection.user_id == actor.user_id


def is_in_scope_of_objection(actor: Actor, case: ObjectionCase) -> bool:
    return actor.handles(case.objection.association_path)


def is_not_of_the_asking_firm(actor: Actor, case: ObjectionCase) -> bool:
    """Nobody answers for the 科协 what they, or their own company, asked."""
    return not asked_about_ranking(actor, case) and (
        case.need is None or case.need.organization_id not in actor.organizations
    )


def need_of_objection_is_not_sealed(_: Actor, case: ObjectionCase) -> bool:
    return case.need is None or case.need.sealed_at is None


sees_objection = all_of(any_of(asked_about_ranking, is_in_scope_of_objection), need_of_objection_is_not_sealed)
answers_about_ranking = all_of(is_in_scope_of_objection, is_not_of_the_asking_firm, need_of_objection_is_not_sealed)
