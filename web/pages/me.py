"""My account: who I am here, where I am signed in, tokens, what I agreed to, my data, and leaving."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.accounts import SessionCookie, take_cookie
from service.api.dependencies import CurrentActor, Network, PageNumber, Reading, ServicesDep
from service.api.routing import policy
from service.errors import AppError
from service.models import ErasureState
from service.permissions import require
from service.schemas.accounts import TokenInput
from service.schemas.consents import ConsentInput
from service.schemas.privacy import EraseInput
from service.services import Services
from service.usecases import accounts, consents, contact_readers, erasures, notices, organizations, sessions, tokens
from service.usecases.paging import paged
from web.forms import Form, read
from web.render import leave_for, page
from web.sent import SentForm
from web.words import ROLES

router = APIRouter(include_in_schema=False)


@router.get("/me")
@policy("account.own")
def show_me(request: Request, services: ServicesDep, actor: CurrentActor, cookie: SessionCookie) -> Response:
    return _page(request, services, actor, cookie)


@router.post("/me/mail")
@policy("account.own")
def send_mail_wish(services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    wants = sent.get("wants_mail") == "yes"
    with services.database.writing() as session:
        notices.want_mail(session, actor, wants_mail=wants)
    return leave_for("/me", "通知会发邮件。" if wants else "通知不再发邮件，请常来平台查看。")


@router.post("/me/sessions/end")
@policy("account.own")
def send_end_all(services: ServicesDep, actor: CurrentActor) -> Response:
    with services.database.writing() as session:
        sessions.end_all_own(session, actor)
    answer = leave_for("/sign-in", "所有地方都已退出登录。")
    take_cookie(services.settings, answer)
    return answer


@router.post("/me/sessions/{session_id}/end")
@policy("account.own")
def send_end(services: ServicesDep, actor: CurrentActor, session_id: str) -> Response:
    with services.database.writing() as session:
        sessions.end_own(session, actor, session_id)
    return leave_for("/me#sessions", "这一处登录已失效。")


@router.post("/me/tokens")
@policy("account.own")
def send_new_token(
    request: Request, services: ServicesDep, actor: CurrentActor, cookie: SessionCookie, sent: SentForm
) -> Response:
    """The one page that shows the token: it is stored nowhere, so there is nothing to redirect to."""
    try:
        given = read(TokenInput, sent, scopes=[str(each) for each in sent.getlist("scopes")])
        with services.database.writing() as session:
            _, secret = tokens.create_token(
                session, services, actor, name=given.name, scopes=given.scopes, days=given.days
            )
    except AppError as error:
        if error.status == 401:
            raise
        return _page(request, services, actor, cookie, failed="token", sent=sent, error=error)
    return page(request, actor, "me/token.html", secret=secret)


@router.post("/me/tokens/{token_id}/revoke")
@policy("account.own")
def send_revocation(services: ServicesDep, actor: CurrentActor, token_id: str) -> Response:
    with services.database.writing() as session:
        tokens.revoke_token(session, actor, token_id)
    return leave_for("/me#tokens", "令牌已撤销。")


@router.post("/me/consents")
@policy("privacy.own")
def send_consent(
    request: Request, services: ServicesDep, actor: CurrentActor, cookie: SessionCookie, sent: SentForm
) -> Response:
    try:
        given = read(ConsentInput, sent, given=sent.get("given") == "yes")
        with services.database.writing() as session:
            consents.decide(session, services, actor, given)
    except AppError as error:
        if error.status == 401:
            raise
        return _page(request, services, actor, cookie, failed="consent", sent=sent, error=error)
    return leave_for("/me#consents", "已登记您的决定。")


@router.get("/me/readers")
@policy("privacy.own")
def show_contact_readers(
    request: Request,
    session: Reading,
    actor: CurrentActor,
    page_number: PageNumber = 1,
) -> Response:
    found, total = contact_readers.page_of(session, actor, page=page_number)
    listed = paged(found, total, page_number)
    return page(request, actor, "me/readers.html", listed=listed)


@router.get("/me/erase")
@policy("privacy.own")
def show_erasure(request: Request, session: Reading, actor: CurrentActor) -> Response:
    return page(request, actor, "me/erase.html", found=erasures.own(session, actor), form=Form(EraseInput))


@router.post("/me/erase")
@policy("privacy.own")
def send_erasure(
    request: Request, services: ServicesDep, actor: CurrentActor, network: Network, sent: SentForm
) -> Response:
    try:
        password = read(EraseInput, sent).password.get_secret_value()
        found = erasures.erase_own(services, actor, password, network=network)
    except AppError as error:
        if error.status == 401 and not actor.is_signed_in:
            raise
        with services.database.reading() as session:
            found = erasures.own(session, actor)
        form = Form(EraseInput, typed=sent, error=error)
        return page(request, actor, "me/erase.html", error.status, found=found, form=form)
    if found.state is not ErasureState.DONE:
        return leave_for("/me/erase", "已收到注销申请。请先办完下面列出的事，再来提交一次。")
    answer = leave_for("/", "账号已注销，您的个人信息已经抹去。")
    take_cookie(services.settings, answer)
    return answer


@router.post("/me/erase/withdraw")
@policy("privacy.own")
def send_withdrawal(services: ServicesDep, actor: CurrentActor) -> Response:
    with services.database.writing() as session:
        erasures.withdraw_own(session, services, actor)
    return leave_for("/me", "已撤回注销申请。")


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    cookie: str | None,
    *,
    failed: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    """failed: the part whose form was refused: token or consent."""
    require(actor, "account.own")
    with services.database.reading() as session:
        user = accounts.own_account(session, actor)
        mine = organizations.page_of(session, actor, mine=True)[0]
        scopes = tokens.grantable_scopes(actor)
        held = [
            {"id": each.id, "name": each.name, "expires_at": each.expires_at, "may": _titles(each.scopes, scopes)}
            for each in tokens.list_tokens(session, actor)
        ]
        return page(
            request,
            actor,
            "me/show.html",
            error.status if error else 200,
            user=user,
            organizations=[(each.id, each.name, ROLES[actor.organizations[each.id].value]) for each in mine],
            sessions=sessions.own_sessions(session, services, actor, cookie),
            tokens=held,
            scopes=scopes,
            consents=consents.own(session, actor),
            failed=failed,
            form=Form(TokenInput, {"days": 90}, typed=sent if failed == "token" else None, error=error),
        )


def _titles(scopes: str, titles: dict[str, str]) -> list[str]:
    return [titles.get(each, "已经取消的权限") for each in scopes.split()]
