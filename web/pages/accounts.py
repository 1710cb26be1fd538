"""Signing in and out, registering, one's own password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.api.accounts import REGISTERED, SessionCookie, give_cookie, take_cookie
from service.api.dependencies import CurrentActor, Network, ServicesDep
from service.api.routing import policy
from service.errors import AppError
from service.permissions import require
from service.schemas.accounts import PasswordInput, RedeemInput, RegisterInput, SignInInput
from service.usecases import accounts, sign_in, slips
from service.usecases.sessions import Opened
from web.forms import Form, read
from web.render import leave_for, page
from web.sent import KEPT, THEN, SentForm, own_path, unpacked

router = APIRouter(include_in_schema=False)


def _then(then: str = "/") -> str:
    return own_path(then)


Then = Annotated[str, Depends(_then)]


@router.get("/sign-in")
@policy("public")
def show_sign_in(request: Request, actor: CurrentActor, then: Then) -> Response:
    if actor.is_signed_in:
        return leave_for(then)
    return page(request, actor, "accounts/sign_in.html", form=Form(SignInInput), then=then, kept="")


@router.post("/sign-in")
@policy("public")
def send_sign_in(
    request: Request,
    actor: CurrentActor,
    services: ServicesDep,
    network: Network,
    cookie: SessionCookie,
    sent: SentForm,
) -> Response:
    then, kept = own_path(str(sent.get(THEN, "/"))), str(sent.get(KEPT, ""))
    try:
        given = read(SignInInput, sent)
        password = given.password.get_secret_value()
        opened = sign_in.sign_in(services, given.name, password, network=network, replaces=cookie)
    except AppError as error:
        form = Form(SignInInput, typed=sent, error=error)
        return page(request, actor, "accounts/sign_in.html", error.status, form=form, then=then, kept=kept)
    return _signed_in(request, services, opened, then, kept)


@router.post("/sign-out")
@policy("public")
def send_sign_out(services: ServicesDep, cookie: SessionCookie) -> Response:
    with services.database.writing() as session:
        sign_in.sign_out(session, cookie)
    answer = leave_for("/", "您已退出登录。")
    take_cookie(services.settings, answer)
    return answer


@router.get("/register")
@policy("public")
def show_register(request: Request, actor: CurrentActor) -> Response:
    return page(request, actor, "accounts/register.html", form=Form(RegisterInput))


@router.post("/register")
@policy("public")
def send_register(
    request: Request, actor: CurrentActor, services: ServicesDep, network: Network, sent: SentForm
) -> Response:
    try:
        given = read(RegisterInput, sent)
        accounts.register(
            services,
            name=given.name,
            mobile=given.mobile,
            mail=given.mail,
            user_name=given.user_name,
            password=given.password.get_secret_value(),
            network=network,
        )
    except AppError as error:
        form = Form(RegisterInput, typed=sent, error=error)
        return page(request, actor, "accounts/register.html", error.status, form=form)
    return leave_for("/sign-in", REGISTERED)


@router.get("/slip")
@policy("public")
def show_slip(request: Request, actor: CurrentActor) -> Response:
    return page(request, actor, "accounts/slip.html", form=Form(RedeemInput))


@router.post("/slip")
@policy("public")
def send_slip(
    request: Request,
    actor: CurrentActor,
    services: ServicesDep,
    network: Network,
    cookie: SessionCookie,
    sent: SentForm,
) -> Response:
    try:
        given = read(RedeemInput, sent)
        code, password = given.code.get_secret_value(), given.new_password.get_secret_value()
        opened = slips.redeem_slip(services, code, password, network=network, replaces=cookie)
    except AppError as error:
        form = Form(RedeemInput, typed=sent, error=error)
        return page(request, actor, "accounts/slip.html", error.status, form=form)
    return _signed_in(request, services, opened, "/", "")


@router.get("/me/password")
@policy("account.own")
def show_password(request: Request, actor: CurrentActor) -> Response:
    require(actor, "account.own")
    return page(request, actor, "accounts/password.html", form=Form(PasswordInput))


@router.post("/me/password")
@policy("account.own")
def send_password(
    request: Request,
    actor: CurrentActor,
    services: ServicesDep,
    network: Network,
    cookie: SessionCookie,
    sent: SentForm,
) -> Response:
    try:
        given = read(PasswordInput, sent)
        old, new = given.old_password.get_secret_value(), given.new_password.get_secret_value()
        sign_in.change_password(services, actor, old, new, network=network, cookie=cookie)
    except AppError as error:
        form = Form(PasswordInput, typed=sent, error=error)
        return page(request, actor, "accounts/password.html", error.status, form=form)
    return leave_for("/me", "密码已修改，其他地方的登录已失效。")


def _signed_in(request: Request, services: ServicesDep, opened: Opened, then: str, kept: str) -> Response:
    if kept:
        actor = accounts.actor_by_session(services, opened.cookie)
        answer: Response = page(request, actor, "accounts/go_on.html", then=then, fields=unpacked(kept))
    else:
        answer = leave_for(then)
    give_cookie(services.settings, answer, opened)
    return answer
