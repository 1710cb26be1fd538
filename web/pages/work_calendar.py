"""工作日历: days off and days worked besides what the program knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, ServicesDep
from service.api.routing import policy
from service.errors import AppError
from service.permissions import is_allowed
from service.schemas.common import Input
from service.schemas.stored_settings import (
    CalendarDayInput,
    CalendarDaysInput,
    CalendarOut,
    CalendarYearChosen,
    CalendarYearInput,
)
from service.services import Services
from service.usecases import calendar_days
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.render import leave_for, page
from web.sent import SentForm

router = APIRouter(include_in_schema=False)
Content = TypeVar("Content", bound=Input)
KINDS = {"off": "放假", "work": "上班"}


@router.get("/admin/calendar")
@policy("upkeep.view")
def show_calendar(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    return _page(request, services, actor)


@router.post("/admin/calendar/days")
@policy("setting.change")
def send_days(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    said = "已录入，新的期限马上按它算。已经开始的期限不变。"
    return _change(request, services, actor, sent, CalendarDaysInput, calendar_days.add_days, said)


@router.post("/admin/calendar/days/remove")
@policy("setting.change")
def send_remove(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    return _change(request, services, actor, sent, CalendarDayInput, calendar_days.remove_day, "已删去。")


@router.post("/admin/calendar/years")
@policy("setting.change")
def send_year(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    said = "已写明这一年录全了，期限不再是预计。"
    return _change(request, services, actor, sent, CalendarYearInput, calendar_days.complete_year, said)


@router.post("/admin/calendar/years/reopen")
@policy("setting.change")
def send_reopen(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    said = "已改回“还没有录全”。"
    return _change(request, services, actor, sent, CalendarYearChosen, calendar_days.reopen_year, said)


def _change(
    request: Request,
    services: Services,
    actor: Actor,
    sent: FormData,
    schema: type[Content],
    do: Callable[[Session, Services, Actor, Content], CalendarOut],
    said: str,
) -> Response:
    try:
        given = read(schema, sent)
        with services.database.writing() as session:
            do(session, services, actor, given)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, schema, sent, error)
    return leave_for("/admin/calendar", said)


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    schema: type[Input] | None = None,
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    """schema: of the form that was refused."""
    with services.database.reading() as session:
        found = calendar_days.show(session, services, actor)
    is_days, is_year = schema is CalendarDaysInput, schema is CalendarYearInput
    return page(
        request,
        actor,
        "admin/calendar.html",
        error.status if error else 200,
        calendar=found,
        form=Form(
            CalendarDaysInput, {"kind": "off"}, typed=sent if is_days else None, error=error if is_days else None
        ),
        year_form=Form(CalendarYearInput, typed=sent if is_year else None, error=error if is_year else None),
        failed_year=str(sent.get("year", "")) if is_year and sent is not None else "",
        refusal=error.message if error and not (is_days or is_year) else "",
        kinds=KINDS,
        may_change=is_allowed(actor, "setting.change"),
    )
