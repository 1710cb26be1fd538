"""Facts about a person and a thing, and how they are put together: pure, they look at the actor and the row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from service.actors import Actor
from service.models import (
    Association,
    MembershipRole,
    Need,
    NeedState,
    Organization,
    PostRole,
)

Fact = Callable[[Actor, Any], bool]

# States in which a need's public fields may be read by everybody who is signed in.
PUBLISHED = (
    NeedState.ACCEPTED,
    NeedState.MATCHING,
    NeedState.BROKER,
    NeedState.RECOMMENDED,
    NeedState.TO_INVITE,
    NeedState.INVITING,
    NeedState.ENGAGED,
)


def any_of(*facts: Fact) -> Fact:
    def holds(actor: Actor, subject: Any) -> bool:
        return any(fact(actor, subject) for fact in facts)

    holds.__name__ = f"（{' 或 '.join(fact.__name__ for fact in facts)}）"
    return holds


def all_of(*facts: Fact) -> Fact:
    def holds(actor: Actor, subject: Any) -> bool:
        return all(fact(actor, subject) for fact in facts)

    holds.__name__ = f"（{' 且 '.join(fact.__name__ for fact in facts)}）"
    return holds


def anybody(actor: Actor, _: Any) -> bool:
    return True


def is_signed_in(actor: Actor, _: Any) -> bool:
    return actor.is_signed_in


def is_administrator(actor: Actor, _: Any) -> bool:
    return actor.is_administrator


def is_system(actor: Actor, _: Any) -> bool:
    return actor.is_system


def is_staff(actor: Actor, _: Any) -> bool:
    return actor.is_staff


def leads_somewhere(actor: Actor, _: Any) -> bool:
    return any(post.role is PostRole.LEAD for post in actor.posts)


def is_own_organization(actor: Actor, organization: Organization) -> bool:
    return organization.id in actor.organizations


def manages_own_organization(actor: Actor, organization: Organization) -> bool:
    return actor.organizations.get(organization.id) is MembershipRole.MANAGER


def manages_an_organization(actor: Actor, _: Any) -> bool:
    return MembershipRole.MANAGER in actor.organizations.values()


def belongs_to_an_organization(actor: Actor, _: Any) -> bool:
    return bool(actor.organizations)


def is_administrator_or_system(actor: Actor, _: Any) -> bool:
    return actor.is_administrator or actor.is_system


def verifies_organization(actor: Actor, found: tuple[Organization, Association]) -> bool:
    """Staff of the 科协 responsible for it or of one above, but none of its own people."""
    organization, association = found
    in_scope = actor.handles(association.path)
    return in_scope and organization.id not in actor.organizations


def is_need_owner(actor: Actor, need: Need) -> bool:
    return need.organization_id in actor.organizations


def entered_need(actor: Actor, need: Need) -> bool:
    """Who typed it in, for the owner or for himself."""
    return actor.user_id is not None and need.created_by_id == actor.user_id


def need_was_handed_in(_: Actor, need: Need) -> bool:
    """A draft is its owner's own affair."""
    return need.number is not None


def handles_need(actor: Actor, need: Need) -> bool:
    """Staff of the 科协 that handles it, or of one above."""
    in_scope = actor.handles(need.association_path)
    return in_scope and (need_was_handed_in(actor, need) or entered_need(actor, need))


def may_follow_need(actor: Actor, need: Need) -> bool:
    """Staff of the 科协 it entered at keep seeing it after passing it on."""
    return need_was_handed_in(actor, need) and actor.handles(need.origin_path)


def is_not_of_the_same_firm(actor: Actor, need: Need) -> bool:
    return need.organization_id not in actor.organizations


def guards_secrets_of_need(actor: Actor, need: Need) -> bool:
    return actor.has_in_scope(need.association_path, PostRole.SECRECY_OFFICER)


def need_is_published(_: Actor, need: Need) -> bool:
    return need.state in PUBLISHED


def is_let_into_need(actor: Actor, need: Need) -> bool:
    """Invited, or referred to, or serving: see DisclosureGrant."""
    return need.id in actor.grants


def co_owns_need(actor: Actor, need: Need) -> bool:
    """The actor's organisation joined it with its own need: a 共性需求."""
    return need.id in actor.co_owned


def need_is_not_sealed(_: Actor, need: Need) -> bool:
    return need.sealed_at is None


def need_is_sealed(_: Actor, need: Need) -> bool:
    return need.sealed_at is not None


def handles_place(actor: Actor, association_path: str) -> bool:
    return actor.handles(association_path)


def is_broker_of_need(actor: Actor, need: Need) -> bool:
    """The 技术经理人 who looks further, or the clerk who stands in for one."""
    return need.broker_id is not None and need.broker_id == actor.user_id


reviews_need = all_of(handles_need, is_not_of_the_same_firm, need_is_not_sealed)
entered_need_for_owner = all_of(entered_need, handles_need)
owns_need = all_of(any_of(is_need_owner, entered_need_for_owner), need_is_not_sealed)
sees_all_of_need = all_of(any_of(is_need_owner, handles_need, may_follow_need, is_broker_of_need), need_is_not_sealed)
sees_need = all_of(
    any_of(sees_all_of_need, is_let_into_need, co_owns_need, all_of(is_signed_in, need_is_published)),
    need_is_not_sealed,
)
owns_or_handles_need = any_of(is_need_owner, handles_need)
chooses_for_need = all_of(owns_or_handles_need, need_is_not_sealed)
sees_steps_of_need = any_of(sees_all_of_need, all_of(co_owns_need, need_is_not_sealed))
