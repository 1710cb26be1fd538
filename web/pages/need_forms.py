"""Writing a need: the form, what is kept while it is typed, and the help beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, NeedIndexDep, Reading, ServicesDep
from service.api.routing import policy
from service.disclosure import DEFAULT_LEVELS
from service.errors import AppError, Conflict, KeyReused, Stale
from service.models import NeedAutosave
from service.permissions import require
from service.schemas.autosaves import AutosaveInput
from service.schemas.need_ties import HintsInput, SimilarInput
from service.schemas.needs import NeedInput, NewNeed, SavedNeed, label_of
from service.services import Services
from service.usecases import autosaves, needs, organizations, similar_needs
from service.usecases.need_views import show
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.once import FIELD, done_by_it, fresh_key, once
from web.places import of_province
from web.render import leave_for, page, part
from web.sent import SentForm
from web.words import CHANNELS, LEVELS, industries, service_types

router = APIRouter(include_in_schema=False)
# The field of a form opened as a new one that says which draft the first automatic saving made of it.
_DRAFT = "draft_id"
_SAVED_BEFORE = (
    "这份表单刚才已经保存成一条草稿。下面是您现在填的，核对后再点一次“保存草稿”，就改到那一条上；"
    "要另写一条，请从“写一条需求”重新打开。"
)
_NOT_CONTENT = (FIELD, _DRAFT, "version", "need_id", "organization_id")


@router.get("/needs/new")
@policy("need.create")
def show_new_need(
    request: Request,
    services: ServicesDep,
    session: Reading,
    actor: CurrentActor,
    key: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """key: of this one form; in the address, so that it is the same form when somebody comes Back to it."""
    require(actor, "need.create")
    if not key:
        return leave_for(f"/needs/new?key={fresh_key()}")
    return _new_form(request, services, session, actor, Form(NewNeed, _known(session, actor)), key=key)


@router.post("/needs/new")
@policy("need.create")
def send_new_need(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    draft_id = str(sent.get(_DRAFT, ""))
    if draft_id:
        return send_need_form(request, services, actor, draft_id, sent)
    try:
        given = read(NewNeed, sent)
        with services.database.writing() as session:
            made = once(session, actor, "need.create", sent, lambda: needs.create(session, services, actor, given).id)
    except KeyReused:
        return _saved_before(request, services, actor, sent)
    except AppError as error:
        with services.database.reading() as session:
            return _new_form(request, services, session, actor, Form(NewNeed, typed=sent, error=error), error.status)
    return leave_for(f"/needs/{made}", "草稿已保存。核对无误后，请点“提交审核”。")


def _saved_before(request: Request, services: Services, actor: Actor, sent: FormData) -> Response:
    """Back, and changed: no second need, but the form of the one that it made, with what is typed now."""
    with services.database.reading() as session:
        need = needs.find(session, actor, done_by_it(session, actor, "need.create", sent), "need.edit")
        needs.refuse_unless_editable(need)
        version = need.version or 0
    form = Form(SavedNeed, typed=sent, error=Conflict(_SAVED_BEFORE))
    return _edit_form(request, services, actor, need.id, form, version=version, status=409)


@router.post("/needs/new/autosave")
@policy("need.create")
def send_new_autosave(services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    """The first one makes a draft of it: what is typed is then kept beside that, and found again in the list."""
    draft_id = str(sent.get(_DRAFT, ""))
    if draft_id:
        return send_autosave(services, actor, draft_id, sent)
    if not any(text.strip() for text in _typed(sent).values()):
        return part("needs/_saved.html", kept=None, error="", draft=None)
    try:
        owner = NewNeed.model_validate({"organization_id": str(sent.get("organization_id", ""))})
        with services.database.writing() as session:
            draft = needs.create(session, services, actor, owner)
            # Its version rises with what creating it still writes.
            session.flush()
            given = AutosaveInput.model_validate({"need_version": draft.version or 0, "content": _typed(sent)})
            kept = autosaves.keep(session, services, actor, draft.id, given)
            shown = {"id": draft.id, "version": draft.version}
    except (AppError, ValueError) as error:
        return _not_kept(error)
    answer = part("needs/_saved.html", kept=kept, error="", draft=shown)
    # Reloading, or Back, then finds the draft instead of an empty form.
    answer.headers["HX-Replace-Url"] = f"/needs/{shown['id']}/edit?restore=true"
    return answer


@router.post("/needs/live-help")
@policy("need.create")
def send_live_help(services: ServicesDep, index: NeedIndexDep, actor: CurrentActor, sent: SentForm) -> Response:
    """What is not clear enough yet, and who asked much the same already. Nothing is kept."""
    try:
        hints = similar_needs.hints(services, actor, read(HintsInput, sent))
        content = read(SimilarInput, sent, need_id=str(sent.get(_DRAFT) or sent.get("need_id") or ""))
        with services.database.reading() as session:
            found = similar_needs.similar(session, services, index, actor, content)
    except AppError as error:
        return part("needs/_help.html", error.status, hints=[], found=[], error=error.message, label_of=label_of)
    return part("needs/_help.html", hints=hints, found=found, error="", label_of=label_of)


@router.get("/needs/{need_id}/edit")
@policy("need.edit")
def show_need_form(
    request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, restore: bool = False
) -> Response:
    """restore: with what was being typed, on the version it was typed from: saving tells what changed since."""
    with services.database.reading() as session:
        need = needs.find(session, actor, need_id, "need.edit")
        needs.refuse_unless_editable(need)
        stored = show(session, services.clockwork, actor, need)
        kept = autosaves.show(session, actor, need_id)
    form, version = Form(SavedNeed, stored), stored.version
    if kept is not None and restore:
        form, version = _restored(form, kept), kept.need_version
    waiting = None if restore else kept
    return _edit_form(
        request, services, actor, need_id, form, version=version, autosave=waiting, restored=kept if restore else None
    )


@router.post("/needs/{need_id}/edit")
@policy("need.edit")
def send_need_form(
    request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, sent: SentForm
) -> Response:
    try:
        given = read(SavedNeed, sent)
        with services.database.writing() as session:
            needs.save(session, services, actor, need_id, given)
    except AppError as error:
        pass_on_hiding(error)
        seen = error.details["version"] if isinstance(error, Stale) else sent.get("version", 0)
        form = Form(SavedNeed, typed=sent, error=error)
        return _edit_form(request, services, actor, need_id, form, version=int(str(seen)), status=error.status)
    return leave_for(f"/needs/{need_id}", "已保存。核对无误后，请点“提交审核”。")


@router.post("/needs/{need_id}/autosave")
@policy("need.edit")
def send_autosave(services: ServicesDep, actor: CurrentActor, need_id: str, sent: SentForm) -> Response:
    try:
        seen = {"need_version": str(sent.get("version", "0")), "content": _typed(sent)}
        given = AutosaveInput.model_validate(seen)
        with services.database.writing() as session:
            kept = autosaves.keep(session, services, actor, need_id, given)
    except (AppError, ValueError) as error:
        return _not_kept(error)
    return part("needs/_saved.html", kept=kept, error="", draft=None)


@router.post("/needs/{need_id}/autosave/discard")
@policy("need.edit")
def send_discard(services: ServicesDep, actor: CurrentActor, need_id: str) -> Response:
    with services.database.writing() as session:
        autosaves.discard(session, actor, need_id)
    return leave_for(f"/needs/{need_id}/edit", "上次没保存的内容已丢弃，下面是已保存的内容。")


def _not_kept(error: AppError | ValueError) -> Response:
    """Beside the form, which goes on; who is signed out gets the usual answer, and site.js a warning out of it."""
    if isinstance(error, AppError):
        pass_on_hiding(error)
        return part("needs/_saved.html", 422, kept=None, error=error.message, draft=None)
    return part("needs/_saved.html", 422, kept=None, error="有一栏太长，没有自动保存。请缩短后再试。", draft=None)


def _typed(sent: FormData) -> dict[str, str]:
    """Every field of the form that is content, as it stands there."""
    found = {name: value for name, value in sent.multi_items() if isinstance(value, str)}
    content = {name: text for name, text in found.items() if name not in _NOT_CONTENT and "proxy" not in name}
    return content | {"is_delegated": content.get("is_delegated", "")}


def _restored(form: Form, kept: NeedAutosave) -> Form:
    """What was typed over what is stored. A program may have kept sub-problems one by one, or only some fields."""
    stored = {name: form[name].text for name in NeedInput.model_fields if name != "levels"}
    stored |= {f"levels.{name}": form[f"levels.{name}"].text for name in DEFAULT_LEVELS}
    stored["is_delegated"] = "yes" if form["is_delegated"].value else ""
    parts = [text for name, text in sorted(kept.content.items()) if name.startswith("sub_problems.")]
    typed = {"sub_problems": "\n".join(parts)} if parts else {}
    return Form(SavedNeed, typed=FormData(stored | typed | kept.content))


def _known(session: Session, actor: Actor) -> dict[str, Any]:
    """What the company's last need says already; for the first one, where the company is."""
    mine = organizations.page_of(session, actor, mine=True)[0]
    last = next(iter(needs.page_of(session, actor, mine=True)[0]), None) if mine else None
    if last is not None and last.organization_id in actor.organizations:
        home = next(each for each in mine if each.id == last.organization_id)
        region_code = last.region_code or home.region_code
        return {"organization_id": home.id, "region_code": region_code, "industry_field": last.industry_field}
    return {"organization_id": mine[0].id, "region_code": mine[0].region_code} if len(mine) == 1 else {}


def _new_form(
    request: Request, services: Services, session: Session, actor: Actor, form: Form, status: int = 200, key: str = ""
) -> Response:
    mine = organizations.page_of(session, actor)[0]
    return page(
        request,
        actor,
        "needs/edit.html",
        status,
        form=form,
        address="/needs/new",
        organizations={each.id: each.name for each in mine},
        is_new=True,
        key=key,
        autosave=None,
        restored=None,
        theirs={},
        need_id="",
        **_choices(services),
    )


def _edit_form(
    request: Request,
    services: Services,
    actor: Actor,
    need_id: str,
    form: Form,
    *,
    version: int,
    autosave: NeedAutosave | None = None,
    restored: NeedAutosave | None = None,
    status: int = 200,
) -> Response:
    """version: on which the next attempt builds; after somebody else saved, theirs. autosave: waits to be restored."""
    return page(
        request,
        actor,
        "needs/edit.html",
        status,
        form=form,
        address=f"/needs/{need_id}/edit",
        organizations={},
        is_new=False,
        autosave=autosave,
        restored=restored,
        version=version,
        theirs=_theirs(form),
        need_id=need_id,
        **_choices(services, form),
    )


def _theirs(form: Form) -> dict[str, object]:
    """Label → what somebody else saved meanwhile, in words."""
    if not isinstance(form.error, Stale):
        return {}
    theirs = form.error.details.get("theirs", {})
    assert isinstance(theirs, Mapping)
    return {label_of(name): value for name, value in theirs.items()}


def _choices(services: Services, stored: Form | None = None) -> dict[str, object]:
    """stored: of a need that was filed under words which may no longer be offered."""
    kept = [stored[name].text for name in ("industry_field", "service_type")] if stored else []
    return {
        "industries": industries(services.settings).offered(kept),
        "service_types": service_types(services.settings).offered(kept),
        "levels": {level.value: words for level, words in LEVELS.items()},
        "default_levels": DEFAULT_LEVELS,
        "regions": of_province(services.settings.province),
        "review_days": services.settings.deadlines.review_need,
        "channels": CHANNELS,
    }
