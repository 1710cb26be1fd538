"""What has to happen whenever a consultation ends, however it ends."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from service.actors import Actor
from service.case_facts import Case
from service.clock import now
from service.models import (
    Consultation,
    ConsultationState,
    Invitation,
    LinkPurpose,
    Referral,
    ReferralState,
    Resolution,
)
from service.services import Services
from service.usecases.capacity import give_back
from service.usecases.consultation_cases import appointments, case_of, cause_of
from service.usecases.grants import end_grants
from service.usecases.progress import settle
from service.usecases.signed_links import revoke_links, shorten_links
from service.workflow.consultations import CONSULTATION
from service.workflow.engine import perform
from service.workflow.invitations import INVITATION, TAKEN
from service.workflow.referrals import REFERRAL

_OWNER_WITHDREW = "owner_withdrew"


def finish(session: Session, services: Services, case: Case) -> None:
    """The state is final: keep when, stop the reading, settle the need. The holder may still rate by link for a while.

    Only after COMPLETED: the other ends are not rated.
    """
    consultation: Consultation = case.subject
    consultation.closed_at = now()
    session.add(consultation)
    for appointment in appointments(session, consultation):
        if appointment.held is None:
            # Cancelled: calendars take it out only under a higher number.
            appointment.sequence += 1
            session.add(appointment)
    end_grants(session, cause_of(consultation))
    if consultation.state is ConsultationState.COMPLETED:
        until = now() + timedelta(days=services.settings.rate_by_link_days)
        shorten_links(session, LinkPurpose.CONSULTATION, consultation.id, expires_at=until)
    else:
        revoke_links(session, LinkPurpose.CONSULTATION, consultation.id)
    settle(session, services, case.need)


def abort(
    session: Session, services: Services, actor: Actor, consultation: Consultation, *, reason: str, note: str
) -> None:
    """As a consequence of something that was allowed: the invitation was given back, the need withdrawn."""
    case = case_of(session, consultation)
    perform(
        session,
        CONSULTATION,
        consultation,
        "abort",
        actor,
        services.clockwork,
        reason=reason,
        note=note,
        as_consequence=True,
    )
    finish_aborted(session, services, actor, case, reason=reason, note=note)


def finish_aborted(session: Session, services: Services, actor: Actor, case: Case, *, reason: str, note: str) -> None:
    """What it came from ends with it, so that others can be asked and the expert's month is free again."""
    consultation: Consultation = case.subject
    if reason == _OWNER_WITHDREW:
        consultation.resolution = Resolution.OWNER_WITHDREW
    if consultation.invitation_id:
        _end_invitation(session, services, actor, consultation, reason=reason, note=note)
    else:
        referral = session.get_one(Referral, consultation.referral_id)
        if referral.state is ReferralState.ACCEPTED:
            perform(session, REFERRAL, referral, "withdraw", actor, services.clockwork, note=note, as_consequence=True)
    finish(session, services, case)


def _end_invitation(
    session: Session, services: Services, actor: Actor, consultation: Consultation, *, reason: str, note: str
) -> None:
    invitation = session.get_one(Invitation, consultation.invitation_id)
    if invitation.state in TAKEN:
        action = "stop" if reason == "conflict" else "release"
        perform(session, INVITATION, invitation, action, actor, services.clockwork, note=note, as_consequence=True)
    give_back(session, invitation.id)
