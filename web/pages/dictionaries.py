"""字典: fields of industry and kinds of service, and the reasons that steps ask for."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, ServicesDep
from service.api.routing import policy
from service.errors import AppError
from service.permissions import is_allowed
from service.schemas.stored_settings import WordInput
from service.services import Services
from service.usecases import dictionaries
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.render import leave_for, page
from web.sent import SentForm

router = APIRouter(include_in_schema=False)


@router.get("/admin/dictionaries")
@policy("upkeep.view")
def show_dictionaries(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    return _page(request, services, actor)


@router.post("/admin/dictionaries/{dictionary}")
@policy("setting.change")
def send_word(
    request: Request, services: ServicesDep, actor: CurrentActor, dictionary: str, sent: SentForm
) -> Response:
    try:
        given = read(WordInput, sent)
        with services.database.writing() as session:
            dictionaries.change_word(session, services, actor, dictionary, given)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, dictionary, sent, error)
    return leave_for(f"/admin/dictionaries#{dictionary}", "已保存，马上生效。以前填过的跟着改名称，分类不变。")


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    failed: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    """failed: the dictionary in which a word was refused."""
    with services.database.reading() as session:
        found = dictionaries.listed(session, services, actor)
    return page(
        request,
        actor,
        "admin/dictionaries.html",
        error.status if error else 200,
        dictionaries=found,
        reasons=dictionaries.reasons(actor),
        failed=failed,
        failed_code=str(sent.get("code", "")) if sent is not None else None,
        form=Form(WordInput, typed=sent, error=error),
        may_change=is_allowed(actor, "setting.change"),
    )
