"""工作日历: days off and days worked that administrators enter when a notice comes out or the 州 sets a holiday."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session

from service.actors import Actor
from service.clock import today
from service.errors import Conflict, Invalid
from service.permissions import require
from service.rules.calendar_file import missing_holidays
from service.schemas.stored_settings import (
    CalendarDayInput,
    CalendarDayOut,
    CalendarDaysInput,
    CalendarOut,
    CalendarYearChosen,
    CalendarYearInput,
    CalendarYearOut,
)
from service.services import Services
from service.settings import CalendarDay, CalendarSettings, CalendarYear
from service.stored_settings import present
from service.usecases import setting_rows, words
from service.usecases.secrecy import refuse_secrets

Held = dict[date, CalendarDay]
_NAME = "calendar"
_MOST_DAYS = 31
_FIRST, _LAST = 2001, 2050
# About three notices a year, for as long as anybody looks back.
_MOST_KEPT = 400


def show(session: Session, services: Services, actor: Actor) -> CalendarOut:
    require(actor, "upkeep.view")
    return _shown(session, services, _kept(session, services))


def add_days(session: Session, services: Services, actor: Actor, given: CalendarDaysInput) -> CalendarOut:
    """Also over what stands there already. Raises Invalid, Stale."""
    require(actor, "setting.change")
    refuse_secrets({"名称": given.name}, services.settings.secrecy_officer)
    name = words.line(given.name, "name", 50)
    until = given.until or given.since
    if until < given.since:
        raise Invalid("最后一天早于第一天，请核对。", field="until")
    if (until - given.since).days >= _MOST_DAYS:
        raise Invalid(f"一次最多录入 {_MOST_DAYS} 天，请分几次录入。", field="until")
    if given.since.year < _FIRST or until.year > _LAST:
        raise Invalid(f"只能录入 {_FIRST} 年到 {_LAST} 年的日子，请核对年份。", field="since")
    kept = _kept(session, services)
    held = {each.day: each for each in kept.days}
    for offset in range((until - given.since).days + 1):
        day = given.since + timedelta(days=offset)
        held[day] = CalendarDay(day=day, is_off=given.kind == "off", name=name)
    if len(held) > _MOST_KEPT:
        raise Conflict(f"最多保存 {_MOST_KEPT} 天，请先删去早年的日子。")
    for year in kept.years:
        _refuse_incomplete(year.year, held)
    return _store(session, services, actor, _calendar(held, kept.years), given.version)


def remove_day(session: Session, services: Services, actor: Actor, given: CalendarDayInput) -> CalendarOut:
    """Raises Conflict if it is not there; Invalid for a day that a complete year cannot do without."""
    require(actor, "setting.change")
    kept = _kept(session, services)
    held = {each.day: each for each in kept.days}
    if held.pop(given.day, None) is None:
        raise Conflict("这一天没有录入过，或者已经删去。请核对下面的清单。")
    for year in kept.years:
        _refuse_incomplete(year.year, held)
    return _store(session, services, actor, _calendar(held, kept.years), given.version)


def complete_year(session: Session, services: Services, actor: Actor, given: CalendarYearInput) -> CalendarOut:
    """The whole arrangement of this year is entered: from now on nothing is guessed. Raises Invalid if it is not."""
    require(actor, "setting.change")
    refuse_secrets({"依据": given.source}, services.settings.secrecy_officer)
    source = words.line(given.source, "source", 100)
    kept = _kept(session, services)
    _refuse_incomplete(given.year, {each.day: each for each in kept.days})
    others = tuple(each for each in kept.years if each.year != given.year)
    years = tuple(sorted((*others, CalendarYear(year=given.year, source=source)), key=lambda each: each.year))
    return _store(session, services, actor, kept.model_copy(update={"years": years}), given.version)


def reopen_year(session: Session, services: Services, actor: Actor, given: CalendarYearChosen) -> CalendarOut:
    """It was not complete after all."""
    require(actor, "setting.change")
    kept = _kept(session, services)
    years = tuple(each for each in kept.years if each.year != given.year)
    if years == kept.years:
        raise Conflict("这一年没有标过“已录全”。请核对上面的清单。")
    return _store(session, services, actor, kept.model_copy(update={"years": years}), given.version)


def _kept(session: Session, services: Services) -> CalendarSettings:
    return present(session, services.environment).calendar


def _refuse_incomplete(year: int, held: Held) -> None:
    missing = missing_holidays(year, {day: each.is_off for day, each in held.items()})
    if missing:
        named = "、".join(f"{day.month}月{day.day}日" for day in missing)
        raise Invalid(
            f"{year} 年还没有录全：{named} 是法定节假日，要录成“放假”。请把通知里的放假和上班都录进来。", field="year"
        )


def _calendar(held: Held, years: tuple[CalendarYear, ...]) -> CalendarSettings:
    return CalendarSettings(days=tuple(sorted(held.values(), key=lambda each: each.day)), years=years)


def _store(session: Session, services: Services, actor: Actor, calendar: CalendarSettings, version: int) -> CalendarOut:
    setting_rows.store(session, actor, _NAME, calendar.model_dump_json(), version=version, act="change")
    return _shown(session, services, calendar)


def _shown(session: Session, services: Services, calendar: CalendarSettings) -> CalendarOut:
    working = services.on_calendar(calendar)
    sources = {each.year: each.source for each in calendar.years}
    shown = sorted({today().year, today().year + 1, *sources})
    return CalendarOut(
        **setting_rows.change_of(session, _NAME).model_dump(),
        days=[CalendarDayOut(**each.model_dump()) for each in calendar.days],
        years=[
            CalendarYearOut(year=year, is_known=working.is_published(year), source=sources.get(year, ""))
            for year in shown
        ],
        warning=working.unpublished_warning(today()) or "",
    )
