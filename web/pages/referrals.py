"""派单: sending one, the inbox, one referral and its acts; and the 技术经理人's needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, PageNumber, Reading, Search, ServicesDep
from service.api.routing import policy
from service.errors import AppError
from service.models import FeeKind, HolderKind, NeedState, ReferralState
from service.permissions import is_allowed
from service.schemas.common import ActionInput
from service.schemas.referrals import NominateInput, PartyOut, ReassignInput, ReferralInput, ReferralOut, ReferralRole
from service.services import Services
from service.usecases import brokers, calls, needs, nominees, receiver_choices, referral_acts, referrals
from service.usecases.need_views import lines as need_lines
from service.usecases.need_views import show as show_need
from service.usecases.paging import paged
from service.usecases.proposals import proposal
from service.usecases.referral_views import lines, proposed, show
from service.workflow.needs import NEED
from service.workflow.referrals import REFERRAL
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.listing import Chosen, listing
from web.once import once
from web.render import leave_for, page
from web.sent import SentForm
from web.words import CHANNELS, FEES, RECEIVERS

router = APIRouter(include_in_schema=False)
_SAID = {
    "accept": "已接单，对接咨询已经建立，请在期限内联系企业。",
    "decline": "已拒单，科协会改派别的单位。",
    "withdraw": "已撤回派单。",
}


@router.get("/needs/{need_id}/refer")
@policy("referral.send")
def show_refer(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str) -> Response:
    return _refer(request, services, actor, need_id)


@router.post("/needs/{need_id}/refer")
@policy("referral.send")
def send_refer(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, sent: SentForm) -> Response:
    try:
        given = read(ReferralInput, sent, **_receiver(sent))
        with services.database.writing() as session:
            once(
                session,
                actor,
                "referral.send",
                sent,
                lambda: referrals.send(session, services, actor, need_id, given).id,
            )
    except AppError as error:
        pass_on_hiding(error)
        return _refer(request, services, actor, need_id, sent, error)
    return leave_for(f"/needs/{need_id}", "已派单，对方会收到通知；超时没有接，会建议下一个。")


@router.get("/referrals")
@policy("referral.list")
def list_referrals(
    request: Request,
    session: Reading,
    services: ServicesDep,
    actor: CurrentActor,
    role: ReferralRole = ReferralRole.RECEIVED,
    state: Chosen[ReferralState] = None,
    search: Search = "",
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    found, total = referrals.page_of(session, actor, role=role, state=state, search=search, sort=sort, page=page_number)
    listed = paged(lines(session, actor, found), total, page_number)
    states = {each.value: note.label for each, note in REFERRAL.states.items()}
    # Staff find theirs on the desk.
    waiting = len(calls.due(session, services, actor)) if actor.organizations and not actor.is_staff else 0
    return page(
        request,
        actor,
        "referrals/list.html",
        listed=listed,
        listing=listing(request, referrals.ORDERS, sort, role=role),
        role=role,
        state=state,
        search=search,
        states=states,
        calls=waiting,
    )


@router.get("/referrals/{referral_id}")
@policy("referral.view")
def show_referral(request: Request, services: ServicesDep, actor: CurrentActor, referral_id: str) -> Response:
    return _page(request, services, actor, referral_id)


@router.post("/referrals/{referral_id}/actions/{action}")
@policy("referral.act")
def send_referral_act(
    request: Request, services: ServicesDep, actor: CurrentActor, referral_id: str, action: str, sent: SentForm
) -> Response:
    try:
        given = read(ActionInput, sent)
        with services.database.writing() as session:
            referral_acts.act(session, services, actor, referral_id, action, given)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, referral_id, action, sent, error)
    return leave_for(f"/referrals/{referral_id}", _SAID.get(action, f"已办理：{REFERRAL.find(action).label}。"))


@router.get("/referrals/{referral_id}/nominate")
@policy("referral.pass_on")
def show_nominate(request: Request, services: ServicesDep, actor: CurrentActor, referral_id: str) -> Response:
    return _nominate(request, services, actor, referral_id)


@router.post("/referrals/{referral_id}/nominate")
@policy("referral.act")
def send_nominate(
    request: Request, services: ServicesDep, actor: CurrentActor, referral_id: str, sent: SentForm
) -> Response:
    try:
        given = read(NominateInput, sent)
        with services.database.writing() as session:
            referral_acts.nominate(session, services, actor, referral_id, given)
    except AppError as error:
        pass_on_hiding(error)
        return _nominate(request, services, actor, referral_id, sent, error)
    return leave_for(f"/referrals/{referral_id}", "已提名，名单推荐给企业选择；选定后会向专家发邀约。")


@router.get("/referrals/{referral_id}/reassign")
@policy("referral.pass_on")
def show_reassign(request: Request, services: ServicesDep, actor: CurrentActor, referral_id: str) -> Response:
    return _reassign(request, services, actor, referral_id)


@router.post("/referrals/{referral_id}/reassign")
@policy("referral.act")
def send_reassign(
    request: Request, services: ServicesDep, actor: CurrentActor, referral_id: str, sent: SentForm
) -> Response:
    try:
        given = read(ReassignInput, sent, **_receiver(sent))
        with services.database.writing() as session:
            referral_acts.reassign(session, services, actor, referral_id, given)
    except AppError as error:
        pass_on_hiding(error)
        return _reassign(request, services, actor, referral_id, sent, error)
    return leave_for("/referrals", "已转派，接手的单位会收到通知。")


@router.get("/broker")
@policy("need.list")
def list_broker_needs(
    request: Request,
    session: Reading,
    actor: CurrentActor,
    state: Chosen[NeedState] = None,
    search: Search = "",
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    found, total = brokers.page_of(session, actor, state=state, search=search, sort=sort, page=page_number)
    return page(
        request,
        actor,
        "referrals/broker.html",
        listed=paged(need_lines(session, actor, found), total, page_number),
        listing=listing(request, brokers.ORDERS, sort),
        state=state,
        search=search,
        states={each.value: note.label for each, note in NEED.states.items() if not note.is_final},
    )


def _receiver(sent: FormData) -> dict[str, Any]:
    """The one choice of the form, “society:<id>”, as the two fields it stands for."""
    kind, _, receiver_id = str(sent.get("receiver", "")).partition(":")
    known = [each.value for each in HolderKind if each is not HolderKind.EXPERT]
    return {"receiver_kind": kind, "receiver_id": receiver_id} if kind in known else {}


def _grouped(found: Mapping[HolderKind, list[PartyOut]]) -> dict[str, dict[str, str]]:
    """Label of the kind → value of the choice → name."""
    return {RECEIVERS[kind]: {f"{kind}:{each.id}": each.name for each in found[kind]} for kind in found if found[kind]}


def _refer(
    request: Request,
    services: Services,
    actor: Actor,
    need_id: str,
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    with services.database.reading() as session:
        need = needs.find(session, actor, need_id, "referral.send")
        shown = show_need(session, services.clockwork, actor, need)
        wanted = proposed(session, proposal(session, need))
        groups = _grouped(receiver_choices.for_need(session, actor, need))
        supporting = {each.id: each.name for each in receiver_choices.supporting(session, actor, need)}
    form = Form(ReferralInput, {"fee_kind": FeeKind.FREE.value}, typed=sent, error=error)
    return page(
        request,
        actor,
        "needs/acts/refer.html",
        error.status if error else 200,
        need=shown,
        form=form,
        proposal=wanted,
        chosen=str(sent.get("receiver", "")) if sent else f"{wanted.receiver_kind}:{wanted.receiver_id}",
        groups=groups,
        supporting=supporting,
        fees=FEES,
        days=services.settings.deadlines.accept_referral,
    )


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    referral_id: str,
    failed: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    with services.database.reading() as session:
        shown, answers_itself = _shown(session, services, actor, referral_id)
    return page(
        request,
        actor,
        "referrals/show.html",
        error.status if error else 200,
        referral=shown,
        failed=failed,
        form=Form(ActionInput, typed=sent, error=error),
        answers_itself=answers_itself,
        channels=CHANNELS,
    )


def _nominate(
    request: Request,
    services: Services,
    actor: Actor,
    referral_id: str,
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    with services.database.reading() as session:
        shown, answers_itself = _shown(session, services, actor, referral_id)
        people = nominees.nominees(session, actor, referrals.find(session, actor, referral_id))
    return page(
        request,
        actor,
        "referrals/nominate.html",
        error.status if error else 200,
        referral=shown,
        people=people,
        form=Form(NominateInput, typed=sent, error=error),
        answers_itself=answers_itself,
        channels=CHANNELS,
    )


def _reassign(
    request: Request,
    services: Services,
    actor: Actor,
    referral_id: str,
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    with services.database.reading() as session:
        shown, _ = _shown(session, services, actor, referral_id)
        case = referrals.find(session, actor, referral_id)
        groups = _grouped(receiver_choices.for_passing_on(session, actor, case))
        may_go_outside = is_allowed(actor, "referral.send", case.need)
    return page(
        request,
        actor,
        "referrals/reassign.html",
        error.status if error else 200,
        referral=shown,
        groups=groups,
        may_go_outside=may_go_outside,
        chosen=str(sent.get("receiver", "")) if sent else "",
        form=Form(ReassignInput, typed=sent, error=error),
    )


def _shown(session: Session, services: Services, actor: Actor, referral_id: str) -> tuple[ReferralOut, bool]:
    """(the referral, whether the actor answers in their own name)."""
    shown = show(session, services.clockwork, actor, referrals.find(session, actor, referral_id))
    return shown, actor.acts_for(shown.receiver_kind, shown.receiver_id)
