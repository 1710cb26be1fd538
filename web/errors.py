"""What could not be done, as a page; under /api it stays JSON."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ExceptionHandler

from service.actors import STRANGER
from service.errors import AppError, NotSignedIn, PasswordChangeRequired
from service.logs import request_id
from service.schemas.accounts import SignInInput
from web.forms import Form
from web.render import page
from web.sent import kept, own_path

_TITLES = {
    401: "请先登录",
    403: "这件事不由您办理",
    404: "没有找到",
    405: "没有找到",
    409: "情况有了变化",
    410: "链接已经失效",
    413: "内容太大",
    422: "有内容需要修改",
    429: "请稍后再试",
    503: "平台正忙",
}
_MISSING = "没有找到，或者您无权查看。请检查地址，或联系发给您链接的人。"


def pass_on_hiding(error: AppError) -> None:
    """Raises it again if it says that this person may not see the page the form stands on: that page is not shown
    with the error in it."""
    if error.status in (401, 404, 410):
        raise error


def add_handlers(app: FastAPI) -> None:
    """Around those of the interface, which were added before."""
    of_interface = {kind: app.exception_handlers[kind] for kind in (AppError, RequestValidationError, HTTPException)}

    def app_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, AppError)
        if isinstance(error, NotSignedIn):
            return _sign_in(request)
        if isinstance(error, PasswordChangeRequired):
            return RedirectResponse("/me/password", status_code=303)
        return _page(request, error.status, error.message)

    def invalid(request: Request, _: Exception) -> Response:
        return _page(request, 404, _MISSING)

    def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        messages = {413: "内容太大。请缩短文字或减小附件，再试一次。"}
        return _page(request, error.status_code, messages.get(error.status_code, _MISSING))

    for kind, handler in ((AppError, app_error), (RequestValidationError, invalid), (HTTPException, http)):
        app.add_exception_handler(kind, _either(cast(ExceptionHandler, of_interface[kind]), handler))


def _either(of_interface: ExceptionHandler, of_pages: ExceptionHandler) -> ExceptionHandler:
    def handle(request: Request, error: Exception) -> Response:
        chosen = of_interface if request.url.path.startswith("/api/") else of_pages
        return cast(Response, chosen(request, error))  # type: ignore[arg-type]  # none of them is asynchronous

    return handle


def _sign_in(request: Request) -> Response:
    """Afterwards it goes on where it was, with what was typed."""
    sent = getattr(request.state, "sent", None)
    if request.method == "GET" or sent is None:
        return RedirectResponse(f"/sign-in?then={quote(_address(request))}", status_code=303)
    form, then = Form(SignInInput), own_path(request.url.path)
    return page(request, STRANGER, "accounts/sign_in.html", 401, form=form, then=then, kept=kept(sent))


def _page(request: Request, status: int, message: str) -> Response:
    """Without navigation: whatever failed, this page asks the database for nothing more."""
    shown = _TITLES.get(status, "没有办成")
    return page(request, STRANGER, "error.html", status, title=shown, message=message, number=request_id.get())


def _address(request: Request) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
