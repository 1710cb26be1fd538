"""Asking service.verdict about the people in the database, for one party or for all."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from service.clock import today
from service.models import (
    Employment,
    Expert,
    HolderKind,
    Invitation,
    InvitationState,
    Membership,
    Need,
    NeedOwner,
    Organization,
    PartyChoice,
    PartyKind,
    Recommendation,
    RecommendedParty,
    Referral,
    ReferralState,
    Reservation,
    Team,
)
from service.rules.plain_text import identity_key
from service.usecases.capacity import this_month
from service.verdict import PartyFacts, verdict
from service.workflow.invitations import TAKEN


def exclusions(session: Session, need: Need) -> dict[str, str]:
    """Document id → the rule that forbids it, for everybody it forbids; a team stands or falls with its leader."""
    return _forbidden(session, need, session.exec(select(Expert)).all(), session.exec(select(Team)).all(), ())


def obstacles(
    session: Session, need: Need, experts: Collection[Expert], *, leave_out: Collection[str] = ()
) -> dict[str, str]:
    """Document id → the rule that forbids it, for those of these experts whom one forbids. leave_out: rules that are
    not asked."""
    return _forbidden(session, need, experts, (), leave_out)


def obstacle(
    session: Session, need: Need, kind: PartyKind, party_id: str, *, leave_out: Collection[str] = ()
) -> str | None:
    """The rule that forbids this party at this moment, or None. leave_out: rules that were settled before."""
    teams = [session.get_one(Team, party_id)] if kind is PartyKind.TEAM else []
    experts = [session.get_one(Expert, teams[0].leader_id if teams else party_id)]
    return _forbidden(session, need, experts, teams, leave_out).get(f"{kind}:{party_id}")


def _forbidden(
    session: Session, need: Need, experts: Collection[Expert], teams: Collection[Team], leave_out: Collection[str]
) -> dict[str, str]:
    owners = _owners(session, need)
    asked = asked_before(session, need)
    day, found = today(), {}
    for facts in _facts(session, experts, asked):
        rule = verdict(facts, need, owners, day, leave_out)
        if rule:
            found[f"expert:{facts.expert.id}"] = rule
    for team in teams:
        key = f"team:{team.id}"
        if key in asked and "asked_before" not in leave_out:
            found[key] = "asked_before"
        elif not team.term_since <= day <= team.term_until:
            found[key] = "paused"
        elif f"expert:{team.leader_id}" in found:
            found[key] = found[f"expert:{team.leader_id}"]
    return found


def _owners(session: Session, need: Need) -> dict[str, str]:
    """Organisation id → name key, of all owners of a 共性需求 or the one."""
    further = select(NeedOwner.organization_id).where(NeedOwner.need_id == need.id)
    wanted = select(Organization).where(
        or_(col(Organization.id) == need.organization_id, col(Organization.id).in_(further))
    )
    return {each.id: each.name_key for each in session.exec(wanted)}


def asked_before(session: Session, need: Need) -> set[str]:
    """“kind:id” of everybody invited about this need or rejected by the company, but not who was only cancelled; and of
    teams that said no, or nothing, to a referral of this round.

    Who served before it was opened again may be asked to go on.
    """
    invited = select(Invitation.party_kind, Invitation.party_id).where(
        Invitation.need_id == need.id,
        Invitation.state != InvitationState.CANCELLED,
        or_(Invitation.round == need.round, col(Invitation.state).not_in(TAKEN)),
    )
    rejected = (
        select(RecommendedParty.party_kind, RecommendedParty.party_id)
        .join(Recommendation, col(Recommendation.id) == col(RecommendedParty.recommendation_id))
        .where(Recommendation.need_id == need.id, RecommendedParty.choice == PartyChoice.REJECTED)
    )
    refused = select(Referral.receiver_kind, Referral.receiver_id).where(
        Referral.need_id == need.id,
        Referral.round == need.round,
        Referral.receiver_kind == HolderKind.TEAM,
        col(Referral.state).in_((ReferralState.DECLINED, ReferralState.EXPIRED)),
    )
    found = [*session.exec(invited), *session.exec(rejected), *session.exec(refused)]
    return {f"{kind}:{party_id}" for kind, party_id in found}


def _facts(session: Session, experts: Collection[Expert], asked: Collection[str]) -> list[PartyFacts]:
    """Of these experts, as they are today. A long list is read whole: naming each would be slower."""
    few = [expert.id for expert in experts] if len(experts) == 1 else None
    day = today()
    works_at: dict[str, set[str]] = {}
    posts = select(Employment)
    for post in session.exec(posts.where(col(Employment.expert_id).in_(few)) if few else posts):
        if post.since <= day and (post.until is None or post.until >= day):
            works_at.setdefault(post.expert_id, set()).add(post.organization_key)
    acts_for: dict[str, set[str]] = {}
    for membership in session.exec(select(Membership).where(col(Membership.ended_at).is_(None))):
        acts_for.setdefault(membership.user_id, set()).add(membership.organization_id)
    counted = select(Reservation.expert_id, func.count()).where(Reservation.month == this_month())
    taken = dict(session.exec(counted.group_by(col(Reservation.expert_id))).all())
    return [
        PartyFacts(
            expert,
            {*works_at.get(expert.id, ()), identity_key(expert.organization_name)},
            acts_for.get(expert.user_id or "", set()),
            taken_this_month=taken.get(expert.id, 0),
            asked_before=f"expert:{expert.id}" in asked,
        )
        for expert in experts
    ]
