"""What waits for a member of staff, as SQL: what the rules let them decide, not all that they may see.

Compared with the rules in tests/service/lists/test_desk_tabs.py.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.orm import Mapped
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from service.actors import Actor
from service.models import (
    Achievement,
    AchievementState,
    Approval,
    ApprovalState,
    Association,
    Consultation,
    ConsultationState,
    ErasureRequest,
    ErasureState,
    Expert,
    ExpertState,
    Need,
    Organization,
    OrganizationState,
    Outcome,
    OutcomeState,
    PostRole,
    RankingObjection,
    RankingObjectionState,
    Referral,
    ReferralState,
    SelfOffer,
    SelfOfferState,
)
from service.visibility import acted_for, is_assigned, received_referrals, visible_approvals, visible_ranking_objections


def reviewed_needs(actor: Actor) -> SelectOfScalar[Need]:
    """As facts.reviews_need: handled, not of the actor's own firm, not sealed."""
    handed_in, entered = col(Need.number).is_not(None), col(Need.created_by_id) == actor.user_id
    return select(Need).where(
        col(Need.sealed_at).is_(None),
        col(Need.organization_id).not_in(sorted(actor.organizations)),
        _below(col(Need.association_path), actor.handled_paths),
        or_(handed_in, entered),
    )


def referrals_to_answer(actor: Actor) -> SelectOfScalar[Referral]:
    return received_referrals(actor).where(Referral.state == ReferralState.PENDING)


def self_offers_to_answer(actor: Actor) -> SelectOfScalar[SelfOffer]:
    return select(SelfOffer).where(
        SelfOffer.state == SelfOfferState.OFFERED, col(SelfOffer.need_id).in_(_ids(reviewed_needs(actor)))
    )


def organizations_to_verify(actor: Actor) -> SelectOfScalar[Organization]:
    return (
        select(Organization)
        .join(Association, col(Association.id) == col(Organization.association_id))
        .where(
            Organization.state == OrganizationState.UNVERIFIED,
            col(Organization.id).not_in(sorted(actor.organizations)),
            _below(col(Association.path), actor.handled_paths),
        )
    )


def experts_to_verify(actor: Actor) -> SelectOfScalar[Expert]:
    """By staff; that a society may verify its own as well is its own affair."""
    return _experts_of_place(actor).where(Expert.state == ExpertState.CLAIMED)


def experts_to_call(actor: Actor) -> SelectOfScalar[Expert]:
    """Whom staff may call about their own affairs, as call_facts.makes_call says."""
    return _experts_of_place(actor).where(Expert.state != ExpertState.LEFT)


def achievements_to_review(actor: Actor) -> SelectOfScalar[Achievement]:
    own_organization = col(Achievement.organization_id).in_(sorted(actor.organizations))
    own = col(Achievement.expert_id).in_([actor.expert_id] if actor.expert_id else [])
    theirs = or_(
        and_(col(Achievement.organization_id).is_not(None), ~own_organization),
        and_(col(Achievement.expert_id).is_not(None), ~own),
    )
    return select(Achievement).where(
        Achievement.state == AchievementState.SUBMITTED,
        col(Achievement.sealed_at).is_(None),
        theirs,
        _below(col(Achievement.association_path), actor.handled_paths),
    )


def approvals_to_move(actor: Actor) -> SelectOfScalar[Approval]:
    """To review, to issue, and sent back to the actor who drafted them."""
    led = [post.path for post in actor.posts if post.role is PostRole.LEAD]
    drafted, reviewed = col(Approval.drafter_id) == actor.user_id, col(Approval.reviewer_id) == actor.user_id
    to_review = and_(col(Approval.state) == ApprovalState.DRAFTED, ~drafted)
    to_issue = and_(
        col(Approval.state) == ApprovalState.REVIEWED, ~drafted, ~reviewed, _below(col(Approval.association_path), led)
    )
    sent_back = and_(col(Approval.state) == ApprovalState.RETURNED, drafted)
    return visible_approvals(actor).where(or_(to_review, to_issue, sent_back))


def disputes_to_settle(actor: Actor) -> SelectOfScalar[Consultation]:
    return select(Consultation).where(
        Consultation.state == ConsultationState.DISPUTED, col(Consultation.need_id).in_(_ids(reviewed_needs(actor)))
    )


def outcomes_to_verify(actor: Actor) -> SelectOfScalar[Outcome]:
    """Not of what the actor, or whom the actor answers for, served."""
    served = or_(
        acted_for(actor, col(Consultation.holder_kind), col(Consultation.holder_id)),
        acted_for(actor, col(Consultation.lead_kind), col(Consultation.lead_id)),
        is_assigned(actor),
    )
    return (
        select(Outcome)
        .join(Consultation, col(Consultation.id) == col(Outcome.consultation_id))
        .where(Outcome.state == OutcomeState.REPORTED, col(Outcome.need_id).in_(_ids(reviewed_needs(actor))), ~served)
    )


def ranking_objections_to_answer(actor: Actor) -> SelectOfScalar[RankingObjection]:
    own_needs = select(Need.id).where(col(Need.organization_id).in_(sorted(actor.organizations)))
    return visible_ranking_objections(actor).where(
        RankingObjection.state == RankingObjectionState.OPEN,
        RankingObjection.user_id != actor.user_id,
        or_(col(RankingObjection.need_id).is_(None), col(RankingObjection.need_id).not_in(own_needs)),
        _below(col(RankingObjection.association_path), actor.handled_paths),
    )


def erasures_to_carry_out(actor: Actor) -> SelectOfScalar[ErasureRequest]:
    is_theirs = [] if actor.is_administrator else [false()]
    return select(ErasureRequest).where(ErasureRequest.state == ErasureState.WAITING, *is_theirs)


def sealed_needs(actor: Actor) -> SelectOfScalar[Need]:
    """As "need.unseal" says."""
    return select(Need).where(
        col(Need.sealed_at).is_not(None), _below(col(Need.association_path), _guarded_paths(actor))
    )


def sealed_achievements(actor: Actor) -> SelectOfScalar[Achievement]:
    """As "achievement.unseal" says."""
    return select(Achievement).where(
        col(Achievement.sealed_at).is_not(None), _below(col(Achievement.association_path), _guarded_paths(actor))
    )


def _experts_of_place(actor: Actor) -> SelectOfScalar[Expert]:
    """As people_facts.verifies_expert says of staff."""
    own = col(Expert.user_id).in_([actor.user_id] if actor.user_id else [])
    return select(Expert).where(
        or_(col(Expert.user_id).is_(None), ~own), _below(col(Expert.association_path), actor.handled_paths)
    )


def _guarded_paths(actor: Actor) -> list[str]:
    return [post.path for post in actor.posts if post.role is PostRole.SECRECY_OFFICER]


def _below(column: Mapped[str], paths: list[str]) -> ColumnElement[bool]:
    return or_(false(), *(column.startswith(path) for path in paths))


def _ids(needs: SelectOfScalar[Need]) -> SelectOfScalar[str]:
    return needs.with_only_columns(col(Need.id))  # type: ignore[return-value]
