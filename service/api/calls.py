"""今天要打的电话 under /api."""

from __future__ import annotations

from service.api.dependencies import CurrentActor, Reading, ServicesDep, Writing
from service.api.routing import Router, policy
from service.models import CallKind
from service.schemas.calls import CallInput, CallLine, CallOut
from service.usecases import calls

router = Router(prefix="/calls", tags=["电话"])


@router.get("", summary="今天要打的电话，最急的在前")
@policy("call.list")
def list_calls(session: Reading, services: ServicesDep, actor: CurrentActor) -> list[CallLine]:
    return calls.due(session, services, actor)


@router.get("/{kind}/{subject_id}", summary="一个电话：号码和缘由（看号码留痕）")
@policy("call.make")
def show_call(session: Writing, services: ServicesDep, actor: CurrentActor, kind: CallKind, subject_id: str) -> CallOut:
    return calls.show(session, services, actor, kind, subject_id)


@router.post("/{kind}/{subject_id}", status_code=204, summary="记下打电话的结果")
@policy("call.make")
def note_call(
    session: Writing, services: ServicesDep, actor: CurrentActor, kind: CallKind, subject_id: str, given: CallInput
) -> None:
    calls.note(session, services, actor, kind, subject_id, given)
