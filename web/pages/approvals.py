"""审签: drafting, the list, one of them with its steps, and the scan of the signed paper."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.attachments import download_attachment
from service.api.dependencies import CurrentActor, PageNumber, Reading, Search, ServicesDep
from service.api.routing import policy
from service.errors import AppError, Forbidden
from service.models import ApprovalState, FileSubject
from service.permissions import is_allowed, require
from service.schemas.approvals import ApprovalActionInput, NewApproval, SavedApproval
from service.schemas.common import ActionInput
from service.services import Services
from service.usecases import approval_views, approvals, attachments
from service.usecases.attachment_views import listed as files_of
from service.usecases.histories import steps
from service.usecases.paging import paged
from service.workflow.approvals import APPROVAL, KINDS
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.listing import listing
from web.once import once
from web.render import leave_for, page
from web.sent import SentForm
from web.uploads import UploadedFile

router = APIRouter(include_in_schema=False)
# Apart, because its bodies may be larger than those of all other pages; see web.app.
uploads = APIRouter(include_in_schema=False)


@router.get("/approvals")
@policy("approval.list")
def show_approvals(
    request: Request,
    session: Reading,
    services: ServicesDep,
    actor: CurrentActor,
    state: Annotated[str, Query(max_length=24)] = "",
    search: Search = "",
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    chosen = ApprovalState(state) if state in list(ApprovalState) else None
    found, total = approvals.page_of(session, actor, state=chosen, search=search, sort=sort, page=page_number)
    items = approval_views.lines(session, actor, found)
    return page(
        request,
        actor,
        "approvals/list.html",
        listed=paged(items, total, page_number),
        listing=listing(request, approvals.ORDERS, sort),
        state=chosen,
        search=search,
        states={each.value: note.label for each, note in APPROVAL.states.items()},
        kinds=[KINDS[each] for each in services.settings.approval_kinds],
    )


@router.get("/approvals/new")
@policy("approval.draft")
def show_draft(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    kind: Annotated[str, Query(max_length=64)] = "",
    subject: Annotated[str, Query(max_length=70)] = "",
) -> Response:
    """subject: “need:<id>” or “match_run:<id>”, from the page of what is to be issued."""
    subject_kind, _, subject_id = subject.partition(":")
    given = {"kind": kind, "subject_kind": subject_kind, "subject_id": subject_id}
    return _draft(request, services, actor, Form(NewApproval, given))


@router.post("/approvals/new")
@policy("approval.draft")
def send_draft(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    try:
        given = read(NewApproval, sent)
        with services.database.writing() as session:
            made = once(
                session,
                actor,
                "approval.draft",
                sent,
                lambda: approvals.draft(session, services, actor, given).approval.id,
            )
    except AppError as error:
        pass_on_hiding(error)
        return _draft(request, services, actor, Form(NewApproval, typed=sent, error=error), error.status)
    return leave_for(f"/approvals/{made}", "已拟稿，送审。由另外两位同事审核、签发。")


@router.get("/approvals/{approval_id}")
@policy("approval.view")
def show_approval(request: Request, services: ServicesDep, actor: CurrentActor, approval_id: str) -> Response:
    return _page(request, services, actor, approval_id)


@router.post("/approvals/{approval_id}/edit")
@policy("approval.edit")
def send_approval(
    request: Request, services: ServicesDep, actor: CurrentActor, approval_id: str, sent: SentForm
) -> Response:
    try:
        given = read(SavedApproval, sent)
        with services.database.writing() as session:
            approvals.save(session, services, actor, approval_id, given)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, approval_id, failed="edit", sent=sent, error=error)
    return leave_for(f"/approvals/{approval_id}", "已保存。请重新送审。")


@router.post("/approvals/{approval_id}/actions/{action}")
@policy("approval.act")
def send_approval_act(
    request: Request, services: ServicesDep, actor: CurrentActor, approval_id: str, action: str, sent: SentForm
) -> Response:
    try:
        given = read(ApprovalActionInput, sent)
        with services.database.writing() as session:
            approvals.act(session, services, actor, approval_id, action, given)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, approval_id, failed=action, sent=sent, error=error)
    return leave_for(f"/approvals/{approval_id}", f"已办理：{APPROVAL.find(action).label}。")


@uploads.post("/approvals/{approval_id}/scans")
@policy("attachment.change")
def send_scan(
    request: Request, services: ServicesDep, actor: CurrentActor, approval_id: str, uploaded: UploadedFile
) -> Response:
    try:
        uploaded.refuse_unusable()
        attachments.upload(
            services, actor, FileSubject.APPROVAL, approval_id, uploaded.content, file_name=uploaded.name
        )
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, approval_id, failed="scan", error=error)
    return leave_for(f"/approvals/{approval_id}", "签章件已上传。")


@router.post("/approvals/{approval_id}/scans/{attachment_id}/remove")
@policy("attachment.change")
def remove_scan(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    approval_id: str,
    attachment_id: str,
    sent: SentForm,
) -> Response:
    try:
        given = read(ActionInput, sent)
        with services.database.writing() as session:
            removed, _ = attachments.remove(session, services, actor, attachment_id, given.version)
            name = removed.file_name
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, approval_id, failed="scan", error=error)
    return leave_for(f"/approvals/{approval_id}", f"已移除“{name}”。")


@router.get("/approvals/{approval_id}/scans/{attachment_id}")
@policy("attachment.open")
def show_scan(services: ServicesDep, actor: CurrentActor, approval_id: str, attachment_id: str) -> Response:
    return download_attachment(services, actor, attachment_id)


def _draft(request: Request, services: Services, actor: Actor, form: Form, status: int = 200) -> Response:
    require(actor, "approval.list")
    if not actor.handled_paths:
        raise Forbidden("拟稿送审由经办人、处室负责人办理。")
    kinds = {each: KINDS[each] for each in services.settings.approval_kinds}
    return page(request, actor, "approvals/new.html", status, form=form, kinds=kinds)


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    approval_id: str,
    *,
    failed: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    """failed: the act that was refused; its form stands open again with what was typed."""
    with services.database.reading() as session:
        case = approvals.find(session, actor, approval_id)
        shown = approval_views.show(session, actor, case)
        history = steps(session, approvals.history(session, actor, approval_id), APPROVAL)
        may_edit = is_allowed(actor, "approval.edit", case) and case.approval.state is ApprovalState.RETURNED
        may_open = bool(shown.attachments) or case.approval.state is ApprovalState.ISSUED
        scans = files_of(session, services.settings, actor, FileSubject.APPROVAL, approval_id) if may_open else None
        about = case.need.id if case.need else ""
    return page(
        request,
        actor,
        "approvals/show.html",
        error.status if error else 200,
        approval=shown,
        history=history,
        may_edit=may_edit,
        scans=scans,
        need_id=about,
        failed=failed,
        form=Form(ApprovalActionInput, typed=sent, error=error),
        edit_form=Form(SavedApproval, {"title": shown.title}, typed=sent if failed == "edit" else None, error=error),
    )
