"""今天要打的电话 under /api."""

from __future__ import annotations

from service.api.dependencies import CurrentActor, Reading, ServicesDep, Writing
from service.api.routing import Router, policy
from service.models import CallKind
from service.schemas.calls import CallInput, CallLine, CallOut
from service.usecases import calls

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
