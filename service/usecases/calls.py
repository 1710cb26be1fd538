"""今天要打的电话: whom staff should call, about what, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service import audit
from service.actors import Actor
from service.call_facts import OwnCall
from service.case_facts import Case
from service.clock import now, today
from service.desk_visibility import reviewed_needs
from service.errors import AppError, NotFound
from service.models import (
    CallKind,
    CallNote,
    CallRequest,
    CallResult,
    CallSubject,
    Consultation,
    ConsultationState,
    Expert,
    FollowUp,
    Invitation,
    Need,
    Organization,
    ReadEntry,
    Row,
    Side,
)
from service.permissions import is_allowed, require
from service.privacy_facts import ContactCase
from service.schemas.calls import CallInput, CallLine, CallOut, NumberOut
from service.services import Services
from service.usecases import asked_calls, call_requests, contacts, experts
from service.usecases.consent_log import given_contact
from service.usecases.due_calls import Call, calls_due, expert_behind
from service.usecases.lookup import existing

_ONCE_A_DAY = 1
_OVER = "这个电话不用打了：对方已经答复，或者事情已经结束。请回到电话清单。"
_ABOUT = {
    CallKind.INVITATION: CallSubject.INVITATION,
    CallKind.FIRST_CONTACT: CallSubject.CONSULTATION,
    CallKind.RATING: CallSubject.CONSULTATION,
}


def due(session: Session, services: Services, actor: Actor) -> list[CallLine]:
    """The most urgent first: who asked to be called, then by the clock."""
    require(actor, "call.list")
    needs = {need.id: need for need in session.exec(_mine(actor))}
    asked = list(asked_calls.calls_asked_for(session, actor, needs))
    # One call to one person about one thing is enough.
    both = {(call.about, call.whom) for call in asked}
    by_clock = [call for call in calls_due(session, services, needs) if (_about(call), call.whom) not in both]
    notes = _notes(session, [call.subject_id for call in (*asked, *by_clock)])
    found = []
    for call in (*asked, *by_clock):
        earlier = notes.get((call.kind, call.subject_id), [])
        if not any(_settles(note) for note in earlier):
            found.append(_line(call, tries=len(earlier)))
    far = now() + timedelta(days=10_000)
    return sorted(found, key=lambda line: (line.kind is not CallKind.REQUEST, line.due_at or far, line.subject_id))


def show(session: Session, services: Services, actor: Actor, kind: CallKind, subject_id: str) -> CallOut:
    """With the number: reading it leaves a trace. Raises NotFound if there is nothing to call about any more."""
    call = _find(session, services, actor, kind, subject_id)
    numbers, refusal = _numbers(session, actor, call)
    tries = len(_notes(session, [subject_id]).get((kind, subject_id), []))
    return CallOut(**_line(call, tries).model_dump(), numbers=numbers, refusal=refusal)


def note(
    session: Session, services: Services, actor: Actor, kind: CallKind, subject_id: str, given: CallInput
) -> tuple[CallSubject, str] | None:
    """What was said on the telephone is entered where it belongs, as 代答; who was not reached is called again on the
    next working day. Returns what a request is about."""
    call = _find(session, services, actor, kind, subject_id)
    calendar = services.clockwork.calendar
    again = None if given.result is CallResult.REACHED else calendar.add_working_days(today(), _ONCE_A_DAY)
    made = CallNote(
        kind=kind,
        subject_id=subject_id,
        need_id=call.need.id if call.need else None,
        called_by_id=actor.user_id or "",
        result=given.result,
        again_on=again,
    )
    session.add(made)
    if kind is CallKind.REQUEST and given.result is CallResult.REACHED:
        asked_calls.done(session, session.get_one(CallRequest, subject_id))
    session.flush()
    audit.record(
        session,
        actor_id=actor.user_id,
        act="call.note",
        subject_kind=kind,
        subject_id=subject_id,
        content=given.result,
    )
    return call.about


def kind_of(session: Session, actor: Actor, consultation_id: str) -> CallKind:
    """What a consultation may be called about at this moment."""
    consultation = existing(session, actor, Consultation, consultation_id)
    waits = consultation.state is ConsultationState.TO_CONTACT
    return CallKind.FIRST_CONTACT if waits else CallKind.RATING


def _mine(actor: Actor) -> SelectOfScalar[Need]:
    at_home = col(Need.association_id).in_(sorted({post.association_id for post in actor.posts}))
    mine = or_(col(Need.handler_id) == actor.user_id, at_home & col(Need.handler_id).is_(None))
    return reviewed_needs(actor).where(mine)


def _find(session: Session, services: Services, actor: Actor, kind: CallKind, subject_id: str) -> Call:
    row: Any = existing(session, actor, _TABLES[kind], subject_id)
    if isinstance(row, CallRequest):
        return _find_asked(session, actor, row)
    need = session.get_one(Need, row.need_id)
    require(actor, "call.make", Case(row, need))
    for call in calls_due(session, services, {need.id: need}):
        if (call.kind, call.subject_id) == (kind, subject_id):
            return call
    raise NotFound(_OVER)


def _find_asked(session: Session, actor: Actor, request: CallRequest) -> Call:
    ground = asked_calls.ground_of_request(session, request)
    require(actor, "call.make", OwnCall(request, ground) if isinstance(ground, Expert) else Case(request, ground))
    if request.done_at is not None:
        raise NotFound(_OVER)
    return asked_calls.call_of(request, ground, call_requests.person_of(session, request.asked_by))


def _line(call: Call, tries: int) -> CallLine:
    return CallLine(
        kind=call.kind,
        subject_id=call.subject_id,
        need_id=call.need.id if call.need else None,
        need_number=call.need.number if call.need else None,
        title=call.need.title if call.need else "",
        whom=call.whom,
        why=call.why,
        due_at=call.due_at,
        tries=tries,
        about_kind=call.about[0] if call.about else None,
        about_id=call.about[1] if call.about else "",
    )


def _about(call: Call) -> tuple[CallSubject, str] | None:
    """None of a 回访: nobody asks about one."""
    return (_ABOUT[call.kind], call.subject_id) if call.kind in _ABOUT else None


def _notes(session: Session, subject_ids: list[str]) -> dict[tuple[CallKind, str], list[CallNote]]:
    found: dict[tuple[CallKind, str], list[CallNote]] = {}
    for each in session.exec(select(CallNote).where(col(CallNote.subject_id).in_(subject_ids))):
        found.setdefault((each.kind, each.subject_id), []).append(each)
    return found


def _settles(note: CallNote) -> bool:
    """Reached today, so that what was said is being entered; or to be called again on a later day."""
    return note.again_on > today() if note.again_on else note.created_at > now() - timedelta(hours=12)


def _numbers(session: Session, actor: Actor, call: Call) -> tuple[list[NumberOut], str]:
    """(whom to call, why not); reading leaves a trace."""
    if call.kind is CallKind.INVITATION:
        return _of_invited(session, actor, session.get_one(Invitation, call.subject_id))
    if call.kind is CallKind.REQUEST:
        return [_of_asker(session, actor, session.get_one(CallRequest, call.subject_id))], ""
    side = Side.HOLDER if call.kind is CallKind.FIRST_CONTACT else Side.OWNER
    try:
        found = contacts.contacts(session, actor, _consultation(session, call), only=side)
    except AppError as error:
        return [], error.message
    numbers = [NumberOut(**each.model_dump(include={"name", "organization", "mobile"})) for each in found]
    return numbers, "" if numbers else "平台上没有登记联系电话。"


def _of_invited(session: Session, actor: Actor, invitation: Invitation) -> tuple[list[NumberOut], str]:
    expert = expert_behind(session, invitation)
    if expert is None:
        return [], "平台上没有登记联系电话。"
    if not is_allowed(actor, "expert.contact", ContactCase(expert, given_contact(session, expert.id))):
        society = session.get(Organization, expert.society_id) if expert.society_id else None
        instead = society.name if society else "专家所在地的科协"
        return [], f"这位专家没有同意向您提供电话。请联系{instead}代为询问。"
    mobile, _ = experts.contact(session, actor, expert.id)
    return [NumberOut(name=expert.name, organization=expert.organization_name, mobile=mobile)], ""


def _of_asker(session: Session, actor: Actor, request: CallRequest) -> NumberOut:
    """They asked for it: no consent is missing. They see who read it all the same."""
    person = call_requests.person_of(session, request.asked_by)
    kind = "expert" if isinstance(person, Expert) else "user"
    session.add(ReadEntry(reader_id=actor.signature or "", subject_kind=kind, subject_id=person.id, what="mobile"))
    return call_requests.number_of(session, request)


def _consultation(session: Session, call: Call) -> str:
    """The one that is called about; of a follow-up the last that ended with it."""
    if call.kind is not CallKind.FOLLOW_UP or call.need is None:
        return call.subject_id
    wanted = select(Consultation.id).where(
        Consultation.need_id == call.need.id, Consultation.state == ConsultationState.COMPLETED
    )
    found = session.exec(wanted.order_by(col(Consultation.closed_at).desc()).limit(1)).first()
    if found is None:
        raise NotFound("没有可以回访的对接咨询。")
    return found


_TABLES: dict[CallKind, type[Row]] = {
    CallKind.INVITATION: Invitation,
    CallKind.FIRST_CONTACT: Consultation,
    CallKind.FOLLOW_UP: FollowUp,
    CallKind.RATING: Consultation,
    CallKind.REQUEST: CallRequest,
}
