"""What staff do with a need beside its steps: each act a page with its form. The need's own page links to them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlmodel import Session
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, NeedIndexDep, ServicesDep
from service.api.routing import policy
from service.errors import AppError, NotFound
from service.models import Need
from service.schemas.need_ties import MergeInput, SimilarInput, SimilarOut, UnmergeInput
from service.schemas.needs import AssignInput, NeedOut, PassInput, SealInput
from service.services import Services
from service.usecases import (
    associations,
    mergers,
    need_acts,
    need_progress,
    needs,
    similar_needs,
    staffing,
)
from service.usecases.need_views import show
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.render import leave_for, page
from web.sent import SentForm

router = APIRouter(include_in_schema=False)
_COMPARED = ("title", "scene", "situation", "targets")


def around(session: Session, services: Services, actor: Actor, need: Need) -> dict[str, Any]:
    """What the need's own page shows to staff: their acts, and how far everybody is whom they asked."""
    shows = need_progress.sees_progress(actor, need)
    return {
        "staff_acts": need_progress.staff_acts(session, actor, need),
        "progress": need_progress.progress(session, services, actor, need) if shows else [],
    }


@router.get("/needs/{need_id}/pass")
@policy("need.pass")
def show_pass(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str) -> Response:
    return _pass(request, services, actor, need_id)


@router.post("/needs/{need_id}/pass")
@policy("need.pass")
def send_pass(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, sent: SentForm) -> Response:
    try:
        given = read(PassInput, sent)
        with services.database.writing() as session:
            need_acts.pass_on(
                session,
                services,
                actor,
                need_id,
                association_id=given.association_id,
                note=given.note,
                version=given.version,
            )
    except AppError as error:
        return _pass(request, services, actor, need_id, sent, error)
    return leave_for(f"/needs/{need_id}", "已转给另一个科协，对方会收到通知；您这里还能看到进展。")


@router.get("/needs/{need_id}/assign")
@policy("need.assign")
def show_assign(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str) -> Response:
    return _assign(request, services, actor, need_id)


@router.post("/needs/{need_id}/assign")
@policy("need.assign")
def send_assign(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, sent: SentForm) -> Response:
    try:
        given = read(AssignInput, sent)
        with services.database.writing() as session:
            need_acts.assign(
                session, services, actor, need_id, handler_id=given.handler_id, note=given.note, version=given.version
            )
    except AppError as error:
        return _assign(request, services, actor, need_id, sent, error)
    return leave_for(f"/needs/{need_id}", "经办人已更换，本人会收到通知。")


@router.get("/needs/{need_id}/seal")
@policy("need.seal")
def show_seal(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str) -> Response:
    return _seal(request, services, actor, need_id)


@router.post("/needs/{need_id}/seal")
@policy("need.seal")
def send_seal(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, sent: SentForm) -> Response:
    try:
        given = read(SealInput, sent)
        with services.database.writing() as session:
            need_acts.seal(session, services, actor, need_id, note=given.note)
    except AppError as error:
        return _seal(request, services, actor, need_id, sent, error)
    return leave_for("/desk", "已封存。从现在起只有保密员看得到，已通知他决定。")


@router.get("/sealed/needs/{need_id}")
@policy("need.unseal")
def show_sealed(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str) -> Response:
    return _sealed(request, services, actor, need_id)


@router.post("/sealed/needs/{need_id}")
@policy("need.unseal")
def send_unseal(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, sent: SentForm) -> Response:
    try:
        given = read(SealInput, sent)
        with services.database.writing() as session:
            need_acts.unseal(session, services, actor, need_id, note=given.note)
    except AppError as error:
        pass_on_hiding(error)
        return _sealed(request, services, actor, need_id, sent, error)
    return leave_for("/desk", "已解除封存，停下的事接着办。")


@router.get("/needs/{need_id}/merge")
@policy("need.merge")
def show_merge(
    request: Request,
    services: ServicesDep,
    index: NeedIndexDep,
    actor: CurrentActor,
    need_id: str,
    number: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """number: of a need that was not found to be similar, as people quote it."""
    return _merge(request, services, index, actor, need_id, number=number)


@router.post("/needs/{need_id}/merge")
@policy("need.merge")
def send_merge(
    request: Request, services: ServicesDep, index: NeedIndexDep, actor: CurrentActor, need_id: str, sent: SentForm
) -> Response:
    try:
        given = read(MergeInput, sent)
        with services.database.writing() as session:
            mergers.merge(session, services, actor, need_id, given)
    except AppError as error:
        return _merge(request, services, index, actor, need_id, sent=sent, error=error)
    return leave_for(f"/needs/{need_id}", "已合并为共性需求，两边的需求方都会收到通知。")


@router.get("/needs/{need_id}/unmerge")
@policy("need.merge")
def show_unmerge(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str) -> Response:
    return _unmerge(request, services, actor, need_id)


@router.post("/needs/{need_id}/unmerge")
@policy("need.merge")
def send_unmerge(
    request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, sent: SentForm
) -> Response:
    try:
        given = read(UnmergeInput, sent)
        with services.database.writing() as session:
            mergers.unmerge(session, services, actor, need_id, given)
    except AppError as error:
        return _unmerge(request, services, actor, need_id, sent, error)
    return leave_for(f"/needs/{need_id}", "已撤销合并，这条需求重新等待审核。")


def _shown(session: Session, services: Services, actor: Actor, need_id: str, policy_name: str) -> NeedOut:
    return show(session, services.clockwork, actor, needs.find(session, actor, need_id, policy_name))


def act_form(
    request: Request,
    services: Services,
    actor: Actor,
    need_id: str,
    act: str,
    policy_name: str,
    schema: type[BaseModel],
    sent: FormData | None = None,
    error: AppError | None = None,
    given: dict[str, Any] | None = None,
    **shown: Any,
) -> Response:
    """One act's page. Without the need (it went, or is not this person's) there is nothing to show it with."""
    if error is not None:
        pass_on_hiding(error)
    with services.database.reading() as session:
        need = _shown(session, services, actor, need_id, policy_name)
    form = Form(schema, given, typed=sent, error=error)
    status = error.status if error else 200
    return page(request, actor, f"needs/acts/{act}.html", status, need=need, form=form, **shown)


def _pass(
    request: Request,
    services: Services,
    actor: Actor,
    need_id: str,
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    with services.database.reading() as session:
        own = needs.find(session, actor, need_id, "need.pass").association_id
        others = {
            each.id: "　" * (each.path.count("/") - 1) + each.name
            for each in associations.all_of(session, actor)
            if each.id != own
        }
    return act_form(request, services, actor, need_id, "pass", "need.pass", PassInput, sent, error, associations=others)


def _assign(
    request: Request,
    services: Services,
    actor: Actor,
    need_id: str,
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    with services.database.reading() as session:
        need = needs.find(session, actor, need_id, "need.assign")
        people = staffing.handlers(session, actor, need)
        people.pop(need.handler_id or "", None)
    return act_form(request, services, actor, need_id, "assign", "need.assign", AssignInput, sent, error, people=people)


def _seal(
    request: Request,
    services: Services,
    actor: Actor,
    need_id: str,
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    return act_form(request, services, actor, need_id, "seal", "need.seal", SealInput, sent, error)


def _unmerge(
    request: Request,
    services: Services,
    actor: Actor,
    need_id: str,
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    return act_form(request, services, actor, need_id, "unmerge", "need.merge", UnmergeInput, sent, error)


def _sealed(
    request: Request,
    services: Services,
    actor: Actor,
    need_id: str,
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    """The officer has to read what is to be decided about."""
    with services.database.reading() as session:
        need = need_progress.sealed(session, actor, need_id)
        texts = {"标题": need.title, "应用场景": need.scene, "现状与问题": need.situation, "目标指标": need.targets}
        why = need_progress.why_sealed(session, actor, need_id)
    return page(
        request,
        actor,
        "needs/sealed.html",
        error.status if error else 200,
        need=need,
        texts=texts,
        why=why,
        form=Form(SealInput, typed=sent, error=error),
    )


def _merge(
    request: Request,
    services: Services,
    index: NeedIndexDep,
    actor: Actor,
    need_id: str,
    *,
    number: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    with services.database.reading() as session:
        need = needs.find(session, actor, need_id, "need.merge")
        texts = {name: getattr(need, name) for name in _COMPARED}
        found = similar_needs.similar(
            session, services, index, actor, SimilarInput.model_validate({"need_id": need_id} | texts)
        )
        named = _named(session, services, actor, number) if number else None
    return act_form(
        request,
        services,
        actor,
        need_id,
        "merge",
        "need.merge",
        MergeInput,
        sent,
        error,
        found=_without(found, named),
        named=named,
        number=number,
        unmerge_days=services.settings.unmerge_days,
    )


def _named(session: Session, services: Services, actor: Actor, number: str) -> NeedOut | None:
    try:
        return show(session, services.clockwork, actor, need_progress.by_number(session, actor, number))
    except NotFound:
        return None


def _without(found: list[SimilarOut], named: NeedOut | None) -> list[SimilarOut]:
    return [each for each in found if named is None or each.id != named.id]
