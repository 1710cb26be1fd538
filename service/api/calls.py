"""今天要打的电话 under /api."""

from __future__ import annotations

from service.actors import Actor
from service.api.dependencies import CurrentActor, Reading, ServicesDep, Writing
from service.api.routing import Router, policy
from service.models import CallKind, CallSubject
from service.schemas.calls import CallInput, CallLine, CallOfferOut, CallOut, CallRequestInput
from service.services import Services
from service.usecases import call_requests, calls

router = Router(tags=["电话"])


@router.get("/calls", summary="今天要打的电话，最急的在前")
@policy("call.list")
def list_calls(session: Reading, services: ServicesDep, actor: CurrentActor) -> list[CallLine]:
    return calls.due(session, services, actor)


@router.get("/invitations/{invitation_id}/call", summary="催答复邀约的电话：号码和缘由（看号码留痕）")
@policy("call.make")
def show_call_about_invitation(
    session: Writing, services: ServicesDep, actor: CurrentActor, invitation_id: str
) -> CallOut:
    return calls.show(session, services, actor, CallKind.INVITATION, invitation_id)


@router.post("/invitations/{invitation_id}/call", status_code=204, summary="记下催答复邀约的电话的结果")
@policy("call.make")
def note_call_about_invitation(
    session: Writing, services: ServicesDep, actor: CurrentActor, invitation_id: str, given: CallInput
) -> None:
    calls.note(session, services, actor, CallKind.INVITATION, invitation_id, given)


@router.get("/consultations/{consultation_id}/call", summary="催首次联系、问评价的电话：号码和缘由（看号码留痕）")
@policy("call.make")
def show_call_about_consultation(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str
) -> CallOut:
    return calls.show(session, services, actor, calls.kind_of(session, actor, consultation_id), consultation_id)


@router.post("/consultations/{consultation_id}/call", status_code=204, summary="记下催首次联系、问评价的电话的结果")
@policy("call.make")
def note_call_about_consultation(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str, given: CallInput
) -> None:
    kind = calls.kind_of(session, actor, consultation_id)
    calls.note(session, services, actor, kind, consultation_id, given)


@router.get("/follow-ups/{follow_up_id}/call", summary="回访的电话：号码和缘由（看号码留痕）")
@policy("call.make")
def show_call_about_follow_up(
    session: Writing, services: ServicesDep, actor: CurrentActor, follow_up_id: str
) -> CallOut:
    return calls.show(session, services, actor, CallKind.FOLLOW_UP, follow_up_id)


@router.post("/follow-ups/{follow_up_id}/call", status_code=204, summary="记下回访的电话的结果")
@policy("call.make")
def note_call_about_follow_up(
    session: Writing, services: ServicesDep, actor: CurrentActor, follow_up_id: str, given: CallInput
) -> None:
    calls.note(session, services, actor, CallKind.FOLLOW_UP, follow_up_id, given)


@router.get("/invitations/{invitation_id}/call-request", summary="关于这份邀约可以请谁打电话，请过没有")
@policy("call.ask")
def show_call_offer_about_invitation(session: Reading, actor: CurrentActor, invitation_id: str) -> CallOfferOut | None:
    return _offer(session, actor, CallSubject.INVITATION, invitation_id)


@router.post(
    "/invitations/{invitation_id}/call-request", status_code=201, summary="关于这份邀约，请科协打电话、请学会代办"
)
@policy("call.ask")
def ask_for_call_about_invitation(
    session: Writing, services: ServicesDep, actor: CurrentActor, invitation_id: str, given: CallRequestInput
) -> CallOfferOut | None:
    return _ask(session, services, actor, CallSubject.INVITATION, invitation_id, given)


@router.get("/consultations/{consultation_id}/call-request", summary="关于这次对接咨询可以请谁打电话，请过没有")
@policy("call.ask")
def show_call_offer_about_consultation(
    session: Reading, actor: CurrentActor, consultation_id: str
) -> CallOfferOut | None:
    return _offer(session, actor, CallSubject.CONSULTATION, consultation_id)


@router.post(
    "/consultations/{consultation_id}/call-request",
    status_code=201,
    summary="关于这次对接咨询，请科协打电话、请学会代办",
)
@policy("call.ask")
def ask_for_call_about_consultation(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str, given: CallRequestInput
) -> CallOfferOut | None:
    return _ask(session, services, actor, CallSubject.CONSULTATION, consultation_id, given)


@router.get("/needs/{need_id}/call-request", summary="关于这条需求可以请谁打电话，请过没有")
@policy("call.ask")
def show_call_offer_about_need(session: Reading, actor: CurrentActor, need_id: str) -> CallOfferOut | None:
    return _offer(session, actor, CallSubject.NEED, need_id)


@router.post("/needs/{need_id}/call-request", status_code=201, summary="关于这条需求，请科协打电话、请学会代办")
@policy("call.ask")
def ask_for_call_about_need(
    session: Writing, services: ServicesDep, actor: CurrentActor, need_id: str, given: CallRequestInput
) -> CallOfferOut | None:
    return _ask(session, services, actor, CallSubject.NEED, need_id, given)


@router.get("/self-offers/{offer_id}/call-request", summary="关于这份自荐可以请谁打电话，请过没有")
@policy("call.ask")
def show_call_offer_about_self_offer(session: Reading, actor: CurrentActor, offer_id: str) -> CallOfferOut | None:
    return _offer(session, actor, CallSubject.SELF_OFFER, offer_id)


@router.post("/self-offers/{offer_id}/call-request", status_code=201, summary="关于这份自荐，请科协打电话、请学会代办")
@policy("call.ask")
def ask_for_call_about_self_offer(
    session: Writing, services: ServicesDep, actor: CurrentActor, offer_id: str, given: CallRequestInput
) -> CallOfferOut | None:
    return _ask(session, services, actor, CallSubject.SELF_OFFER, offer_id, given)


@router.get("/experts/{expert_id}/call-request", summary="专家关于本人的事可以请谁打电话，请过没有")
@policy("call.ask")
def show_call_offer_about_expert(session: Reading, actor: CurrentActor, expert_id: str) -> CallOfferOut | None:
    return _offer(session, actor, CallSubject.EXPERT, expert_id)


@router.post(
    "/experts/{expert_id}/call-request",
    status_code=201,
    summary="专家关于本人的画像、服务团、待办，请学会（没有的，请科协）打电话、代办",
)
@policy("call.ask")
def ask_for_call_about_expert(
    session: Writing, services: ServicesDep, actor: CurrentActor, expert_id: str, given: CallRequestInput
) -> CallOfferOut | None:
    return _ask(session, services, actor, CallSubject.EXPERT, expert_id, given)


@router.get("/call-requests/{request_id}/call", summary="有人请打的电话：号码和缘由（看号码留痕）")
@policy("call.make")
def show_call_asked_for(session: Writing, services: ServicesDep, actor: CurrentActor, request_id: str) -> CallOut:
    return calls.show(session, services, actor, CallKind.REQUEST, request_id)


@router.post("/call-requests/{request_id}/call", status_code=204, summary="记下有人请打的电话的结果，打通了就办完")
@policy("call.make")
def note_call_asked_for(
    session: Writing, services: ServicesDep, actor: CurrentActor, request_id: str, given: CallInput
) -> None:
    calls.note(session, services, actor, CallKind.REQUEST, request_id, given)


def _ask(
    session: Writing, services: Services, actor: Actor, kind: CallSubject, subject_id: str, given: CallRequestInput
) -> CallOfferOut | None:
    call_requests.ask(session, services, actor, kind, subject_id, given)
    return _offer(session, actor, kind, subject_id)


def _offer(session: Reading, actor: Actor, kind: CallSubject, subject_id: str) -> CallOfferOut | None:
    return call_requests.offered(session, actor, call_requests.find(session, actor, kind, subject_id))
