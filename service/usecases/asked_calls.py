"""The calls that people asked for, for whoever is to make them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlmodel import Session, col, or_, select

from service.actors import Actor
from service.clock import now
from service.desk_visibility import experts_to_call
from service.models import CallKind, CallRequest, CallSubject, CallWish, Expert, ExpertState, Need, User
from service.usecases.callers import Ground, clerks_of, nobody_at_society
from service.usecases.circles import clerks
from service.usecases.due_calls import Call
from service.usecases.lookup import together
from service.usecases.recipients import Recipient

_WHY = {CallWish.CALL: "请您给他打电话", CallWish.DO_FOR_ME: "请您代办：问清他的意思，替他登记"}
_WHAT = {
    CallSubject.INVITATION: "邀约",
    CallSubject.CONSULTATION: "对接咨询",
    CallSubject.NEED: "需求",
    CallSubject.SELF_OFFER: "自荐",
    CallSubject.EXPERT: "本人的画像、服务团或待办",
}


def calls_asked_for(session: Session, actor: Actor, needs: dict[str, Need]) -> Iterator[Call]:
    """needs: of which this person is the clerk. What a society was asked is the clerk's once nobody is left there."""
    found: list[tuple[CallRequest, Ground]] = [*_about_needs(session, actor, needs), *_about_experts(session, actor)]
    named = {each.id: each for each in together(session, (request.asked_by for request, _ in found), Expert, User)}
    for request, ground in found:
        person = named[request.asked_by]
        assert isinstance(person, Expert | User)
        yield call_of(request, ground, person)


def call_of(request: CallRequest, ground: Ground, person: Expert | User) -> Call:
    free = f"，方便的时间：{request.free_at}" if request.free_at else ""
    why = f"关于{_WHAT[request.subject_kind]}，{_WHY[request.wish]}{free}"
    about = request.subject_kind, request.subject_id
    need = ground if isinstance(ground, Need) else None
    return Call(CallKind.REQUEST, request.id, need, person.name, why, request.due_at, about)


def ground_of_request(session: Session, request: CallRequest) -> Ground:
    if request.need_id is not None:
        return session.get_one(Need, request.need_id)
    return session.get_one(Expert, request.subject_id)


def done(session: Session, request: CallRequest) -> None:
    """The person was reached: what they gave for this call has done its service."""
    request.done_at, request.phone, request.free_at = now(), "", ""
    session.add(request)


def _about_needs(session: Session, actor: Actor, needs: dict[str, Need]) -> Iterable[tuple[CallRequest, Need]]:
    lies_with_clerk = nobody_at_society() & col(Need.id).in_(sorted(needs))
    wanted = (
        select(CallRequest, Need)
        .join(Need, col(Need.id) == col(CallRequest.need_id))
        .where(col(CallRequest.done_at).is_(None), col(Need.sealed_at).is_(None))
        .where(CallRequest.asked_by != (actor.expert_id or ""))
        .where(or_(col(CallRequest.society_id).in_(sorted(actor.organizations)), lies_with_clerk))
    )
    return session.exec(wanted).all()


def _about_experts(session: Session, actor: Actor) -> Iterator[tuple[CallRequest, Expert]]:
    """Staff further up may call as well, but it is the clerks of the place who are to."""
    is_societys = col(CallRequest.society_id).in_(sorted(actor.organizations))
    wanted = (
        select(CallRequest, Expert)
        .join(Expert, col(Expert.id) == col(CallRequest.subject_id))
        .where(CallRequest.subject_kind == CallSubject.EXPERT, col(CallRequest.done_at).is_(None))
        .where(CallRequest.asked_by != (actor.expert_id or ""), Expert.state != ExpertState.LEFT)
    )
    yield from session.exec(wanted.where(is_societys)).all()
    if not actor.handled_paths:
        return
    of_place = col(Expert.id).in_(experts_to_call(actor).with_only_columns(col(Expert.id)))
    at_work: dict[str, list[Recipient]] = {}
    for request, expert in session.exec(wanted.where(~is_societys, nobody_at_society(), of_place)).all():
        path = expert.association_path
        if path not in at_work:
            at_work[path] = clerks(session, path)
        is_among_them = any(each.id == expert.user_id for each in at_work[path])
        told = clerks_of(session, expert) if is_among_them else at_work[path]
        if any(each.id == actor.user_id for each in told):
            yield request, expert
