"""A clerk's desk: what waits, what was done, absences, handing over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, PageNumber, Reading, ServicesDep
from service.api.desk import absence_out
from service.api.routing import policy
from service.errors import AppError
from service.models import Absence
from service.permissions import is_allowed
from service.schemas.desk import AbsenceInput, HandOverInput, WaitingLine
from service.services import Services
from service.usecases import calls, desk, desk_tabs, staffing
from service.usecases.need_views import lines
from service.usecases.paging import paged
from web.forms import Form, read
from web.once import once
from web.render import leave_for, page
from web.sent import SentForm

router = APIRouter(include_in_schema=False)
_PLACES: Mapping[str, str] = {
    "need": "/needs/{id}",
    "referral": "/referrals/{id}",
    "self_offer": "/self-offers/{id}",
    "organization": "/organizations/{id}",
    "expert": "/experts/{id}",
    "achievement": "/achievements/{id}",
    "approval": "/approvals/{id}",
    "consultation": "/consultations/{id}",
    "ranking_objection": "/ranking-objections/{id}",
    "erasure": "/erasures",
    "sealed_need": "/sealed/needs/{id}",
    "sealed_achievement": "/sealed/achievements/{id}",
}


def place_of(line: WaitingLine) -> str:
    return _PLACES[line.kind].format(id=line.id)


@router.get("/desk")
@policy("desk.use")
def show_desk(
    request: Request,
    session: Reading,
    services: ServicesDep,
    actor: CurrentActor,
    tab: Annotated[str, Query(max_length=32)] = "",
    page_number: PageNumber = 1,
) -> Response:
    """tab: which is open; the first that has something in it if it names none."""
    found = desk_tabs.tabs(session, services, actor, page=page_number)
    named = [each for each in found if each.name == tab] or [each for each in found if each.total] or found
    return page(
        request,
        actor,
        "desk/desk.html",
        tabs=found,
        open_tab=named[0],
        listed=paged(named[0].items, named[0].total, page_number),
        place_of=place_of,
        leads=is_allowed(actor, "desk.hand_over"),
        calls=len(calls.due(session, services, actor)),
    )


@router.get("/desk/done")
@policy("desk.use")
def show_done(request: Request, session: Reading, actor: CurrentActor, page_number: PageNumber = 1) -> Response:
    items, total = desk_tabs.done(session, actor, page=page_number)
    listed = paged(items, total, page_number)
    return page(request, actor, "desk/done.html", listed=listed)


@router.get("/desk/absences")
@policy("desk.use")
def show_absences(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    return _absences(request, services, actor)


@router.post("/desk/absences")
@policy("desk.use")
def send_absence(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    try:
        given = read(AbsenceInput, sent)
        with services.database.writing() as session:
            absence = Absence(user_id=actor.user_id or "", **given.model_dump())
            once(session, actor, "absence.take", sent, lambda: desk.take_leave(session, actor, absence).id)
    except AppError as error:
        if error.status == 401:
            raise
        return _absences(request, services, actor, sent, error)
    return leave_for("/desk/absences", "已登记请假，期间您的待办会出现在代办人那里。")


@router.post("/desk/absences/{absence_id}/end")
@policy("desk.use")
def send_return(services: ServicesDep, actor: CurrentActor, absence_id: str) -> Response:
    with services.database.writing() as session:
        desk.come_back(session, actor, absence_id)
    return leave_for("/desk/absences", "已取消请假。")


@router.get("/desk/hand-over")
@policy("desk.hand_over")
def show_hand_over(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    user_id: Annotated[str, Query(alias="user", max_length=32)] = "",
) -> Response:
    """user_id: whose work; a choice of colleagues if there is none."""
    return _hand_over(request, services, actor, user_id)


@router.post("/desk/hand-over")
@policy("desk.hand_over")
def send_hand_over(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    sent: SentForm,
    user_id: Annotated[str, Query(alias="user", max_length=32)] = "",
) -> Response:
    try:
        given = read(HandOverInput, sent)
        with services.database.writing() as session:
            count = desk.hand_over(
                session,
                services,
                actor,
                user_id,
                successor_id=given.successor_id,
                need_ids=given.need_ids,
                note=given.note,
            )
    except AppError as error:
        if error.status == 401:
            raise
        return _hand_over(request, services, actor, user_id, sent, error)
    return leave_for("/desk", f"已移交 {count} 条需求，接手的同事会收到通知。")


def _absences(
    request: Request, services: Services, actor: Actor, sent: FormData | None = None, error: AppError | None = None
) -> Response:
    with services.database.reading() as session:
        found = [absence_out(session, each) for each in desk.absences(session, actor)]
        colleagues = staffing.colleagues(session, actor)
    return page(
        request,
        actor,
        "desk/absences.html",
        error.status if error else 200,
        absences=found,
        colleagues=colleagues,
        form=Form(AbsenceInput, typed=sent, error=error),
    )


def _hand_over(
    request: Request,
    services: Services,
    actor: Actor,
    user_id: str,
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    with services.database.reading() as session:
        people = staffing.led_staff(session, actor)
        needs = _to_hand_over(session, actor, user_id) if user_id else []
    return page(
        request,
        actor,
        "desk/hand_over.html",
        error.status if error else 200,
        people=people,
        user_id=user_id,
        needs=needs,
        form=Form(HandOverInput, typed=sent, error=error),
    )


def _to_hand_over(session: Session, actor: Actor, user_id: str) -> list[object]:
    return list(lines(session, actor, desk.hand_over_list(session, actor, user_id)))
