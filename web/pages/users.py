"""Accounts of others: making one, finding one, a slip to print, stopping and restoring."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.accounts import user_out
from service.api.dependencies import CurrentActor, ServicesDep
from service.api.routing import policy
from service.errors import AppError
from service.permissions import require
from service.schemas.accounts import FindUserInput, NoteInput, SlipInput, UserInput, UserOut
from service.services import Services
from service.usecases import accounts, slips
from web.forms import Form, read
from web.render import page
from web.sent import SentForm

router = APIRouter(include_in_schema=False)


@router.get("/users")
@policy("account.find")
def show_users(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    require(actor, "account.find")
    return _page(request, actor)


@router.post("/users/find")
@policy("account.find")
def send_find(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    """By post, so that no telephone number stands in an address or a log."""
    return _found(request, services, actor, sent)


@router.post("/users")
@policy("account.create")
def send_new_user(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    try:
        given = read(UserInput, sent)
        with services.database.writing() as session:
            user = accounts.create_user(
                session, actor, name=given.name, mobile=given.mobile, mail=given.mail, user_name=given.user_name
            )
            made = user_out(user)
    except AppError as error:
        if error.status == 401:
            raise
        return _page(request, actor, new_form=Form(UserInput, typed=sent, error=error), status=error.status)
    return _page(request, actor, found=made, said="账号已建好。请打印一次性登录单交给本人，凭单设密码登录。")


@router.post("/users/{user_id}/{action}")
@policy("account.disable")
def send_switch(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    user_id: str,
    action: Literal["disable", "enable"],
    sent: SentForm,
) -> Response:
    """The person is found again by what was typed before, and shown as they are now."""
    do = accounts.disable_user if action == "disable" else accounts.enable_user
    try:
        given = read(NoteInput, sent)
        with services.database.writing() as session:
            changed = user_out(do(session, services, actor, user_id, given.note))
    except AppError as error:
        if error.status == 401:
            raise
        return _found(request, services, actor, sent, Form(NoteInput, typed=sent, error=error), error.status)
    said = "账号已停用，登录和令牌马上失效。" if action == "disable" else "账号已启用，本人可以用原来的密码登录。"
    return _page(request, actor, found=changed, name=str(sent.get("name", "")), said=said)


@router.post("/slips")
@policy("slip.issue")
def send_slip(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    """The paper itself: the code is known this once."""
    given = read(SlipInput, sent)
    with services.database.writing() as session:
        slip = slips.issue_slip(session, services, actor, given.user_id, expert_id=given.expert_id)
        name = slip.user.name
    answer = page(
        request,
        actor,
        "users/slip.html",
        name=name,
        code=slip.code,
        expires_at=slip.expires_at,
        address=f"{services.settings.public_url.rstrip('/')}/slip",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _found(
    request: Request,
    services: Services,
    actor: Actor,
    sent: FormData,
    note_form: Form | None = None,
    status: int = 200,
) -> Response:
    try:
        given = read(FindUserInput, FormData({"name": str(sent.get("name", ""))}))
        with services.database.reading() as session:
            found = user_out(accounts.find_user(session, actor, given.name))
    except AppError as error:
        if error.status in (401, 403):
            raise
        return _page(request, actor, form=Form(FindUserInput, typed=sent, error=error), status=error.status)
    return _page(request, actor, found=found, name=given.name, note_form=note_form, status=status)


def _page(
    request: Request,
    actor: Actor,
    *,
    form: Form | None = None,
    new_form: Form | None = None,
    note_form: Form | None = None,
    found: UserOut | None = None,
    name: str = "",
    said: str = "",
    status: int = 200,
) -> Response:
    """name: by which the person was found."""
    return page(
        request,
        actor,
        "users/users.html",
        status,
        form=form or Form(FindUserInput),
        new_form=new_form or Form(UserInput),
        note_form=note_form or Form(NoteInput),
        found=found,
        name=name,
        done=said,
    )
