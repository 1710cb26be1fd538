"""Somebody agreed to serve: the consultation begins, with its number, its clock and its link."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from service.clock import now
from service.jobs import enqueue
from service.models import (
    Consultation,
    HolderKind,
    Invitation,
    LinkPurpose,
    Need,
    PartyKind,
    Referral,
    Team,
)
from service.services import Services
from service.usecases.consent_log import give_contact
from service.usecases.numbers import next_number
from service.usecases.progress import engage
from service.usecases.signed_links import give_link
from service.workflow.consultations import CONSULTATION

# Longer than any consultation should take; it ends with the case.
_LINK_DAYS = 400


def open_by_invitation(session: Session, services: Services, need: Need, invitation: Invitation) -> Consultation:
    """The 承接单位 is the receiver who named the expert, or else whoever was invited."""
    holder_kind, holder_id = HolderKind(invitation.party_kind), invitation.party_id
    referral = session.get(Referral, invitation.referral_id) if invitation.referral_id else None
    opened = Consultation(
        number=next_number(session, "ZX", services.settings.province),
        need_id=need.id,
        invitation_id=invitation.id,
        round=need.round,
        holder_kind=holder_kind,
        holder_id=holder_id,
        lead_kind=referral.receiver_kind if referral else holder_kind,
        lead_id=referral.receiver_id if referral else holder_id,
        attested_at=invitation.attested_at,
    )
    expert_id = expert_of(session, opened.holder_kind, opened.holder_id)
    if expert_id is not None:
        give_contact(session, expert_id, invitation)
    return _begin(session, services, need, opened)


def open_by_referral(session: Session, services: Services, need: Need, referral: Referral) -> Consultation:
    opened = Consultation(
        number=next_number(session, "ZX", services.settings.province),
        need_id=need.id,
        referral_id=referral.id,
        round=need.round,
        holder_kind=referral.receiver_kind,
        holder_id=referral.receiver_id,
        lead_kind=referral.receiver_kind,
        lead_id=referral.receiver_id,
    )
    return _begin(session, services, need, opened)


def expert_of(session: Session, kind: PartyKind | HolderKind, party_id: str) -> str | None:
    """The expert behind a party: the person, or the leader of the team; None for organisations."""
    if kind == PartyKind.EXPERT:
        return party_id
    return session.get_one(Team, party_id).leader_id if kind == PartyKind.TEAM else None


def give_consultation_link(session: Session, consultation_id: str, expert_id: str) -> None:
    until = now() + timedelta(days=_LINK_DAYS)
    give_link(session, LinkPurpose.CONSULTATION, consultation_id, expert_id, expires_at=until)


def _begin(session: Session, services: Services, need: Need, opened: Consultation) -> Consultation:
    opened.entered_at = now()
    opened.due_at = services.clockwork.due(CONSULTATION.states[CONSULTATION.initial], opened.entered_at)
    session.add(opened)
    session.flush()
    expert_id = expert_of(session, opened.holder_kind, opened.holder_id)
    if expert_id is not None:
        give_consultation_link(session, opened.id, expert_id)
    engage(session, services, need)
    enqueue(session, "notify", key=f"consultation:{opened.id}")
    return opened
