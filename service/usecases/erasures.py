"""注销: asked for by the person with the password, or by an administrator on the person's word; and carried out."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.clock import now
from service.errors import Busy, Conflict, Invalid, NotFound, Stale
from service.jobs import enqueue
from service.models import ErasureRequest, ErasureState, Expert, User
from service.passwords import keeper
from service.permissions import require
from service.schemas.privacy import ErasureInput, ErasureLine, ErasureOut, ObstacleOut
from service.services import Services
from service.usecases import attempts, words
from service.usecases.erasure_effects import erase
from service.usecases.paging import Orders, by, in_order, page_of_rows
from service.usecases.proxies import record_proxy
from service.usecases.secrecy import refuse_secrets
from service.workflow.engine import perform
from service.workflow.erasure_obstacles import obstacles
from service.workflow.erasures import ERASURE

ORDERS: Orders = {
    "due": by("期限", col(ErasureRequest.due_at), col(ErasureRequest.id)),
    "created": by("提出", col(ErasureRequest.created_at), col(ErasureRequest.id), newest_first=True),
}


def own(session: Session, actor: Actor) -> ErasureOut:
    """What stands in the way, and the request if there is one waiting."""
    require(actor, "privacy.own")
    request = _waiting(session, actor.user_id, actor.expert_id)
    return show(session, request or _about(actor.user_id, actor.expert_id, by=actor), is_asked=request is not None)


def erase_own(services: Services, actor: Actor, password: str, *, network: str) -> ErasureOut:
    """At once if nothing is left hanging; else the request waits, with its clock. Raises Invalid, TooMany, Busy."""
    require(actor, "privacy.own")
    user_id = actor.user_id or ""
    with services.database.reading() as session:
        stored = session.get_one(User, user_id).password_hash
    attempt = attempts.begin(services, "account.erase", user_id, network)
    with attempts.excused(services, attempt, Busy):
        if not keeper().verify(password, stored)[0]:
            raise Invalid("密码不对，没有注销。请重新输入；连续输错会暂时锁定。", field="password")
    with services.database.writing() as session:
        attempts.clear(session, attempt.account)
        request = _waiting(session, actor.user_id, actor.expert_id)
        if request is None:
            request = _ask(session, services, _about(actor.user_id, actor.expert_id, by=actor))
        if obstacles(session, request):
            enqueue(session, "notify", key=f"erasure_request:{request.id}")
        else:
            _carry_out(session, services, actor, request)
        return show(session, request)


def withdraw_own(session: Session, services: Services, actor: Actor) -> None:
    require(actor, "privacy.own")
    request = _waiting(session, actor.user_id, actor.expert_id)
    if request is None:
        raise NotFound("没有等待办理的注销申请。")
    perform(session, ERASURE, request, "withdraw", actor, services.clockwork)


def ask_for(session: Session, services: Services, actor: Actor, content: ErasureInput) -> ErasureRequest:
    """On somebody's word, kept with who said it, how and when. Carried out in a step of its own."""
    require(actor, "erasure.handle")
    refuse_secrets({"原因": content.reason}, services.settings.secrecy_officer)
    user_id, expert_id = _whom(session, content)
    if user_id == actor.user_id:
        raise Conflict("注销自己的账号，请到“我的账号”里输入密码办理。")
    if _waiting(session, user_id, expert_id) is not None:
        raise Conflict("已经有一份等待办理的注销申请。请在清单里办理，不必重复提出。")
    request = _about(user_id, expert_id, by=actor)
    request.reason = words.paragraphs(content.reason, "reason", 2_000)
    _ask(session, services, request)
    record_proxy(
        session,
        services,
        actor,
        "ask",
        subject_kind="erasure_request",
        subject_id=request.id,
        proxy=content.proxy,
        confirmed=True,
    )
    return request


def carry_out(session: Session, services: Services, actor: Actor, request_id: str, *, version: int) -> ErasureRequest:
    """Raises Conflict, naming what must be ended first."""
    request = _found(session, actor, request_id, version)
    _carry_out(session, services, actor, request)
    return request


def withdraw(session: Session, services: Services, actor: Actor, request_id: str, *, version: int) -> ErasureRequest:
    """The person changed their mind and said so."""
    request = _found(session, actor, request_id, version)
    perform(session, ERASURE, request, "withdraw", actor, services.clockwork)
    session.flush()
    return request


def page_of(
    session: Session, actor: Actor, *, state: ErasureState | None = None, sort: str = "", page: int = 1
) -> tuple[list[ErasureRequest], int]:
    """(requests of this page, how many in all); what has no clock any more is done and comes last."""
    require(actor, "erasure.handle")
    wanted = select(ErasureRequest)
    if state is not None:
        wanted = wanted.where(ErasureRequest.state == state)
    return page_of_rows(session, wanted, *in_order(ORDERS, sort, actor), page=page)


def show(session: Session, request: ErasureRequest, *, is_asked: bool = True) -> ErasureOut:
    found = obstacles(session, request) if request.state is ErasureState.WAITING else []
    return ErasureOut(
        id=request.id if is_asked else None,
        version=request.version if is_asked else None,
        state=request.state if is_asked else None,
        state_label=ERASURE.states[request.state].label if is_asked else None,
        due_at=request.due_at if is_asked else None,
        obstacles=[ObstacleOut(kind=each.kind, subject_id=each.subject_id, told=each.told) for each in found],
    )


def line(session: Session, request: ErasureRequest) -> ErasureLine:
    person: User | Expert = (
        session.get_one(User, request.user_id) if request.user_id else session.get_one(Expert, request.expert_id)
    )
    return ErasureLine(
        **show(session, request).model_dump(),
        user_id=request.user_id,
        expert_id=request.expert_id,
        name=person.name,
        reason=request.reason,
        created_at=request.created_at,
    )


def _whom(session: Session, content: ErasureInput) -> tuple[str | None, str | None]:
    """Account and profile of the one person meant. Raises NotFound, Invalid."""
    if content.user_id:
        if session.get(User, content.user_id) is None:
            raise NotFound("没有这个账号。请按手机号、邮箱或用户名重新查找。")
        return content.user_id, session.exec(select(Expert.id).where(Expert.user_id == content.user_id)).first()
    if not content.expert_id:
        raise Invalid("请写明是哪个账号，或者哪份专家画像。", field="user_id")
    expert = session.get(Expert, content.expert_id)
    if expert is None:
        raise NotFound("没有这份专家画像。请从专家名录里重新查找。")
    return expert.user_id, expert.id


def _about(user_id: str | None, expert_id: str | None, *, by: Actor) -> ErasureRequest:
    return ErasureRequest(user_id=user_id, expert_id=expert_id, requested_by_id=by.user_id or "")


def _waiting(session: Session, user_id: str | None, expert_id: str | None) -> ErasureRequest | None:
    whom = [col(ErasureRequest.user_id) == user_id] if user_id else [col(ErasureRequest.expert_id) == expert_id]
    return session.exec(select(ErasureRequest).where(ErasureRequest.state == ErasureState.WAITING, *whom)).first()


def _ask(session: Session, services: Services, request: ErasureRequest) -> ErasureRequest:
    request.entered_at = now()
    request.due_at = services.clockwork.due(ERASURE.states[ERASURE.initial], request.entered_at)
    session.add(request)
    session.flush()
    audit.record(
        session,
        actor_id=request.requested_by_id,
        act="erasure_request.ask",
        subject_kind="erasure_request",
        subject_id=request.id,
        content="\x1f".join((request.user_id or "", request.expert_id or "", request.reason)),
    )
    return request


def _carry_out(session: Session, services: Services, actor: Actor, request: ErasureRequest) -> None:
    perform(session, ERASURE, request, "carry_out", actor, services.clockwork, as_consequence=True)
    erase(session, services, request)


def _found(session: Session, actor: Actor, request_id: str, version: int) -> ErasureRequest:
    require(actor, "erasure.handle")
    request = session.get(ErasureRequest, request_id)
    if request is None:
        raise NotFound()
    if request.version != version:
        raise Stale("这份申请有了变化。请刷新后核对，再办理。", details={"version": request.version})
    return request
