"""Settings, working calendar, dictionaries and 开始使用, for administrators; under /api."""

from __future__ import annotations

from service.api.dependencies import CurrentActor, Reading, ServicesDep, Writing
from service.api.routing import Router, policy
from service.schemas.stored_settings import (
    CalendarDayInput,
    CalendarDaysInput,
    CalendarOut,
    CalendarYearChosen,
    CalendarYearInput,
    DictionaryOut,
    SettingInput,
    SettingOut,
    SkipInput,
    StartOut,
    VersionInput,
    WordInput,
)
from service.usecases import calendar_days, dictionaries, first_steps, kept_settings

router = Router(prefix="/upkeep", tags=["管理"])


@router.get("/settings", summary="时限和其他设置：默认值、现在的值、谁改的")
@policy("upkeep.view")
def list_settings(session: Reading, services: ServicesDep, actor: CurrentActor) -> list[SettingOut]:
    return kept_settings.listed(session, services, actor)


@router.put("/settings/{setting}", summary="改一项设置，马上生效；已经开始的期限不变")
@policy("setting.change")
def change_setting(
    session: Writing, services: ServicesDep, actor: CurrentActor, setting: str, given: SettingInput
) -> SettingOut:
    return kept_settings.change(session, services, actor, setting, given)


@router.post("/settings/{setting}/restore", summary="恢复默认")
@policy("setting.change")
def restore_setting(
    session: Writing, services: ServicesDep, actor: CurrentActor, setting: str, given: VersionInput
) -> SettingOut:
    return kept_settings.restore(session, services, actor, setting, given)


@router.get("/calendar", summary="录入的放假和上班日，哪些年份已经录全")
@policy("upkeep.view")
def show_calendar(session: Reading, services: ServicesDep, actor: CurrentActor) -> CalendarOut:
    return calendar_days.show(session, services, actor)


@router.post("/calendar/days", summary="录入放假或上班")
@policy("setting.change")
def add_calendar_days(
    session: Writing, services: ServicesDep, actor: CurrentActor, given: CalendarDaysInput
) -> CalendarOut:
    return calendar_days.add_days(session, services, actor, given)


@router.post("/calendar/days/remove", summary="删去录入的一天")
@policy("setting.change")
def remove_calendar_day(
    session: Writing, services: ServicesDep, actor: CurrentActor, given: CalendarDayInput
) -> CalendarOut:
    return calendar_days.remove_day(session, services, actor, given)


@router.post("/calendar/years", summary="写明一年的放假安排已经录全")
@policy("setting.change")
def complete_calendar_year(
    session: Writing, services: ServicesDep, actor: CurrentActor, given: CalendarYearInput
) -> CalendarOut:
    return calendar_days.complete_year(session, services, actor, given)


@router.post("/calendar/years/reopen", summary="一年的放假安排还没有录全")
@policy("setting.change")
def reopen_calendar_year(
    session: Writing, services: ServicesDep, actor: CurrentActor, given: CalendarYearChosen
) -> CalendarOut:
    return calendar_days.reopen_year(session, services, actor, given)


@router.get("/dictionaries", summary="字典：产业领域、服务类别")
@policy("upkeep.view")
def list_dictionaries(session: Reading, services: ServicesDep, actor: CurrentActor) -> list[DictionaryOut]:
    return dictionaries.listed(session, services, actor)


@router.put("/dictionaries/{dictionary}", summary="改字典里的一项，停用、启用，或者增加一项")
@policy("setting.change")
def change_word(
    session: Writing, services: ServicesDep, actor: CurrentActor, dictionary: str, given: WordInput
) -> DictionaryOut:
    return dictionaries.change_word(session, services, actor, dictionary, given)


@router.get("/first-steps", summary="开始使用：每一步办好没有")
@policy("upkeep.view")
def show_first_steps(session: Reading, services: ServicesDep, actor: CurrentActor) -> StartOut:
    return first_steps.show(session, services, actor)


@router.post("/first-steps", summary="跳过一步，或者重新列出")
@policy("setting.change")
def skip_first_step(session: Writing, services: ServicesDep, actor: CurrentActor, given: SkipInput) -> StartOut:
    return first_steps.skip(session, services, actor, given)
