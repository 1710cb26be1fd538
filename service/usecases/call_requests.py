"""请您打电话: an expert or a company asks to be called; it stands first in the list of whoever is to call."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, func, select

from service import audit
from service.actors import Actor
from service.call_facts import Asked
from service.case_facts import Case
from service.clock import now
from service.errors import Conflict, Invalid, TooMany
from service.jobs import enqueue
from service.models import (
    CallRequest,
    CallSubject,
    CallWish,
    Consultation,
    Expert,
    Invitation,
    Need,
    Organization,
    Row,
    SelfOffer,
    User,
)
from service.permissions import is_allowed, require
from service.rules.masking import mask_phone
from service.rules.phone import check_phone
from service.schemas.calls import CallOfferOut, CallRequestInput, NumberOut, OpenCallRequest
from service.services import Services
from service.usecases import consultation_cases, invitations, self_offers, words
from service.usecases.callers import (
    ground_of,
    is_for_society,
    name_of_caller,
    name_of_clerk,
    society_for,
)
from service.usecases.lookup import existing
from service.usecases.secrecy import refuse_secrets

FREE_AT_CHARS = 50
_TABLES: dict[CallSubject, type[Row]] = {
    CallSubject.INVITATION: Invitation,
    CallSubject.CONSULTATION: Consultation,
    CallSubject.NEED: Need,
    CallSubject.SELF_OFFER: SelfOffer,
    CallSubject.EXPERT: Expert,
}


def find(session: Session, actor: Actor, kind: CallSubject, subject_id: str) -> Asked:
    """Raises NotFound alike for what does not exist and for what this person may not see."""
    about = _asked_about(session, existing(session, actor, _TABLES[kind], subject_id))
    require(actor, "call.ask", about)
    return about


def ask(
    session: Session, services: Services, actor: Actor, kind: CallSubject, subject_id: str, given: CallRequestInput
) -> CallRequest:
    """Raises Conflict while one is open, TooMany, and Invalid without a number to call."""
    refuse_secrets({"方便的时间": given.free_at, "电话": given.phone}, services.settings.secrecy_officer)
    about = find(session, actor, kind, subject_id)
    earlier = _open(session, actor, subject_id)
    if earlier is not None:
        raise Conflict(f"已告诉{name_of_caller(session, earlier, ground_of(about))}，会给您打电话，不用再请一次。")
    _refuse_too_many(session, services, actor)
    made = CallRequest(
        subject_kind=kind,
        subject_id=subject_id,
        need_id=about.need.id if isinstance(about, Case) else None,
        asked_by=_asker(actor),
        wish=given.wish,
        society_id=society_for(session, actor, about) if is_for_society(about, given.wish) else None,
        phone=_number(session, actor, given.phone),
        free_at=words.line(given.free_at, "free_at", FREE_AT_CHARS),
        due_at=services.clockwork.calendar.due(now(), services.settings.deadlines.call_back),
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        actor_id=actor.signature,
        act="call_request.ask",
        subject_kind="call_request",
        subject_id=made.id,
        content=made.wish,
    )
    enqueue(session, "notify", key=f"call_request:{made.id}")
    return made


def offered(session: Session, actor: Actor, about: Asked) -> CallOfferOut | None:
    """Whom this person can ask, at which number, and what they asked for already; None for who has no part in it."""
    if not is_allowed(actor, "call.ask", about):
        return None
    own = _open(session, actor, about.id if isinstance(about, Expert) else about.subject.id)
    known = _known_number(session, _asker(actor))
    ground, society_id = ground_of(about), society_for(session, actor, about)
    society = session.get_one(Organization, society_id).name if society_id else ""
    is_societys = bool(society) and is_for_society(about, CallWish.CALL)
    return CallOfferOut(
        masked_phone=mask_phone(known) if known else "",
        caller=society if is_societys else name_of_clerk(session, ground),
        society=society,
        for_expert=actor.expert_id is not None and not _is_owner(actor, about),
        open=OpenCallRequest(
            told=name_of_caller(session, own, ground),
            masked_phone=mask_phone(own.phone or known),
            free_at=own.free_at,
            asked_at=own.created_at,
            due_at=own.due_at,
        )
        if own
        else None,
    )


def offered_to_expert(session: Session, actor: Actor) -> CallOfferOut | None:
    """About their own affairs; None for who is no expert."""
    return offered(session, actor, session.get_one(Expert, actor.expert_id)) if actor.expert_id else None


def number_of(session: Session, request: CallRequest) -> NumberOut:
    """What was typed, or else the number on record."""
    person = person_of(session, request.asked_by)
    where = person.organization_name if isinstance(person, Expert) else ""
    return NumberOut(name=person.name, organization=where, mobile=request.phone or _known_number(session, person.id))


def person_of(session: Session, asked_by: str) -> Expert | User:
    return session.get(Expert, asked_by) or session.get_one(User, asked_by)


def _asked_about(session: Session, row: Row) -> Asked:
    if isinstance(row, Expert):
        return row
    if isinstance(row, Invitation):
        return invitations.case_of(session, row)
    if isinstance(row, Consultation):
        return consultation_cases.case_of(session, row)
    if isinstance(row, SelfOffer):
        return self_offers.case_of(session, row)
    assert isinstance(row, Need)
    return Case(row, row)


def _is_owner(actor: Actor, about: Asked) -> bool:
    return isinstance(about, Case) and about.need.organization_id in actor.organizations


def _asker(actor: Actor) -> str:
    """The expert: the same by account and by link."""
    return actor.expert_id or actor.user_id or ""


def _open(session: Session, actor: Actor, subject_id: str) -> CallRequest | None:
    wanted = select(CallRequest).where(
        CallRequest.subject_id == subject_id, CallRequest.asked_by == _asker(actor), col(CallRequest.done_at).is_(None)
    )
    return session.exec(wanted).first()


def _refuse_too_many(session: Session, services: Services, actor: Actor) -> None:
    most = services.settings.most_call_requests_a_day
    today = CallRequest.asked_by == _asker(actor), col(CallRequest.created_at) > now() - timedelta(days=1)
    if session.exec(select(func.count()).select_from(CallRequest).where(*today)).one() >= most:
        raise TooMany(f"一天最多请 {most} 次电话，今天已经请过 {most} 次。急事请直接给科协打电话。")


def _number(session: Session, actor: Actor, typed: str) -> str:
    """As stored; "" for the one on record. Raises Invalid."""
    if not typed:
        if not _known_number(session, _asker(actor)):
            raise Invalid("平台上没有您的电话。请填写打给您的号码。", field="phone")
        return ""
    phone = check_phone(typed)
    if phone.error:
        raise Invalid(phone.error, field="phone")
    return phone.phone


def _known_number(session: Session, asked_by: str) -> str:
    person = person_of(session, asked_by)
    if isinstance(person, Expert) and not person.mobile and person.user_id:
        person = session.get_one(User, person.user_id)
    return person.mobile or ""
