"""Each side's contact data, for the other side and staff, while they work together; every reading leaves a trace."""

from __future__ import annotations

from sqlmodel import Session

from service.actors import Actor
from service.errors import Conflict
from service.facts import reviews_its_need, speaks_for_holder, speaks_for_owner
from service.models import Consultation, ReadEntry, Side
from service.schemas.consultation_views import ContactPersonOut
from service.usecases.consultation_cases import find
from service.usecases.holders import holders_contacts, owners_contacts
from service.workflow.consultations import OPEN


def contacts(session: Session, actor: Actor, consultation_id: str) -> list[ContactPersonOut]:
    """For the owner the holder's, for the holder the owner's, for staff both. Raises Conflict once it is over."""
    case = find(session, actor, consultation_id, "consultation.contact")
    consultation: Consultation = case.subject
    if consultation.state not in OPEN and not reviews_its_need(actor, case):
        raise Conflict("对接咨询已经结束，不再显示联系方式。如需联系，请找受理的科协工作人员。")
    found: list[ContactPersonOut] = []
    if speaks_for_owner(actor, case):
        found += holders_contacts(session, consultation)
    if speaks_for_holder(actor, case):
        found += owners_contacts(session, consultation, case.need)
    for side in sorted({each.side for each in found}):
        _keep_reading(session, actor, consultation, side)
    return found


def _keep_reading(session: Session, actor: Actor, consultation: Consultation, side: Side) -> None:
    session.add(
        ReadEntry(
            reader_id=actor.signature or "",
            subject_kind="consultation",
            subject_id=consultation.id,
            what=f"{side} mobile mail",
        )
    )
