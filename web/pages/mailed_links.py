"""A forgotten password, and confirming an address, by a link that was mailed. Opening a link changes nothing."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.dependencies import CurrentActor, Network, ServicesDep
from service.api.mailed_links import ASKED, PROMISED
from service.api.routing import policy
from service.errors import AppError
from service.permissions import require
from service.schemas.accounts import ForgotInput, ResetInput
from service.usecases import mailed_links
from web.forms import Form, read
from web.render import leave_for, page
from web.sent import SentForm

router = APIRouter(include_in_schema=False)


@router.get("/password/forgot")
@policy("public")
def show_forgot(request: Request, actor: CurrentActor) -> Response:
    return page(request, actor, "accounts/forgot.html", form=Form(ForgotInput))


@router.post("/password/forgot")
@policy("public")
def send_forgot(
    request: Request, services: ServicesDep, actor: CurrentActor, network: Network, sent: SentForm
) -> Response:
    try:
        mailed_links.forgot(services, read(ForgotInput, sent).name, network)
    except AppError as error:
        form = Form(ForgotInput, typed=sent, error=error)
        return page(request, actor, "accounts/forgot.html", error.status, form=form)
    return leave_for("/sign-in", PROMISED)


@router.get("/mail/reset/{token}")
@policy("public")
def show_reset(request: Request, actor: CurrentActor, token: str) -> Response:
    return page(request, actor, "accounts/reset.html", form=Form(ResetInput), token=token)


@router.post("/mail/reset/{token}")
@policy("public")
def send_reset(
    request: Request, services: ServicesDep, actor: CurrentActor, network: Network, token: str, sent: SentForm
) -> Response:
    try:
        given = read(ResetInput, sent, token=token)
        mailed_links.reset(services, given.token.get_secret_value(), given.password.get_secret_value(), network=network)
    except AppError as error:
        form = Form(ResetInput, typed=sent, error=error)
        return page(request, actor, "accounts/reset.html", error.status, form=form, token=token)
    return leave_for("/sign-in", "新密码已经设好，各处的登录都已失效。请用新密码登录。")


@router.get("/mail/confirm/{token}")
@policy("account.own")
def show_confirm(request: Request, actor: CurrentActor, token: str) -> Response:
    require(actor, "account.own")
    return page(request, actor, "accounts/confirm.html", token=token, error="")


@router.post("/mail/confirm/{token}")
@policy("account.own")
def send_confirm(request: Request, services: ServicesDep, actor: CurrentActor, token: str) -> Response:
    try:
        with services.database.writing() as session:
            mailed_links.confirm(session, services, actor, token)
    except AppError as error:
        if error.status == 401:
            raise
        return page(request, actor, "accounts/confirm.html", error.status, token=token, error=error.message)
    return leave_for("/me", "邮箱已确认，以后的通知会发到这里。")


@router.post("/me/mail/confirmation")
@policy("account.own")
def send_confirmation(services: ServicesDep, actor: CurrentActor, network: Network) -> Response:
    mailed_links.ask_to_confirm(services, actor, network)
    return leave_for("/me", ASKED)
