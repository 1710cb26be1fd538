"""请您打电话: an expert or a company asks to be called; it stands first in the list of whoever is to call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlmodel import Session, col, func, or_, select

from service import audit
from service.actors import Actor
from service.case_facts import Case
from service.clock import now
from service.errors import Conflict, Invalid, TooMany
from service.jobs import enqueue
from service.models import (
    Association,
    CallKind,
    CallRequest,
    CallSubject,
    CallWish,
    Consultation,
    Expert,
    Invitation,
    Membership,
    Need,
    Organization,
    Row,
    User,
)
from service.permissions import is_allowed, require
from service.rules.masking import mask_phone
from service.rules.phone import check_phone
from service.schemas.calls import CallOfferOut, CallRequestInput, NumberOut, OpenCallRequest
from service.services import Services
from service.usecases import consultation_cases, invitations, words
from service.usecases.due_calls import Call
from service.usecases.lookup import existing, together
from service.usecases.secrecy import refuse_secrets

FREE_AT_CHARS = 50
_TABLES: dict[CallSubject, type[Row]] = {
    CallSubject.INVITATION: Invitation,
    CallSubject.CONSULTATION: Consultation,
    CallSubject.NEED: Need,
}
_WHY = {CallWish.CALL: "请您给他打电话", CallWish.DO_FOR_ME: "请您代办：问清他的意思，替他登记"}
_WHAT = {CallSubject.INVITATION: "邀约", CallSubject.CONSULTATION: "对接咨询", CallSubject.NEED: "需求"}


def find(session: Session, actor: Actor, kind: CallSubject, subject_id: str) -> Case:
    """Raises NotFound alike for what does not exist and for what this person may not see."""
    case = _case_of(session, existing(session, actor, _TABLES[kind], subject_id))
    require(actor, "call.ask", case)
    return case


def ask(
    session: Session, services: Services, actor: Actor, kind: CallSubject, subject_id: str, given: CallRequestInput
) -> CallRequest:
    """Raises Conflict while one is open, TooMany, and Invalid without a number to call."""
    refuse_secrets({"方便的时间": given.free_at, "电话": given.phone}, services.settings.secrecy_officer)
    case = find(session, actor, kind, subject_id)
    earlier = _open(session, actor, subject_id)
    if earlier is not None:
        raise Conflict(f"已告诉{told(session, case.need, earlier)}，会给您打电话，不用再请一次。")
    _refuse_too_many(session, services, actor)
    made = CallRequest(
        subject_kind=kind,
        subject_id=subject_id,
        need_id=case.need.id,
        asked_by=_asker(actor),
        wish=given.wish,
        society_id=_society(session, actor) if given.wish is CallWish.DO_FOR_ME else None,
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


def offered(session: Session, actor: Actor, case: Case) -> CallOfferOut | None:
    """Whom this person can ask, at which number, and what they asked for already; None for who has no part in it."""
    if not is_allowed(actor, "call.ask", case):
        return None
    own = _open(session, actor, case.subject.id)
    known = _known_number(session, _asker(actor))
    society_id = _society(session, actor)
    return CallOfferOut(
        masked_phone=mask_phone(known) if known else "",
        clerk=_clerk(session, case.need),
        society=session.get_one(Organization, society_id).name if society_id else "",
        for_expert=actor.expert_id is not None and not _is_owner(actor, case),
        open=OpenCallRequest(
            told=told(session, case.need, own),
            masked_phone=mask_phone(own.phone or known),
            free_at=own.free_at,
            asked_at=own.created_at,
            due_at=own.due_at,
        )
        if own
        else None,
    )


def told(session: Session, need: Need, request: CallRequest) -> str:
    """Who is to call, for the person to read."""
    if request.society_id and has_people(session, request.society_id):
        return session.get_one(Organization, request.society_id).name
    return _clerk(session, need)


def calls_asked_for(session: Session, actor: Actor, needs: dict[str, Need]) -> Iterator[Call]:
    """needs: of which this person is the clerk. What a society was asked is the clerk's once nobody is left there."""
    manned = select(Membership.organization_id).join(User, col(User.id) == col(Membership.user_id))
    manned = manned.where(col(Membership.ended_at).is_(None), col(User.is_active))
    for_clerk = or_(col(CallRequest.society_id).is_(None), col(CallRequest.society_id).not_in(manned))
    wanted = (
        select(CallRequest, Need)
        .join(Need, col(Need.id) == col(CallRequest.need_id))
        .where(col(CallRequest.done_at).is_(None), col(Need.sealed_at).is_(None))
        .where(
            or_(
                col(CallRequest.society_id).in_(sorted(actor.organizations)),
                for_clerk & col(Need.id).in_(sorted(needs)),
            )
        )
    )
    found = session.exec(wanted).all()
    named = {each.id: each for each in together(session, (request.asked_by for request, _ in found), Expert, User)}
    for request, need in found:
        person = named[request.asked_by]
        assert isinstance(person, Expert | User)
        yield call_of(request, need, person)


def call_of(request: CallRequest, need: Need, person: Expert | User) -> Call:
    free = f"，方便的时间：{request.free_at}" if request.free_at else ""
    why = f"关于{_WHAT[request.subject_kind]}，{_WHY[request.wish]}{free}"
    about = request.subject_kind, request.subject_id
    return Call(CallKind.REQUEST, request.id, need, person.name, why, request.due_at, about)


def number_of(session: Session, request: CallRequest) -> NumberOut:
    """What was typed, or else the number on record."""
    person = person_of(session, request.asked_by)
    where = person.organization_name if isinstance(person, Expert) else ""
    return NumberOut(name=person.name, organization=where, mobile=request.phone or _known_number(session, person.id))


def done(session: Session, request: CallRequest) -> None:
    """The person was reached: what they gave for this call has done its service."""
    request.done_at, request.phone, request.free_at = now(), "", ""
    session.add(request)


def person_of(session: Session, asked_by: str) -> Expert | User:
    return session.get(Expert, asked_by) or session.get_one(User, asked_by)


def has_people(session: Session, organization_id: str) -> bool:
    wanted = select(Membership.id).join(User, col(User.id) == col(Membership.user_id))
    wanted = wanted.where(Membership.organization_id == organization_id, col(Membership.ended_at).is_(None))
    return session.exec(wanted.where(col(User.is_active)).limit(1)).first() is not None


def _case_of(session: Session, row: Row) -> Case:
    if isinstance(row, Invitation):
        return invitations.case_of(session, row)
    if isinstance(row, Consultation):
        return consultation_cases.case_of(session, row)
    assert isinstance(row, Need)
    return Case(row, row)


def _is_owner(actor: Actor, case: Case) -> bool:
    return case.need.organization_id in actor.organizations


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
        raise TooMany(f"一天最多请 {most} 次电话，今天已经请过 {most} 次。急事请直接打邀约上的联系电话。")


def _society(session: Session, actor: Actor) -> str | None:
    """The expert's, if somebody there can call."""
    society_id = session.get_one(Expert, actor.expert_id).society_id if actor.expert_id else None
    return society_id if society_id and has_people(session, society_id) else None


def _clerk(session: Session, need: Need) -> str:
    association = session.get_one(Association, need.association_id).name
    handler = session.get(User, need.handler_id) if need.handler_id else None
    return f"{association}的{handler.name}" if handler else association


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
