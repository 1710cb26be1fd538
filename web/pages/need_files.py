"""Files of a need, the need on paper, who read it, and following it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.attachments import download_attachment
from service.api.dependencies import CurrentActor, PageNumber, Reading, ServicesDep
from service.api.routing import policy
from service.errors import AppError, NotFound
from service.models import FileSubject, PublicityLevel
from service.permissions import is_allowed
from service.schemas.attachments import AttachmentInput
from service.services import Services
from service.usecases import (
    attachments,
    followers,
    invitation_views,
    need_acts,
    needs,
    reads,
    recommendation_views,
    recommendations,
)
from service.usecases.attachment_views import show
from service.usecases.need_views import steps_of_need
from service.usecases.paging import paged
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.pages.needs import need_page
from web.paper import paper_of_need
from web.render import leave_for, page
from web.sent import SentForm
from web.uploads import UploadedFile
from web.words import LEVELS, industries

router = APIRouter(include_in_schema=False)
# Apart, because its bodies may be larger than those of all other pages; see web.app.
uploads = APIRouter(include_in_schema=False)


@uploads.post("/needs/{need_id}/attachments")
@policy("attachment.change")
def send_attachment(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    need_id: str,
    uploaded: UploadedFile,
) -> Response:
    try:
        uploaded.refuse_unusable()
        level = str(uploaded.form.get("publicity_level"))
        attachments.upload(
            services,
            actor,
            FileSubject.NEED,
            need_id,
            uploaded.content,
            file_name=uploaded.name,
            publicity_level=PublicityLevel(level) if level in {*PublicityLevel} else PublicityLevel.INVITED,
        )
    except AppError as error:
        pass_on_hiding(error)
        return need_page(request, services, actor, need_id, failed="upload", sent=uploaded.form, error=error)
    return leave_for(f"/needs/{need_id}#files", f"已上传“{uploaded.name}”。请打开核对读出的文字。")


@router.get("/needs/{need_id}/attachments")
@policy("need.view")
def show_attachments(need_id: str) -> Response:
    """Where somebody comes who had to sign in again before uploading."""
    return leave_for(f"/needs/{need_id}#files", "请重新选择要上传的文件。")


@router.get("/attachments/{attachment_id}")
@policy("attachment.open")
def show_attachment(request: Request, services: ServicesDep, actor: CurrentActor, attachment_id: str) -> Response:
    return _attachment_page(request, services, actor, attachment_id)


@router.get("/attachments/{attachment_id}/content")
@policy("attachment.open")
def download(services: ServicesDep, actor: CurrentActor, attachment_id: str) -> Response:
    return download_attachment(services, actor, attachment_id)


@router.post("/attachments/{attachment_id}")
@policy("attachment.change")
def send_correction(
    request: Request, services: ServicesDep, actor: CurrentActor, attachment_id: str, sent: SentForm
) -> Response:
    try:
        given = read(AttachmentInput, sent)
        with services.database.writing() as session:
            attachments.correct(session, services, actor, attachment_id, given)
    except AppError as error:
        pass_on_hiding(error)
        return _attachment_page(request, services, actor, attachment_id, sent=sent, error=error)
    return leave_for(f"/attachments/{attachment_id}", "已更正。")


@router.post("/attachments/{attachment_id}/remove")
@policy("attachment.change")
def send_removal(
    request: Request, services: ServicesDep, actor: CurrentActor, attachment_id: str, sent: SentForm
) -> Response:
    try:
        version = read(AttachmentInput, sent, extracted_text="", publicity_level=PublicityLevel.INVITED).version
        with services.database.writing() as session:
            removed, _ = attachments.remove(session, services, actor, attachment_id, version)
            if removed.subject_kind is not FileSubject.NEED:
                raise NotFound()
            name, need_id = removed.file_name, removed.subject_id
    except AppError as error:
        pass_on_hiding(error)
        return _attachment_page(request, services, actor, attachment_id, error=error)
    return leave_for(f"/needs/{need_id}", f"已移除“{name}”。")


@router.get("/needs/{need_id}/readers")
@policy("need.readers")
def show_readers(
    request: Request,
    session: Reading,
    actor: CurrentActor,
    need_id: str,
    page_number: PageNumber = 1,
) -> Response:
    found, total = reads.readers(session, actor, need_id, page_number)
    need = needs.find(session, actor, need_id)
    listed = paged(found, total, page_number)
    return page(request, actor, "needs/readers.html", listed=listed, need_id=need_id, title=need.title)


@router.get("/needs/{need_id}/paper.pdf")
@policy("need.view")
def show_paper(services: ServicesDep, actor: CurrentActor, need_id: str) -> Response:
    """Opening it is opening the need: it leaves the same trace."""
    shown = reads.open_need(services, actor, need_id)
    with services.database.reading() as session:
        need = needs.find(session, actor, need_id)
        sees = is_allowed(actor, "need.history", need)
        steps = steps_of_need(session, actor, need, need_acts.history(session, actor, need_id)) if sees else []
        listed = recommendations.is_there(session, actor, need)
        found = (
            recommendation_views.show(session, actor, recommendations.current(session, actor, need_id))
            if (listed)
            else None
        )
        asked, _ = invitation_views.page_of(session, actor, state=None, need_id=need_id, page=1)
    site = services.settings.site.name + ("（演示数据）" if services.settings.demo else "")
    industry = industries(services.settings).labels.get(shown.industry_field, "")
    made = paper_of_need(shown, steps, found, asked, site=site, industry=industry)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(made, media_type="application/pdf", headers=headers)


@router.post("/needs/{need_id}/follow")
@policy("need.follow")
def send_follow(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, sent: SentForm) -> Response:
    try:
        with services.database.writing() as session:
            followers.follow(session, actor, need_id, str(sent.get("organization_id", "")))
    except AppError as error:
        pass_on_hiding(error)
        return need_page(request, services, actor, need_id, failed="follow", sent=sent, error=error)
    return leave_for(f"/needs/{need_id}", "已跟随：这条需求有进展时会通知您。")


@router.post("/needs/{need_id}/unfollow")
@policy("signed_in")
def send_unfollow(services: ServicesDep, actor: CurrentActor, need_id: str, sent: SentForm) -> Response:
    with services.database.writing() as session:
        followers.unfollow(session, actor, need_id, str(sent.get("organization_id", "")))
    return leave_for(f"/needs/{need_id}", "已不再跟随。")


def _attachment_page(
    request: Request,
    services: Services,
    actor: Actor,
    attachment_id: str,
    *,
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    shown = reads.open_text(services, actor, attachment_id)
    with services.database.reading() as session:
        attachment, holder = attachments.find(session, actor, attachment_id)
        may_change = attachments.may_change(actor, holder)
        shown_version = show(attachment, holder).version
    return page(
        request,
        actor,
        "needs/attachment.html",
        error.status if error else 200,
        file=shown,
        version=shown_version,
        may_change=may_change and shown.subject_kind is FileSubject.NEED,
        form=Form(AttachmentInput, shown, typed=sent, error=error),
        levels={level.value: words for level, words in LEVELS.items()},
    )
