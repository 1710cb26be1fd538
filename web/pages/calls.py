"""今天要打的电话: whom, the number, and the result in two taps."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.dependencies import CurrentActor, Reading, ServicesDep
from service.api.routing import policy
from service.models import CallKind, CallResult, CallSubject
from service.schemas.calls import CallInput
from service.usecases import calls
from web.forms import read
from web.once import once
from web.render import leave_for, page
from web.sent import SentForm

router = APIRouter(include_in_schema=False)
# Where what was said is entered; “by=phone” fills in how and when they said it.
_ENTERED = {
    CallKind.INVITATION: "/invitations/{id}?by=phone",
    CallKind.FIRST_CONTACT: "/consultations/{id}?by=phone",
    CallKind.FOLLOW_UP: "/follow-ups?by=phone",
    CallKind.RATING: "/consultations/{id}?by=phone",
}
_ASKED_ABOUT = {
    CallSubject.INVITATION: "/invitations/{id}?by=phone",
    CallSubject.CONSULTATION: "/consultations/{id}?by=phone",
    CallSubject.NEED: "/needs/{id}",
    CallSubject.SELF_OFFER: "/self-offers/{id}?by=phone",
    CallSubject.EXPERT: "/experts/{id}?by=phone",
}
_SAID = {
    CallResult.REACHED: "已记下：打通了。请把对方说的话录在这里，写明是谁说的。",
    CallResult.NO_ANSWER: "已记下：没人接。下一个工作日再提醒您。",
    CallResult.LATER: "已记下：请以后再打。下一个工作日再提醒您。",
    CallResult.WRONG_NUMBER: "已记下：号码不对。请设法核对号码，下一个工作日再提醒您。",
}
RESULTS = {
    CallResult.NO_ANSWER: "没人接",
    CallResult.LATER: "请以后再打",
    CallResult.WRONG_NUMBER: "号码不对",
}


@router.get("/calls")
@policy("call.list")
def show_calls(request: Request, session: Reading, services: ServicesDep, actor: CurrentActor) -> Response:
    return page(request, actor, "calls/list.html", calls=calls.due(session, services, actor))


@router.get("/calls/{kind}/{subject_id}")
@policy("call.make")
def show_call(
    request: Request, services: ServicesDep, actor: CurrentActor, kind: CallKind, subject_id: str
) -> Response:
    # Reading the number leaves a trace.
    with services.database.writing() as session:
        call = calls.show(session, services, actor, kind, subject_id)
    return page(request, actor, "calls/show.html", call=call, results=RESULTS)


@router.post("/calls/{kind}/{subject_id}")
@policy("call.make")
def send_call(services: ServicesDep, actor: CurrentActor, kind: CallKind, subject_id: str, sent: SentForm) -> Response:
    given = read(CallInput, sent)

    def note() -> str:
        about = calls.note(session, services, actor, kind, subject_id, given)
        if given.result is not CallResult.REACHED:
            return "/calls"
        return _ASKED_ABOUT[about[0]].format(id=about[1]) if about else _ENTERED[kind].format(id=subject_id)

    with services.database.writing() as session:
        address = once(session, actor, "call.note", sent, note)
    return leave_for(address, _SAID[given.result])
