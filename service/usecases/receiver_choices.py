"""Whom a need could be given to, for choosing from; whether it can really be given, sending decides."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from service.actors import Actor
from service.case_facts import Case, reviews_its_need
from service.clock import today
from service.models import (
    Association,
    HolderKind,
    Need,
    Organization,
    OrganizationKind,
    OrganizationState,
    PostRole,
    Referral,
    Team,
)
from service.permissions import require
from service.schemas.referrals import PartyOut
from service.usecases.brokers import broker_for
from service.usecases.named import by_name
from service.usecases.referrals import SUPPORTING_KINDS
from service.usecases.staffing import holders_of_post

# By kind of receiver.
Choices = dict[HolderKind, list[PartyOut]]


def for_need(session: Session, actor: Actor, need: Need) -> Choices:
    """For who refers the need."""
    require(actor, "referral.send", need)
    managers = holders_of_post(session, need, (PostRole.TECH_MANAGER,))
    stands_in = broker_for(session, need)
    if stands_in is not None:
        managers.setdefault(stands_in.id, stands_in.name)
    return {
        HolderKind.SOCIETY: _societies(session, need),
        HolderKind.TEAM: _teams(session, need),
        HolderKind.TECH_MANAGER: [PartyOut(id=user_id, name=name) for user_id, name in managers.items()],
        HolderKind.ASSOCIATION: _associations(session, need),
    }


def for_passing_on(session: Session, actor: Actor, case: Case) -> Choices:
    """For who passes a referral on: staff to anybody, a receiver among those it may know."""
    require(actor, "referral.pass_on", case)
    referral: Referral = case.subject
    if reviews_its_need(actor, case):
        found = for_need(session, actor, case.need)
    elif referral.receiver_kind is HolderKind.SOCIETY:
        found = {
            HolderKind.SOCIETY: _societies(session, case.need),
            HolderKind.TEAM: _teams(session, case.need, society_id=referral.receiver_id),
        }
    else:
        own = session.get_one(Association, referral.receiver_id)
        found = {
            HolderKind.SOCIETY: _societies(session, case.need),
            HolderKind.TEAM: _teams(session, case.need),
            HolderKind.ASSOCIATION: _associations(session, case.need, below=own.path),
        }
    return {
        kind: [each for each in parties if (kind, each.id) != (referral.receiver_kind, referral.receiver_id)]
        for kind, parties in found.items()
    }


def supporting(session: Session, actor: Actor, need: Need) -> list[PartyOut]:
    """Verified societies, universities and institutes, besides the owner."""
    require(actor, "referral.send", need)
    return _organizations(session, need, SUPPORTING_KINDS)


def _societies(session: Session, need: Need) -> list[PartyOut]:
    return _organizations(session, need, (OrganizationKind.SOCIETY,))


def _organizations(session: Session, need: Need, kinds: tuple[OrganizationKind, ...]) -> list[PartyOut]:
    wanted = select(Organization).where(
        col(Organization.kind).in_(kinds),
        Organization.state == OrganizationState.VERIFIED,
        Organization.id != need.organization_id,
    )
    return _shown(session.exec(wanted.order_by(*by_name(Organization))).all())


def _teams(session: Session, need: Need, society_id: str = "") -> list[PartyOut]:
    day = today()
    wanted = select(Team).where(
        col(Team.term_since) <= day, col(Team.term_until) >= day, Team.society_id != need.organization_id
    )
    if society_id:
        wanted = wanted.where(Team.society_id == society_id)
    return _shown(session.exec(wanted.order_by(*by_name(Team))).all())


def _associations(session: Session, need: Need, below: str = "") -> list[PartyOut]:
    wanted = select(Association).where(
        Association.id != need.association_id, col(Association.path).startswith(below), Association.path != below
    )
    return _shown(session.exec(wanted.order_by(col(Association.path))).all())


def _shown(rows: Sequence[Organization | Team | Association]) -> list[PartyOut]:
    return [PartyOut(id=row.id, name=row.name) for row in rows]
