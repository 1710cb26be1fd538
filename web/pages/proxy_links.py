"""What a link about 代录 or 代答 opens: what was done for somebody, and whether they asked for it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from service.api.dependencies import ServicesDep
from service.api.routing import policy
from service.errors import AppError
from service.schemas.proxy_checks import ProxyAnswerInput
from service.services import Services
from service.usecases import proxy_checks
from web.forms import Form, read
from web.render import bare
from web.sent import SentForm

router = APIRouter(include_in_schema=False)


@router.get("/r/proxy/{token}")
@policy("public")
def show_proxy(services: ServicesDep, token: str) -> HTMLResponse:
    return _page(services, token)


@router.post("/r/proxy/{token}")
@policy("public")
def answer_proxy(services: ServicesDep, token: str, sent: SentForm) -> HTMLResponse:
    try:
        given = read(ProxyAnswerInput, sent, agreed=sent.get("agreed") == "yes")
        with services.database.writing() as session:
            proxy_checks.answer_by_link(session, services, token, given)
    except AppError as error:
        return _page(services, token, Form(ProxyAnswerInput, typed=sent, error=error))
    return _page(services, token)


def _page(services: Services, token: str, form: Form | None = None) -> HTMLResponse:
    form = form or Form(ProxyAnswerInput)
    try:
        with services.database.reading() as session:
            [entry] = proxy_checks.shown(session, [proxy_checks.by_link(session, services, token)])
    except AppError as error:
        return bare(services.settings, "replies/stopped.html", error.status, message=error.message)
    status = form.error.status if form.error else 200
    return bare(services.settings, "replies/proxy.html", status, entry=entry, token=token, form=form)
