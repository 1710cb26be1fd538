"""Facts about a person and a thing, and how they are put together: pure, they look at the actor and the row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.actors import Actor
from service.models import (
    Association,
    Expert,
    ExpertState,
    Membership,
    MembershipRole,
    Need,
    NeedState,
    Notice,
    Organization,
    PostRole,
    RecipientKind,
    ReferralState,
    Team,
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


def is_expert_self(actor: Actor, expert: Expert) -> bool:
    return actor.user_id is not None and expert.user_id == actor.user_id


def looks_after_expert(actor: Actor, expert: Expert) -> bool:
    """Staff responsible for the place, or the secretary of the expert's society."""
    in_scope = actor.handles(expert.association_path)
    return in_scope or (expert.society_id is not None and expert.society_id in actor.organizations)


def is_not_expert_self(actor: Actor, expert: Expert) -> bool:
    return not is_expert_self(actor, expert)


def expert_is_unclaimed(_: Actor, expert: Expert) -> bool:
    return expert.state is ExpertState.UNCLAIMED


def expert_is_listed(_: Actor, expert: Expert) -> bool:
    """Verified, and willing to be found."""
    return expert.state is ExpertState.VERIFIED and expert.takes_part


@dataclass(frozen=True)
class TeamCase:
    """A team with what its rules look at beside it.

    association_path: of the 科协 responsible for its region. user_ids: of the experts asked or agreed to be in it.
    """

    team: Team
    association_path: str
    user_ids: frozenset[str]
    day: date


def is_in_scope_of_team(actor: Actor, case: TeamCase) -> bool:
    return actor.handles(case.association_path)


def is_of_lead_society(actor: Actor, case: TeamCase) -> bool:
    return case.team.society_id in actor.organizations


def is_asked_or_on_team(actor: Actor, case: TeamCase) -> bool:
    return actor.user_id is not None and actor.user_id in case.user_ids


def team_term_runs(_: Actor, case: TeamCase) -> bool:
    return case.team.term_since <= case.day <= case.team.term_until


@dataclass(frozen=True)
class Case:
    """Something that hangs on a need (recommendation, invitation, referral, consultation …), with that need.

    society_id: the society that looks after the expert it concerns.
    """

    subject: Any
    need: Need
    society_id: str | None = None


def of_its_need(fact: Fact) -> Fact:
    """The fact about a case's need."""

    def holds(actor: Actor, case: Case) -> bool:
        return fact(actor, case.need)

    holds.__name__ = fact.__name__
    return holds


def is_invited_party(actor: Actor, case: Case) -> bool:
    """The expert or the team's leader; a signed link is for its own invitation only."""
    invitation = case.subject
    by_link = actor.link in (None, f"invitation:{invitation.id}")
    return by_link and actor.acts_for(invitation.party_kind, invitation.party_id)


def is_receiver(actor: Actor, case: Case) -> bool:
    """Whoever answers for the 承接单位 of a referral."""
    return actor.link is None and actor.acts_for(case.subject.receiver_kind, case.subject.receiver_id)


def serves(actor: Actor, case: Case) -> bool:
    """Whoever holds a consultation; a signed link is for its own consultation only."""
    consultation = case.subject
    by_link = actor.link in (None, f"consultation:{consultation.id}")
    return by_link and actor.acts_for(consultation.holder_kind, consultation.holder_id)


def leads_consultation(actor: Actor, case: Case) -> bool:
    """The 承接单位, where it named the expert who serves."""
    return actor.link is None and actor.acts_for(case.subject.lead_kind, case.subject.lead_id)


def is_not_the_holder(actor: Actor, case: Case) -> bool:
    """Who serves must not also say for the company how it went, nor verify what they report themselves."""
    return not (serves(actor, case) or leads_consultation(actor, case))


def answers_for_party(actor: Actor, party: tuple[str, str]) -> bool:
    """party: (HolderKind, id)."""
    return actor.link is None and actor.acts_for(*party)


def is_offerer(actor: Actor, case: Case) -> bool:
    """The expert, the team's leader, or the people of the society that offered itself."""
    return actor.link is None and actor.acts_for(case.subject.party_kind, case.subject.party_id)


def entered_offer_as_staff(actor: Actor, case: Case) -> bool:
    """Who typed it in for somebody else."""
    return actor.is_staff and case.subject.created_by_id == actor.user_id


def handles_place(actor: Actor, association_path: str) -> bool:
    return actor.handles(association_path)


@dataclass(frozen=True)
class People:
    """An organisation's people: all of them, or the one membership in question."""

    organization: Organization
    association: Association
    membership: Membership | None = None


def is_among_the_people(actor: Actor, people: People) -> bool:
    return is_own_organization(actor, people.organization)


def manages_the_people(actor: Actor, people: People) -> bool:
    return manages_own_organization(actor, people.organization)


def stands_in_for_the_people(actor: Actor, people: People) -> bool:
    return verifies_organization(actor, (people.organization, people.association))


def is_own_membership(actor: Actor, people: People) -> bool:
    return people.membership is not None and people.membership.user_id == actor.user_id


def looks_after_invited(actor: Actor, case: Case) -> bool:
    """The invited expert's society, which may answer for them (请学会代办)."""
    return case.society_id is not None and case.society_id in actor.organizations


@dataclass(frozen=True)
class NoticeCase:
    """A notice, and the need it hangs on, if any."""

    notice: Notice
    need: Need | None


def is_told(actor: Actor, case: NoticeCase) -> bool:
    """The reader's own, unless the need was sealed since."""
    own = {RecipientKind.USER: actor.user_id, RecipientKind.EXPERT: actor.expert_id}[case.notice.recipient_kind]
    return own == case.notice.recipient_id and (case.need is None or case.need.sealed_at is None)


def handles_told_need(actor: Actor, case: NoticeCase) -> bool:
    """Staff who handle the need that the notice hangs on."""
    return case.need is not None and reviews_need(actor, case.need)


def is_broker_of_need(actor: Actor, need: Need) -> bool:
    """The 技术经理人 who looks further, or the clerk who stands in for one."""
    return need.broker_id is not None and need.broker_id == actor.user_id


def sent_unanswered_referral(actor: Actor, case: Case) -> bool:
    """The actor gave the need away, and nobody has answered yet."""
    sent = actor.user_id is not None and case.subject.created_by_id == actor.user_id
    return sent and case.subject.state is ReferralState.PENDING


manages_team = any_of(is_in_scope_of_team, is_of_lead_society)
sees_team = any_of(manages_team, is_asked_or_on_team, all_of(is_signed_in, team_term_runs))
changes_the_people = any_of(manages_the_people, stands_in_for_the_people)
verifies_expert = all_of(looks_after_expert, is_not_expert_self)
sees_all_of_expert = any_of(is_expert_self, looks_after_expert)
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
speaks_for_owner = of_its_need(chooses_for_need)
reviews_its_need = of_its_need(reviews_need)
speaks_for_invited = all_of(
    any_of(is_invited_party, looks_after_invited, reviews_its_need), of_its_need(need_is_not_sealed)
)
speaks_for_receiver = all_of(any_of(is_receiver, reviews_its_need), of_its_need(need_is_not_sealed))
takes_back_own_referral = all_of(
    sent_unanswered_referral, of_its_need(is_broker_of_need), of_its_need(need_is_not_sealed)
)
speaks_for_holder = all_of(
    any_of(serves, leads_consultation, looks_after_invited, reviews_its_need), of_its_need(need_is_not_sealed)
)
gives_owners_word = all_of(
    any_of(of_its_need(is_need_owner), all_of(of_its_need(handles_need), is_not_the_holder)),
    of_its_need(need_is_not_sealed),
)
verifies_outcome = all_of(reviews_its_need, is_not_the_holder)
sees_steps_of_need = any_of(sees_all_of_need, all_of(co_owns_need, need_is_not_sealed))
speaks_for_offerer = all_of(
    any_of(is_offerer, looks_after_invited, entered_offer_as_staff, reviews_its_need), of_its_need(need_is_not_sealed)
)
sees_self_offer = all_of(any_of(speaks_for_offerer, of_its_need(handles_need)), of_its_need(need_is_not_sealed))
sees_case = all_of(of_its_need(sees_all_of_need), of_its_need(need_is_not_sealed))
sees_invitation = any_of(speaks_for_invited, sees_case)
sees_referral = any_of(speaks_for_receiver, sees_case)
sees_consultation = any_of(speaks_for_holder, sees_case)
