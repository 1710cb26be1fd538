"""What administrators set: deadlines and limits, and what stands in the footer of every page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, ServicesDep
from service.api.routing import policy
from service.errors import AppError
from service.permissions import is_allowed
from service.schemas.stored_settings import SettingInput, Value, VersionInput
from service.services import Services
from service.usecases import kept_settings, upkeep
from service.usecases.setting_catalogue import GROUP_LABELS, Group, Kind, knob_of
from web.errors import pass_on_hiding
from web.forms import read
from web.render import leave_for, page
from web.sent import SentForm

router = APIRouter(include_in_schema=False)
_SAVED = "已保存，马上生效。已经开始的期限不变。"


@router.get("/admin/site")
@policy("upkeep.view")
def show_site(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    return _page(request, services, actor, Group.SITE)


@router.get("/admin/parameters")
@policy("upkeep.view")
def show_parameters(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    return _page(request, services, actor, Group.DEADLINES)


@router.post("/admin/settings/{setting}")
@policy("setting.change")
def send_setting(
    request: Request, services: ServicesDep, actor: CurrentActor, setting: str, sent: SentForm
) -> Response:
    group = knob_of(setting).group
    try:
        given = SettingInput(value=_value(setting, sent), version=read(VersionInput, sent).version)
        with services.database.writing() as session:
            kept_settings.change(session, services, actor, setting, given)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, group, setting, sent, error)
    return leave_for(f"{_address(group)}#{anchor(setting)}", _SAVED)


@router.post("/admin/settings/{setting}/restore")
@policy("setting.change")
def send_restore(
    request: Request, services: ServicesDep, actor: CurrentActor, setting: str, sent: SentForm
) -> Response:
    group = knob_of(setting).group
    try:
        given = read(VersionInput, sent)
        with services.database.writing() as session:
            kept_settings.restore(session, services, actor, setting, given)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, group, setting, None, error)
    return leave_for(f"{_address(group)}#{anchor(setting)}", "已恢复默认，马上生效。")


def anchor(setting: str) -> str:
    """The id of its row."""
    return f"s-{setting.replace('.', '-')}"


def _value(setting: str, sent: FormData) -> Value:
    if knob_of(setting).kind is Kind.CHOICES:
        return [str(each) for each in sent.getlist("value")]
    return str(sent.get("value", ""))


def _address(group: str) -> str:
    return "/admin/site" if group == Group.SITE else "/admin/parameters"


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    group: str,
    failed: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    """failed: the setting that was refused; sent: with what was typed, if it is to stand there again."""
    with services.database.reading() as session:
        found = kept_settings.listed(session, services, actor)
    is_site = group == Group.SITE
    groups = [Group.SITE] if is_site else [each for each in Group if each is not Group.SITE]
    return page(
        request,
        actor,
        "admin/site.html" if is_site else "admin/parameters.html",
        error.status if error else 200,
        groups={GROUP_LABELS[each]: [one for one in found if one.group == each] for each in groups},
        labels={each.name: each.label for each in found},
        typed={failed: _value(failed, sent)} if sent is not None else {},
        failed=failed,
        message=error.message if error else "",
        may_change=is_allowed(actor, "setting.change"),
        anchor=anchor,
        environment=upkeep.of_environment(services, actor),
    )
