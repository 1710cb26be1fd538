"""今天要打的电话: whom staff should call, about what, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service import audit
from service.actors import Actor
from service.case_facts import Case
from service.clock import now, today
from service.desk_visibility import reviewed_needs
from service.errors import AppError, NotFound
from service.models import (
    CallKind,
    CallNote,
    CallResult,
    Consultation,
    ConsultationState,
    Expert,
    FollowUp,
    Invitation,
    InvitationState,
    Need,
    Organization,
    Rating,
    Row,
    Side,
    Team,
    User,
)
from service.permissions import is_allowed, require
from service.privacy_facts import ContactCase
from service.schemas.calls import CallInput, CallLine, CallOut, NumberOut
from service.services import Services
from service.usecases import contacts, experts
from service.usecases.consent_log import given_contact
from service.usecases.holders import parties
from service.usecases.invitation_views import party_name
from service.usecases.lookup import existing, together
from service.usecases.openings import expert_of

# Of a clock that ran so far without an answer, a call may still help.
_MOST = 0.8
_ONCE_A_DAY = 1


@dataclass(frozen=True)
class _Call:
    kind: CallKind
    subject_id: str
    need: Need
    whom: str
    why: str
    due_at: datetime | None


def due(session: Session, services: Services, actor: Actor) -> list[CallLine]:
    """Whom to call about the needs of this person's desk, the most urgent first; without the numbers."""
    require(actor, "call.list")
    needs = {need.id: need for need in session.exec(_mine(actor))}
    notes = _notes(session, sorted(needs))
    found = []
    for call in _calls(session, services, needs):
        earlier = notes.get((call.kind, call.subject_id), [])
        if not any(_settles(note) for note in earlier):
            found.append(_line(call, tries=len(earlier)))
    far = now() + timedelta(days=10_000)
    return sorted(found, key=lambda line: (line.due_at or far, line.subject_id))


def show(session: Session, services: Services, actor: Actor, kind: CallKind, subject_id: str) -> CallOut:
    """With the number: reading it leaves a trace. Raises NotFound if there is nothing to call about any more."""
    call = _find(session, services, actor, kind, subject_id)
    numbers, refusal = _numbers(session, actor, call)
    tries = len(_notes(session, [call.need.id]).get((kind, subject_id), []))
    return CallOut(**_line(call, tries).model_dump(), numbers=numbers, refusal=refusal)


def note(
    session: Session, services: Services, actor: Actor, kind: CallKind, subject_id: str, given: CallInput
) -> CallNote:
    """What was said on the telephone is entered where it belongs, as 代答; who was not reached is called again on the
    next working day."""
    call = _find(session, services, actor, kind, subject_id)
    calendar = services.clockwork.calendar
    again = None if given.result is CallResult.REACHED else calendar.add_working_days(today(), _ONCE_A_DAY)
    made = CallNote(
        kind=kind,
        subject_id=subject_id,
        need_id=call.need.id,
        called_by_id=actor.user_id or "",
        result=given.result,
        again_on=again,
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        actor_id=actor.user_id,
        act="call.note",
        subject_kind=kind,
        subject_id=subject_id,
        content=given.result,
    )
    return made


def kind_of(session: Session, actor: Actor, consultation_id: str) -> CallKind:
    """What a consultation may be called about at this moment."""
    consultation = existing(session, actor, Consultation, consultation_id)
    waits = consultation.state is ConsultationState.TO_CONTACT
    return CallKind.FIRST_CONTACT if waits else CallKind.RATING


def _mine(actor: Actor) -> SelectOfScalar[Need]:
    at_home = col(Need.association_id).in_(sorted({post.association_id for post in actor.posts}))
    mine = or_(col(Need.handler_id) == actor.user_id, at_home & col(Need.handler_id).is_(None))
    return reviewed_needs(actor).where(mine)


def _find(session: Session, services: Services, actor: Actor, kind: CallKind, subject_id: str) -> _Call:
    row: Any = existing(session, actor, _TABLES[kind], subject_id)
    need = session.get_one(Need, row.need_id)
    require(actor, "call.make", Case(row, need))
    for call in _calls(session, services, {need.id: need}):
        if (call.kind, call.subject_id) == (kind, subject_id):
            return call
    raise NotFound("这个电话不用打了：对方已经答复，或者事情已经结束。请回到电话清单。")


def _line(call: _Call, tries: int) -> CallLine:
    return CallLine(
        kind=call.kind,
        subject_id=call.subject_id,
        need_id=call.need.id,
        need_number=call.need.number,
        title=call.need.title,
        whom=call.whom,
        why=call.why,
        due_at=call.due_at,
        tries=tries,
    )


def _notes(session: Session, need_ids: list[str]) -> dict[tuple[CallKind, str], list[CallNote]]:
    found: dict[tuple[CallKind, str], list[CallNote]] = {}
    for each in session.exec(select(CallNote).where(col(CallNote.need_id).in_(need_ids))):
        found.setdefault((each.kind, each.subject_id), []).append(each)
    return found


def _settles(note: CallNote) -> bool:
    """Reached today, so that what was said is being entered; or to be called again on a later day."""
    return note.again_on > today() if note.again_on else note.created_at > now() - timedelta(hours=12)


def _calls(session: Session, services: Services, needs: dict[str, Need]) -> Iterator[_Call]:
    ids = sorted(needs)
    yield from _invitations(session, needs, ids)
    yield from _first_contacts(session, needs, ids)
    yield from _follow_ups(session, services, needs, ids)
    yield from _ratings(session, services, needs, ids)


def _invitations(session: Session, needs: dict[str, Need], ids: list[str]) -> Iterator[_Call]:
    wanted = select(Invitation).where(
        col(Invitation.need_id).in_(ids), Invitation.state == InvitationState.SENT, col(Invitation.due_at) > now()
    )
    found = session.exec(wanted).all()
    _held = together(session, (row.party_id for row in found), Expert, Team)
    _leaders = together(session, (each.leader_id for each in _held if isinstance(each, Team)), Expert)
    people = [each.user_id for each in (*_held, *_leaders) if isinstance(each, Expert)]
    _users = together(session, people, User)
    for row in found:
        expert = _expert(session, row)
        name = party_name(session, row.party_kind, row.party_id)
        if expert is not None and _hears_of_nothing(session, expert):
            yield _Call(
                CallKind.INVITATION, row.id, needs[row.need_id], name, "没有账号，也没有邮箱，只能打电话", row.due_at
            )
        elif row.entered_at and row.due_at and _has_run(row.entered_at, row.due_at):
            yield _Call(CallKind.INVITATION, row.id, needs[row.need_id], name, "邀约快到期了，还没有答复", row.due_at)


def _first_contacts(session: Session, needs: dict[str, Need], ids: list[str]) -> Iterator[_Call]:
    wanted = select(Consultation).where(
        col(Consultation.need_id).in_(ids),
        Consultation.state == ConsultationState.TO_CONTACT,
        col(Consultation.due_at) < now(),
    )
    found = session.exec(wanted).all()
    named = parties(session, found)
    for row in found:
        why = "首次联系已经过期，请问联系上企业没有"
        yield _Call(CallKind.FIRST_CONTACT, row.id, needs[row.need_id], named[row.id].name, why, row.due_at)


def _follow_ups(session: Session, services: Services, needs: dict[str, Need], ids: list[str]) -> Iterator[_Call]:
    """Once the company had its time to answer by itself."""
    latest = today() - timedelta(days=services.settings.follow_up_phone_days)
    wanted = select(FollowUp).where(
        col(FollowUp.need_id).in_(ids),
        col(FollowUp.due_on) <= latest,
        col(FollowUp.done_at).is_(None),
        col(FollowUp.cancelled_at).is_(None),
    )
    found = session.exec(wanted).all()
    _held = _owners(session, needs, (row.need_id for row in found))
    for row in found:
        need = needs[row.need_id]
        why = f"办结满 {row.days} 天的回访，企业没有回音"
        yield _Call(CallKind.FOLLOW_UP, row.id, need, _owner(session, need), why, None)


def _ratings(session: Session, services: Services, needs: dict[str, Need], ids: list[str]) -> Iterator[_Call]:
    """In the second half of the time in which the company may still rate by its link."""
    days = services.settings.rate_by_link_days
    rated = select(Rating.consultation_id).where(Rating.side == Side.OWNER)
    wanted = select(Consultation).where(
        col(Consultation.need_id).in_(ids),
        Consultation.state == ConsultationState.COMPLETED,
        col(Consultation.closed_at) > now() - timedelta(days=days),
        col(Consultation.closed_at) <= now() - timedelta(days=days / 2),
        col(Consultation.id).not_in(rated),
    )
    found = session.exec(wanted).all()
    _held = _owners(session, needs, (row.need_id for row in found))
    for row in found:
        need = needs[row.need_id]
        yield _Call(CallKind.RATING, row.id, need, _owner(session, need), "已经办结，企业还没有评价", None)


def _numbers(session: Session, actor: Actor, call: _Call) -> tuple[list[NumberOut], str]:
    """(whom to call, why not); reading leaves a trace."""
    if call.kind is CallKind.INVITATION:
        return _of_invited(session, actor, session.get_one(Invitation, call.subject_id))
    side = Side.HOLDER if call.kind is CallKind.FIRST_CONTACT else Side.OWNER
    try:
        found = contacts.contacts(session, actor, _consultation(session, call), only=side)
    except AppError as error:
        return [], error.message
    numbers = [NumberOut(**each.model_dump(include={"name", "organization", "mobile"})) for each in found]
    return numbers, "" if numbers else "平台上没有登记联系电话。"


def _of_invited(session: Session, actor: Actor, invitation: Invitation) -> tuple[list[NumberOut], str]:
    expert = _expert(session, invitation)
    if expert is None:
        return [], "平台上没有登记联系电话。"
    if not is_allowed(actor, "expert.contact", ContactCase(expert, given_contact(session, expert.id))):
        society = session.get(Organization, expert.society_id) if expert.society_id else None
        instead = society.name if society else "专家所在地的科协"
        return [], f"这位专家没有同意向您提供电话。请联系{instead}代为询问。"
    mobile, _ = experts.contact(session, actor, expert.id)
    return [NumberOut(name=expert.name, organization=expert.organization_name, mobile=mobile)], ""


def _consultation(session: Session, call: _Call) -> str:
    """The one that is called about; of a follow-up the last that ended with it."""
    if call.kind is not CallKind.FOLLOW_UP:
        return call.subject_id
    wanted = select(Consultation.id).where(
        Consultation.need_id == call.need.id, Consultation.state == ConsultationState.COMPLETED
    )
    found = session.exec(wanted.order_by(col(Consultation.closed_at).desc()).limit(1)).first()
    if found is None:
        raise NotFound("没有可以回访的对接咨询。")
    return found


def _expert(session: Session, invitation: Invitation) -> Expert | None:
    expert_id = expert_of(session, invitation.party_kind, invitation.party_id)
    return session.get_one(Expert, expert_id) if expert_id else None


def _hears_of_nothing(session: Session, expert: Expert) -> bool:
    user = session.get(User, expert.user_id) if expert.user_id else None
    return (user is None or not user.is_active) and not expert.mail


def _has_run(start: datetime, end: datetime) -> bool:
    return now() >= start + (end - start) * _MOST


def _owners(session: Session, needs: dict[str, Need], need_ids: Iterable[str]) -> list[Row]:
    return together(session, (needs[need_id].organization_id for need_id in need_ids), Organization)


def _owner(session: Session, need: Need) -> str:
    return session.get_one(Organization, need.organization_id).name


_TABLES: dict[CallKind, type[Row]] = {
    CallKind.INVITATION: Invitation,
    CallKind.FIRST_CONTACT: Consultation,
    CallKind.FOLLOW_UP: FollowUp,
    CallKind.RATING: Consultation,
}
