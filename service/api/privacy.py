"""What people decide and learn about their own data, under /api."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Query, Response

from service.api import own_data_page
from service.api.accounts import take_cookie
from service.api.dependencies import (
    CurrentActor,
    Network,
    PageNumber,
    Reading,
    ServicesDep,
    Writing,
    sorted_by,
)
from service.api.routing import Router, policy
from service.clock import today
from service.models import ErasureState
from service.schemas.common import Page
from service.schemas.consents import ConsentInput, ConsentOut, EnteredConsent
from service.schemas.privacy import (
    EraseInput,
    ErasureActInput,
    ErasureInput,
    ErasureLine,
    ErasureOut,
    ReaderOut,
)
from service.usecases import consents, contact_readers, erasures, own_data
from service.usecases.paging import paged

router = Router(tags=["个人信息"])


class DataFormat(StrEnum):
    JSON = "json"
    HTML = "html"


@router.get("/me/consents", summary="我同意了什么")
@policy("privacy.own")
def list_own_consents(session: Reading, actor: CurrentActor) -> list[ConsentOut]:
    return consents.own(session, actor)


@router.post("/me/consents", summary="同意，或者撤回")
@policy("privacy.own")
def decide_consent(
    session: Writing, services: ServicesDep, actor: CurrentActor, given: ConsentInput
) -> list[ConsentOut]:
    consents.decide(session, services, actor, given)
    session.flush()
    return consents.own(session, actor)


@router.get("/experts/{expert_id}/consents", summary="一位专家同意了什么")
@policy("consent.view")
def list_expert_consents(session: Reading, actor: CurrentActor, expert_id: str) -> list[ConsentOut]:
    return consents.of_expert(session, actor, expert_id)


@router.post("/experts/{expert_id}/consents", summary="替专家登记电话、纸面等方式的同意或撤回")
@policy("consent.enter")
def enter_consent(
    session: Writing, services: ServicesDep, actor: CurrentActor, expert_id: str, given: EnteredConsent
) -> list[ConsentOut]:
    return consents.enter(session, services, actor, expert_id, given)


@router.get("/me/readers", summary="谁看过我的联系方式")
@policy("privacy.own")
def list_contact_readers(session: Reading, actor: CurrentActor, page: PageNumber = 1) -> Page[ReaderOut]:
    found, total = contact_readers.page_of(session, actor, page=page)
    return paged(found, total, page)


@router.get("/me/data", summary="下载我的数据（留痕）", response_class=Response)
@policy("privacy.own")
def download_own_data(
    session: Writing,
    actor: CurrentActor,
    wanted: Annotated[DataFormat, Query(alias="format", description="json 供程序读，html 供人读")] = DataFormat.JSON,
) -> Response:
    found = own_data.export(session, actor)
    if wanted is DataFormat.HTML:
        content, media_type = own_data_page.page(found), "text/html; charset=utf-8"
    else:
        content, media_type = found.model_dump_json(indent=1), "application/json"
    headers = {
        "Content-Disposition": f'attachment; filename="my-data-{today()}.{wanted}"',
        "Cache-Control": "no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    }
    return Response(content, media_type=media_type, headers=headers)


@router.get("/me/erase", summary="注销前要先办结或移交什么")
@policy("privacy.own")
def show_own_erasure(session: Reading, actor: CurrentActor) -> ErasureOut:
    return erasures.own(session, actor)


@router.post("/me/erase", summary="注销：抹去我的个人信息，不能撤销")
@policy("privacy.own")
def erase_own(
    services: ServicesDep, actor: CurrentActor, network: Network, response: Response, given: EraseInput
) -> ErasureOut:
    """手上没有未办结的事就立即注销；有的话记下申请并列出要先办的事，办完再提交一次。"""
    found = erasures.erase_own(services, actor, given.password.get_secret_value(), network=network)
    if found.state is ErasureState.DONE:
        take_cookie(services.settings, response)
    return found


@router.delete("/me/erase", status_code=204, summary="撤回注销申请")
@policy("privacy.own")
def withdraw_own_erasure(session: Writing, services: ServicesDep, actor: CurrentActor) -> None:
    erasures.withdraw_own(session, services, actor)


@router.get("/erasures", summary="注销申请清单，最急的在前")
@policy("erasure.handle")
def list_erasures(
    session: Reading,
    actor: CurrentActor,
    state: ErasureState | None = None,
    sort: Annotated[str, sorted_by(erasures.ORDERS)] = "",
    page: PageNumber = 1,
) -> Page[ErasureLine]:
    found, total = erasures.page_of(session, actor, state=state, sort=sort, page=page)
    return paged([erasures.line(session, each) for each in found], total, page)


@router.post("/erasures", status_code=201, summary="按本人要求提出注销")
@policy("erasure.handle")
def ask_for_erasure(session: Writing, services: ServicesDep, actor: CurrentActor, content: ErasureInput) -> ErasureLine:
    return erasures.line(session, erasures.ask_for(session, services, actor, content))


@router.post("/erasures/{request_id}/carry-out", summary="注销：抹去这个人的个人信息，不能撤销")
@policy("erasure.handle")
def carry_out_erasure(
    session: Writing, services: ServicesDep, actor: CurrentActor, request_id: str, given: ErasureActInput
) -> ErasureLine:
    return erasures.line(session, erasures.carry_out(session, services, actor, request_id, version=given.version))


@router.post("/erasures/{request_id}/withdraw", summary="本人改变主意，撤回注销申请")
@policy("erasure.handle")
def withdraw_erasure(
    session: Writing, services: ServicesDep, actor: CurrentActor, request_id: str, given: ErasureActInput
) -> ErasureLine:
    return erasures.line(session, erasures.withdraw(session, services, actor, request_id, version=given.version))
