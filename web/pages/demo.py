"""One click signs in as somebody of the demo world. Only part of the application in demo mode, see web.app."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from service.api.accounts import SessionCookie, give_cookie
from service.api.dependencies import ServicesDep
from service.api.routing import policy
from service.usecases.installation import sign_in_as
from web.render import leave_for
from web.sent import THEN, SentForm, own_path

router = APIRouter(include_in_schema=False)


@router.post("/demo/sign-in")
@policy("public")
def send_demo_sign_in(services: ServicesDep, cookie: SessionCookie, sent: SentForm) -> Response:
    with services.database.writing() as session:
        opened = sign_in_as(session, services, str(sent.get("role", "")), replaces=cookie)
    answer = leave_for(own_path(str(sent.get(THEN, "/"))))
    give_cookie(services.settings, answer, opened)
    return answer
