"""Consultations under /api; also for who shows a signed link (Authorization: Link …)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from service.api.dependencies import (
    CurrentActor,
    PageNumber,
    Reading,
    Search,
    ServicesDep,
    Writing,
    sorted_by,
)
from service.api.routing import Router, policy
from service.models import ConsultationState
from service.schemas.common import ActionInput, Page
from service.schemas.consultation_views import CandidateOut, ConsultationLine, ConsultationOut, ContactPersonOut
from service.schemas.consultations import (
    AddendumInput,
    AttestInput,
    ConfirmInput,
    CorrectedMinutes,
    FirstContactInput,
    HoldInput,
    MinutesInput,
    MissInput,
    NameMembersInput,
    RequestClosingInput,
    RescheduleInput,
    ScheduleInput,
    SignInput,
    TakeOffInput,
)
from service.usecases import appointments, closings, consultation_members, consultations, contacts, minutes
from service.usecases.consultation_cases import find
from service.usecases.consultation_views import lines, show
from service.usecases.consultations import Which
from service.usecases.paging import paged

router = Router(tags=["对接咨询"])


@router.get("/consultations", summary="对接咨询清单")
@policy("consultation.list")
def list_consultations(
    session: Reading,
    actor: CurrentActor,
    which: Annotated[Which, Query(description="all 全部、mine 自己承接或提出的、handled 经办的")] = Which.ALL,
    state: Annotated[ConsultationState | None, Query(description="只看这个状态的")] = None,
    search: Search = "",
    sort: Annotated[str, sorted_by(consultations.ORDERS)] = "",
    page: PageNumber = 1,
) -> Page[ConsultationLine]:
    found, total = consultations.page_of(session, actor, which=which, state=state, search=search, sort=sort, page=page)
    return paged(lines(session, actor, found), total, page)


@router.get("/consultations/{consultation_id}", summary="一次对接咨询")
@policy("consultation.view")
def show_consultation(
    session: Reading, services: ServicesDep, actor: CurrentActor, consultation_id: str
) -> ConsultationOut:
    return show(session, services.clockwork, actor, find(session, actor, consultation_id))


@router.get("/consultations/{consultation_id}/contact", summary="对方的联系方式（留痕）")
@policy("consultation.contact")
def show_contacts(session: Writing, actor: CurrentActor, consultation_id: str) -> list[ContactPersonOut]:
    return contacts.contacts(session, actor, consultation_id)


@router.get("/consultations/{consultation_id}/members", summary="服务团里可以派的成员")
@policy("consultation.members")
def list_candidates(session: Reading, actor: CurrentActor, consultation_id: str) -> list[CandidateOut]:
    return consultation_members.candidates(session, actor, consultation_id)


@router.post("/consultations/{consultation_id}/members", summary="派成员，写明每位做什么")
@policy("consultation.members")
def name_members(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str, given: NameMembersInput
) -> ConsultationOut:
    case = consultation_members.name_members(session, services, actor, consultation_id, given)
    return show(session, services.clockwork, actor, case)


@router.post("/consultation-members/{member_id}/take_off", summary="撤下成员")
@policy("consultation.members")
def take_off_member(
    session: Writing, services: ServicesDep, actor: CurrentActor, member_id: str, given: TakeOffInput
) -> ConsultationOut:
    return show(
        session, services.clockwork, actor, consultation_members.take_off(session, services, actor, member_id, given)
    )


@router.post("/consultations/{consultation_id}/attest", summary="承诺：无利益冲突、保密、兼职报备")
@policy("consultation.commit")
def attest(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str, given: AttestInput
) -> ConsultationOut:
    case = consultations.attest(session, services, actor, consultation_id, given)
    return show(session, services.clockwork, actor, case)


@router.post("/consultations/{consultation_id}/contact", summary="登记首次联系")
@policy("consultation.act")
def record_first_contact(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str, given: FirstContactInput
) -> ConsultationOut:
    case = consultations.contact(session, services, actor, consultation_id, given)
    return show(session, services.clockwork, actor, case)


@router.post("/consultations/{consultation_id}/schedule", summary="约定时间")
@policy("consultation.act")
def schedule_meeting(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str, given: ScheduleInput
) -> ConsultationOut:
    case = appointments.schedule(session, services, actor, consultation_id, given)
    return show(session, services.clockwork, actor, case)


@router.post("/consultations/{consultation_id}/reschedule", summary="改期")
@policy("consultation.act")
def reschedule_meeting(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str, given: RescheduleInput
) -> ConsultationOut:
    case = appointments.reschedule(session, services, actor, consultation_id, given)
    return show(session, services.clockwork, actor, case)


@router.post("/consultations/{consultation_id}/hold", summary="登记已见面")
@policy("consultation.act")
def hold_meeting(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str, given: HoldInput
) -> ConsultationOut:
    case = appointments.hold(session, services, actor, consultation_id, given)
    return show(session, services.clockwork, actor, case)


@router.post("/consultations/{consultation_id}/miss", summary="登记未到场")
@policy("consultation.act")
def miss_meeting(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str, given: MissInput
) -> ConsultationOut:
    case = appointments.miss(session, services, actor, consultation_id, given)
    return show(session, services.clockwork, actor, case)


@router.post("/consultations/{consultation_id}/minutes", summary="写纪要")
@policy("consultation.act")
def write_minutes(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str, given: MinutesInput
) -> ConsultationOut:
    case = minutes.write(session, services, actor, consultation_id, given)
    return show(session, services.clockwork, actor, case)


@router.put("/minutes/{minutes_id}", summary="更正纪要（办结之前，原文留着）")
@policy("consultation.serve")
def correct_minutes(
    session: Writing, services: ServicesDep, actor: CurrentActor, minutes_id: str, given: CorrectedMinutes
) -> ConsultationOut:
    return show(session, services.clockwork, actor, minutes.correct(session, services, actor, minutes_id, given))


@router.post("/minutes/{minutes_id}/addenda", status_code=201, summary="给纪要写补充说明（办结之后）")
@policy("consultation.serve")
def add_to_minutes(
    session: Writing, services: ServicesDep, actor: CurrentActor, minutes_id: str, given: AddendumInput
) -> ConsultationOut:
    return show(session, services.clockwork, actor, minutes.add(session, services, actor, minutes_id, given))


@router.post("/consultations/{consultation_id}/sign", summary="登记签约")
@policy("consultation.answer")
def record_signing(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str, given: SignInput
) -> ConsultationOut:
    case = consultations.sign(session, services, actor, consultation_id, given)
    return show(session, services.clockwork, actor, case)


@router.post("/consultations/{consultation_id}/request_closing", summary="办结申请")
@policy("consultation.act")
def request_closing(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str, given: RequestClosingInput
) -> ConsultationOut:
    case = closings.request_closing(session, services, actor, consultation_id, given)
    return show(session, services.clockwork, actor, case)


@router.post("/consultations/{consultation_id}/confirm", summary="确认办结")
@policy("consultation.act")
def confirm_closing(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str, given: ConfirmInput
) -> ConsultationOut:
    case = closings.confirm(session, services, actor, consultation_id, given)
    return show(session, services.clockwork, actor, case)


@router.post("/consultations/{consultation_id}/actions/{action}", summary="办理一步")
@policy("consultation.act")
def act_on_consultation(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str, action: str, given: ActionInput
) -> ConsultationOut:
    case = consultations.act(session, services, actor, consultation_id, action, given)
    return show(session, services.clockwork, actor, case)


@router.get(
    "/consultations/{consultation_id}/appointments/{appointment_id}.ics",
    summary="日程文件",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {}}}},
)
@policy("consultation.view")
def show_calendar_entry(
    session: Reading, services: ServicesDep, actor: CurrentActor, consultation_id: str, appointment_id: str
) -> Response:
    entry = appointments.calendar_entry(session, services, actor, consultation_id, appointment_id)
    return Response(
        entry,
        media_type="text/calendar; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{appointment_id}.ics"'},
    )
