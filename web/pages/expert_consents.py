"""What an expert agrees to, said by themselves or entered for them; and which account is theirs."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.dependencies import CurrentActor, ServicesDep
from service.api.routing import policy
from service.errors import AppError, Invalid
from service.schemas.consents import ConsentInput, EnteredConsent
from service.usecases import accounts, consents, experts
from web.errors import pass_on_hiding
from web.forms import read
from web.pages.experts import address_of, expert_page
from web.render import leave_for
from web.sent import SentForm

router = APIRouter(include_in_schema=False)


@router.post("/experts/{expert_id}/consents")
@policy("consent.view")
def send_consent(
    request: Request, services: ServicesDep, actor: CurrentActor, expert_id: str, sent: SentForm
) -> Response:
    """The person's own word about their own profile, and a proxy's about everybody else's."""
    try:
        if expert_id == actor.expert_id:
            own = read(ConsentInput, sent)
            with services.database.writing() as session:
                consents.decide(session, services, actor, own)
        else:
            entered = read(EnteredConsent, sent)
            with services.database.writing() as session:
                consents.enter(session, services, actor, expert_id, entered)
    except AppError as error:
        pass_on_hiding(error)
        failed = f"consent.{sent.get('purpose', '')}"
        return expert_page(request, services, actor, expert_id, failed=failed, sent=sent, error=error)
    return leave_for(address_of(actor, expert_id), "已登记。")


@router.post("/experts/{expert_id}/account")
@policy("expert.connect")
def send_account(
    request: Request, services: ServicesDep, actor: CurrentActor, expert_id: str, sent: SentForm
) -> Response:
    """By exactly what the person signs in with."""
    try:
        version = str(sent.get("version", ""))
        if not version.isdecimal():
            raise Invalid("请刷新页面后再试。")
        with services.database.writing() as session:
            user = accounts.find_user(session, actor, str(sent.get("sign_in_name", "")))
            experts.connect(session, actor, expert_id, user_id=user.id, version=int(version))
    except AppError as error:
        if error.status == 401:
            raise
        return expert_page(request, services, actor, expert_id, failed="account", sent=sent, error=error)
    return leave_for(address_of(actor, expert_id), "已写明本人的账号。请本人登录后确认认领。")
