"""The rules of permissions.py as SQL, for lists and counts. The two must agree: tests/service/test_visibility.py."""

from __future__ import annotations

from sqlalchemy import ColumnElement, ScalarSelect, String, and_, false, func, or_
from sqlalchemy.orm import Mapped
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from service.actors import HANDLING, Actor
from service.clock import today
from service.facts import PUBLISHED
from service.models import (
    Achievement,
    AchievementState,
    Approval,
    Association,
    AssociationKind,
    Consultation,
    Expert,
    ExpertState,
    HolderKind,
    Invitation,
    Need,
    Notice,
    OffererKind,
    Organization,
    OrganizationKind,
    OrganizationState,
    PartyKind,
    ProxyEntry,
    RankingObjection,
    RecipientKind,
    Referral,
    SelfOffer,
    Team,
    TeamMember,
)


def visible_needs(actor: Actor) -> SelectOfScalar[Need]:
    """Needs that this person may see at all, as "need.view" says; without an order."""
    if not actor.is_signed_in:
        return select(Need).where(false())
    return select(Need).where(col(Need.sealed_at).is_(None), sees_needs(actor))


def sees_needs(actor: Actor) -> ColumnElement[bool]:
    """Of who is signed in, as facts.sees_need, of those that are not sealed."""
    let_in = col(Need.id).in_(sorted({*actor.grants, *actor.co_owned}))
    return or_(sees_all_of_needs(actor), col(Need.state).in_(PUBLISHED), let_in)


def published_needs() -> SelectOfScalar[Need]:
    """Needs whose public fields everybody may read, strangers too (usecases.showcase); without an order."""
    return select(Need).where(col(Need.sealed_at).is_(None), col(Need.state).in_(PUBLISHED))


def own_or_handled_needs(actor: Actor) -> SelectOfScalar[Need]:
    """Needs of the actor's organisations, alone or with others, and those staff handle or have passed on; without an
    order."""
    with_others = col(Need.id).in_(sorted(actor.co_owned))
    return select(Need).where(col(Need.sealed_at).is_(None), or_(sees_all_of_needs(actor), with_others))


def visible_consultations(actor: Actor) -> SelectOfScalar[Consultation]:
    """Consultations that this person may see, as "consultation.view" says; without an order."""
    return _consultations(or_(_holds(actor), sees_all_of_needs(actor)))


def own_consultations(actor: Actor) -> SelectOfScalar[Consultation]:
    """Those among them that the actor serves, looks after the one who does, or needs; without an order."""
    return _consultations(or_(_holds(actor), col(Need.organization_id).in_(sorted(actor.organizations))))


def handled_consultations(actor: Actor) -> SelectOfScalar[Consultation]:
    """Those among them that the actor sees as staff; without an order."""
    return _consultations(or_(*_as_staff(actor)))


def _consultations(which: ColumnElement[bool]) -> SelectOfScalar[Consultation]:
    of_need = select(Consultation).join(Need, col(Need.id) == col(Consultation.need_id))
    return of_need.where(col(Need.sealed_at).is_(None), which)


def _holds(actor: Actor) -> ColumnElement[bool]:
    """Serves, was named by the team's leader, is the 承接单位 that named who serves, or is the society that looks after
    them."""
    by_party = acted_for(actor, col(Consultation.holder_kind), col(Consultation.holder_id))
    serves = or_(by_party, is_assigned(actor))
    if actor.link is not None:
        purpose, _, subject_id = actor.link.partition(":")
        return and_(serves, col(Consultation.id) == (subject_id if purpose == "consultation" else ""))
    looked_after = select(Expert.id).where(col(Expert.society_id).in_(sorted(actor.organizations)))
    by_society = or_(
        and_(
            col(Consultation.holder_kind) == HolderKind.EXPERT,
            col(Consultation.holder_id).in_(looked_after),
        ),
        and_(
            col(Consultation.holder_kind) == HolderKind.TEAM,
            col(Consultation.holder_id).in_(select(Team.id).where(col(Team.leader_id).in_(looked_after))),
        ),
    )
    leads = acted_for(actor, col(Consultation.lead_kind), col(Consultation.lead_id))
    return or_(serves, leads, by_society)


def is_assigned(actor: Actor) -> ColumnElement[bool]:
    """As case_facts.is_named_member, without the link."""
    return col(Consultation.id).in_(sorted(actor.assigned))


def acted_for(actor: Actor, kind: Mapped[HolderKind], holder_id: Mapped[str]) -> ColumnElement[bool]:
    """As Actor.acts_for."""
    by_kind = {
        HolderKind.EXPERT: [actor.expert_id] if actor.expert_id else [],
        HolderKind.TEAM: sorted(actor.team_ids),
        HolderKind.SOCIETY: sorted(actor.organizations),
        HolderKind.ASSOCIATION: sorted({post.association_id for post in actor.posts if post.role in HANDLING}),
        HolderKind.TECH_MANAGER: [actor.user_id] if actor.user_id else [],
    }
    return or_(*(and_(kind == each, holder_id.in_(ids)) for each, ids in by_kind.items()))


def visible_achievements(actor: Actor) -> SelectOfScalar[Achievement]:
    """Achievements that this person may see at all, as "achievement.view" says; without an order."""
    if not actor.is_signed_in:
        return select(Achievement).where(false())
    return select(Achievement).where(
        col(Achievement.sealed_at).is_(None),
        or_(sees_all_of_achievements(actor), col(Achievement.state) == AchievementState.PUBLISHED),
    )


def own_or_handled_achievements(actor: Actor) -> SelectOfScalar[Achievement]:
    return select(Achievement).where(col(Achievement.sealed_at).is_(None), sees_all_of_achievements(actor))


def published_achievements() -> SelectOfScalar[Achievement]:
    return select(Achievement).where(
        col(Achievement.sealed_at).is_(None), col(Achievement.state) == AchievementState.PUBLISHED
    )


def sees_all_of_achievements(actor: Actor) -> ColumnElement[bool]:
    """As achievement_facts.sees_all_of_achievement, of those that are not sealed."""
    of_organization = col(Achievement.organization_id).in_(sorted(actor.organizations))
    # Not "==": an achievement of an organisation has no expert.
    of_expert = col(Achievement.expert_id).in_([actor.expert_id] if actor.expert_id else [])
    theirs = or_(col(Achievement.number).is_not(None), col(Achievement.created_by_id) == actor.user_id)
    handled = [and_(col(Achievement.association_path).startswith(path), theirs) for path in actor.handled_paths]
    return or_(of_organization, of_expert, *handled)


def visible_organizations(actor: Actor) -> SelectOfScalar[Organization]:
    if actor.is_staff:
        return select(Organization)
    return select(Organization).where(col(Organization.id).in_(sorted(actor.organizations)))


def own_notices(actor: Actor) -> SelectOfScalar[Notice]:
    """As "notice.read" says; without an order."""
    to_user = and_(col(Notice.recipient_kind) == RecipientKind.USER, col(Notice.recipient_id) == actor.user_id)
    to_expert = and_(col(Notice.recipient_kind) == RecipientKind.EXPERT, col(Notice.recipient_id) == actor.expert_id)
    sealed = select(Need.id).where(col(Need.sealed_at).is_not(None))
    is_open = or_(col(Notice.need_id).is_(None), col(Notice.need_id).not_in(sealed))
    return select(Notice).where(or_(to_user, to_expert), is_open)


def visible_experts(actor: Actor) -> SelectOfScalar[Expert]:
    """Experts that this person may see at all, as "expert.view" says; without an order."""
    if not actor.is_signed_in:
        return select(Expert).where(false())
    listed = and_(col(Expert.state) == ExpertState.VERIFIED, col(Expert.takes_part))
    own = col(Expert.user_id) == actor.user_id
    named = col(Expert.society_id).in_(sorted(actor.organizations))
    in_scope = [col(Expert.association_path).startswith(path) for path in actor.handled_paths]
    return select(Expert).where(or_(listed, own, named, *in_scope))


def visible_teams(actor: Actor) -> SelectOfScalar[Team]:
    """Teams that this person may see at all, as "team.view" says; without an order."""
    if not actor.is_signed_in:
        return select(Team).where(false())
    runs = _term_runs()
    own = col(Team.society_id).in_(sorted(actor.organizations))
    asked = col(Team.id).in_(teams_of_person(actor))
    in_scope = [_path_of_team().startswith(path) for path in actor.handled_paths]
    return select(Team).where(or_(runs, own, asked, *in_scope))


def serving_teams() -> SelectOfScalar[Team]:
    """Teams whose term runs: everybody may know of them, not who is in them; without an order."""
    return select(Team).where(_term_runs())


def verified_societies() -> SelectOfScalar[Organization]:
    """For everybody; without an order."""
    is_society = Organization.kind == OrganizationKind.SOCIETY
    return select(Organization).where(is_society, Organization.state == OrganizationState.VERIFIED)


def _term_runs() -> ColumnElement[bool]:
    day = today()
    return and_(col(Team.term_since) <= day, col(Team.term_until) >= day)


def teams_of_person(actor: Actor) -> SelectOfScalar[str]:
    """Ids of teams that the actor was asked into or is a member of."""
    return (
        select(TeamMember.team_id)
        .join(Expert, col(Expert.id) == col(TeamMember.expert_id))
        .where(col(Expert.user_id) == actor.user_id, col(TeamMember.left_at).is_(None))
    )


def visible_ranking_objections(actor: Actor) -> SelectOfScalar[RankingObjection]:
    """Those that this person may see, as "ranking_objection.act" says; without an order."""
    if not actor.is_signed_in:
        return select(RankingObjection).where(false())
    sealed = select(Need.id).where(col(Need.sealed_at).is_not(None))
    own = col(RankingObjection.user_id) == actor.user_id
    in_scope = [col(RankingObjection.association_path).startswith(path) for path in actor.handled_paths]
    open_need = or_(col(RankingObjection.need_id).is_(None), col(RankingObjection.need_id).not_in(sealed))
    return select(RankingObjection).where(or_(own, *in_scope), open_need)


def _path_of_team() -> ScalarSelect[str]:
    """Of the lowest regional 科协 around the team's region, as association_for says it."""
    region = col(Team.region_code)
    city, province = (func.substr(region, 1, digits, type_=String) for digits in (4, 2))
    around = (region, city.concat("00"), province.concat("0000"))
    return (
        select(Association.path)
        .where(Association.kind == AssociationKind.REGIONAL, col(Association.region_code).in_(around))
        # Of codes that contain each other the larger one is the lower region.
        .order_by(col(Association.region_code).desc(), col(Association.id))
        .limit(1)
        .scalar_subquery()
    )


def visible_invitations(actor: Actor) -> SelectOfScalar[Invitation]:
    """Invitations that this person may see, as "invitation.view" says; without an order."""
    if not actor.is_signed_in:
        return select(Invitation).where(false())
    teams = and_(col(Invitation.party_kind) == PartyKind.TEAM, col(Invitation.party_id).in_(sorted(actor.team_ids)))
    led = select(Team.id).join(Expert, col(Expert.id) == col(Team.leader_id))
    members = select(Expert.id).where(col(Expert.society_id).in_(sorted(actor.organizations)))
    cared_teams = led.where(col(Expert.society_id).in_(sorted(actor.organizations)))
    return (
        select(Invitation)
        .join(Need, col(Need.id) == col(Invitation.need_id))
        .where(
            col(Need.sealed_at).is_(None),
            or_(
                sees_all_of_needs(actor),
                and_(col(Invitation.party_kind) == PartyKind.EXPERT, col(Invitation.party_id) == actor.expert_id),
                and_(col(Invitation.party_kind) == PartyKind.EXPERT, col(Invitation.party_id).in_(members)),
                and_(col(Invitation.party_kind) == PartyKind.TEAM, col(Invitation.party_id).in_(cared_teams)),
                teams,
            ),
        )
    )


def visible_referrals(actor: Actor) -> SelectOfScalar[Referral]:
    """Referrals that this person may see at all, as "referral.view" says; without an order."""
    wanted = select(Referral).join(Need, col(Need.id) == col(Referral.need_id))
    return wanted.where(col(Need.sealed_at).is_(None), or_(_receives(actor), sees_all_of_needs(actor)))


def received_referrals(actor: Actor) -> SelectOfScalar[Referral]:
    """Those that the actor, or whom the actor answers for, is asked to take."""
    return visible_referrals(actor).where(_receives(actor))


def sent_referrals(actor: Actor) -> SelectOfScalar[Referral]:
    """Those of needs that the actor owns, handles or looks further for."""
    return visible_referrals(actor).where(sees_all_of_needs(actor))


def _receives(actor: Actor) -> ColumnElement[bool]:
    """As Actor.acts_for says it of a receiver."""
    if not actor.is_signed_in:
        return false()
    return acted_for(actor, col(Referral.receiver_kind), col(Referral.receiver_id))


def visible_approvals(actor: Actor) -> SelectOfScalar[Approval]:
    """审签 that this person may see at all, as "approval.view" says; without an order."""
    handled = [col(Approval.association_path).startswith(path) for path in actor.handled_paths]
    sealed = select(Need.id).where(col(Need.sealed_at).is_not(None))
    return select(Approval).where(
        or_(false(), *handled), or_(col(Approval.need_id).is_(None), col(Approval.need_id).not_in(sealed))
    )


def visible_proxy_entries(actor: Actor) -> SelectOfScalar[ProxyEntry]:
    """代录 and 代答 that this person may check, as "proxy.check" says; without an order."""
    own = col(ProxyEntry.entered_by_id).in_([actor.user_id] if actor.user_id else [])
    in_scope = [col(ProxyEntry.association_path).startswith(path) for path in actor.handled_paths]
    sealed = select(Need.id).where(col(Need.sealed_at).is_not(None))
    is_open = or_(col(ProxyEntry.need_id).is_(None), col(ProxyEntry.need_id).not_in(sealed))
    return select(ProxyEntry).where(or_(own, *in_scope), is_open)


def visible_self_offers(actor: Actor) -> SelectOfScalar[SelfOffer]:
    """Offers that this person may see, as "self_offer.view" says; without an order."""
    if not actor.is_signed_in:
        return select(SelfOffer).where(false())
    kind, party = col(SelfOffer.party_kind), col(SelfOffer.party_id)
    societies = sorted(actor.organizations)
    cared_experts = select(Expert.id).where(col(Expert.society_id).in_(societies))
    cared_teams = select(Team.id).where(col(Team.society_id).in_(societies))
    entered = col(SelfOffer.created_by_id).in_([actor.user_id] if actor.is_staff else [])
    return (
        select(SelfOffer)
        .join(Need, col(Need.id) == col(SelfOffer.need_id))
        .where(
            col(Need.sealed_at).is_(None),
            or_(
                entered,
                and_(kind == OffererKind.EXPERT, party == actor.expert_id),
                and_(kind == OffererKind.EXPERT, party.in_(cared_experts)),
                and_(kind == OffererKind.TEAM, party.in_(sorted(actor.team_ids))),
                and_(kind == OffererKind.TEAM, party.in_(cared_teams)),
                and_(kind == OffererKind.SOCIETY, party.in_(societies)),
                *_handled(actor),
            ),
        )
    )


def _handled(actor: Actor) -> list[ColumnElement[bool]]:
    """One condition for each place whose needs the actor handles."""
    handed_in = col(Need.number).is_not(None)
    entered = col(Need.created_by_id) == actor.user_id
    return [and_(col(Need.association_path).startswith(path), or_(handed_in, entered)) for path in actor.handled_paths]


def sees_all_of_needs(actor: Actor) -> ColumnElement[bool]:
    """As facts.sees_all_of_need, of those that are not sealed."""
    own = col(Need.organization_id).in_(sorted(actor.organizations))
    # Not "==": nobody is the 技术经理人 of a need without one.
    brokered = col(Need.broker_id).in_([actor.user_id] if actor.user_id else [])
    return or_(own, brokered, *_as_staff(actor))


def _as_staff(actor: Actor) -> list[ColumnElement[bool]]:
    """Of the 科协 that handles it, or that it entered at; never empty, so that it can be joined."""
    handed_in = col(Need.number).is_not(None)
    followed = [and_(col(Need.origin_path).startswith(path), handed_in) for path in actor.handled_paths]
    return [false(), *_handled(actor), *followed]
