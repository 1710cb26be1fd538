"""Each side's contact data, for the other side and staff, while they work together; every reading leaves a trace."""

from __future__ import annotations

from sqlmodel import Session

from service.actors import Actor
from service.case_facts import Case, reviews_its_need, speaks_for_owner, works_for_holder
from service.errors import Conflict
from service.models import Consultation, ReadEntry, Side
from service.schemas.consultation_views import ContactPersonOut
from service.usecases.consent_log import given_contact
from service.usecases.consultation_cases import find
from service.usecases.holders import Contact, holders_contacts, owners_contacts
from service.workflow.consultations import OPEN


def contacts(
    session: Session, actor: Actor, consultation_id: str, *, only: Side | None = None
) -> list[ContactPersonOut]:
    """For the owner the holder's, for the holder the owner's, for staff both. Raises Conflict once it is over.
    only: what nobody wants to see of the other side is not read.

    An expert's only with the consent that accepting the invitation was, and not after it was taken back.
    """
    case = find(session, actor, consultation_id, "consultation.contact")
    consultation: Consultation = case.subject
    if consultation.state not in OPEN and not reviews_its_need(actor, case):
        raise Conflict("对接咨询已经结束，不再显示联系方式。如需联系，请找受理的科协工作人员。")
    found: list[Contact] = []
    if speaks_for_owner(actor, case) and only is not Side.OWNER:
        held = holders_contacts(session, consultation)
        found += [each for each in held if _may_read(session, actor, case, each)]
        if len(found) < len(held):
            raise Conflict("对方没有同意提供联系方式，或已撤回。需要联系时，请受理的科协工作人员转达。")
    if works_for_holder(actor, case) and only is not Side.HOLDER:
        found += owners_contacts(session, consultation, case.need)
    for each in found:
        _keep_reading(session, actor, each)
    return [each.shown for each in found]


def _may_read(session: Session, actor: Actor, case: Case, contact: Contact) -> bool:
    if contact.kind != "expert" or reviews_its_need(actor, case):
        return True
    return case.need.organization_id in given_contact(session, contact.id)


def _keep_reading(session: Session, actor: Actor, contact: Contact) -> None:
    """Under the person's own name: they are to see who read what."""
    if contact.id and contact.id not in (actor.user_id, actor.expert_id):
        entry = ReadEntry(
            reader_id=actor.signature or "", subject_kind=contact.kind, subject_id=contact.id, what="mobile mail"
        )
        session.add(entry)
