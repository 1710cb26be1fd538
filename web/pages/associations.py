"""The tree of 科协 and who works where."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.associations import association_out, post_out
from service.api.dependencies import CurrentActor, ServicesDep
from service.api.routing import policy
from service.clock import today
from service.errors import AppError, Invalid, NotFound
from service.models import AssociationKind, AssociationLevel, PostRole
from service.permissions import is_allowed
from service.rules import region as regions
from service.schemas.accounts import FindUserInput
from service.schemas.associations import AssociationChange, AssociationInput, DepartmentInput, EndPostInput, PostInput
from service.services import Services
from service.usecases import accounts, associations
from web.forms import Form, FormInvalid, read
from web.once import once
from web.render import leave_for, page
from web.sent import SentForm

router = APIRouter(include_in_schema=False)
# Of what was refused: the association itself.
_CHANGE = "change"
LEVELS = {
    AssociationLevel.PROVINCE.value: "省级",
    AssociationLevel.CITY.value: "市州级",
    AssociationLevel.COUNTY.value: "县市区级",
    AssociationLevel.MEMBER.value: "企业、高校、园区科协",
}
KINDS = {
    AssociationKind.REGIONAL.value: "地方科协",
    AssociationKind.ENTERPRISE.value: "企业科协",
    AssociationKind.UNIVERSITY.value: "高校科协",
    AssociationKind.PARK.value: "园区科协",
}
ROLES = {
    PostRole.CLERK.value: "经办",
    PostRole.LEAD.value: "负责人",
    PostRole.SECRECY_OFFICER.value: "保密员",
    PostRole.TECH_MANAGER.value: "技术经理人",
}


@router.get("/associations")
@policy("signed_in")
def show_associations(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    return _tree(request, services, actor)


@router.post("/associations")
@policy("association.change")
def send_association(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    try:
        given = read(AssociationInput, sent)
        with services.database.writing() as session:
            made = once(
                session,
                actor,
                "association.found",
                sent,
                lambda: associations.found(session, services, actor, **given.model_dump()).id,
            )
    except AppError as error:
        if error.status in (401, 403):
            raise
        return _tree(request, services, actor, sent, error)
    return leave_for(f"/associations/{made}", "已设立。请任命工作人员。")


@router.get("/associations/{association_id}")
@policy("association.posts")
def show_association(request: Request, services: ServicesDep, actor: CurrentActor, association_id: str) -> Response:
    return _association(request, services, actor, association_id)


@router.post("/associations/{association_id}")
@policy("association.change")
def send_change(
    request: Request, services: ServicesDep, actor: CurrentActor, association_id: str, sent: SentForm
) -> Response:
    try:
        given = read(AssociationChange, sent)
        with services.database.writing() as session:
            associations.change(session, services, actor, association_id, given)
    except AppError as error:
        if error.status in (401, 403, 404):
            raise
        return _association(request, services, actor, association_id, sent, error, failed=_CHANGE)
    return leave_for(f"/associations/{association_id}", "已保存。")


@router.post("/associations/{association_id}/posts/{post_id}")
@policy("association.change")
def send_department(
    request: Request, services: ServicesDep, actor: CurrentActor, association_id: str, post_id: str, sent: SentForm
) -> Response:
    try:
        given = read(DepartmentInput, sent)
        with services.database.writing() as session:
            associations.change_department(session, services, actor, post_id, given)
    except AppError as error:
        if error.status in (401, 403, 404):
            raise
        return _association(request, services, actor, association_id, error=error, failed=post_id)
    return leave_for(f"/associations/{association_id}", "部门已保存。")


@router.post("/associations/{association_id}/posts")
@policy("association.change")
def send_appointment(
    request: Request, services: ServicesDep, actor: CurrentActor, association_id: str, sent: SentForm
) -> Response:
    """Whom: by what the person signs in with."""
    try:
        with services.database.reading() as session:
            try:
                user = accounts.find_user(session, actor, str(sent.get("name", "")))
            except NotFound as error:
                raise Invalid(error.message, field="user_id") from None
            user_id = user.id
        given = read(PostInput, sent, user_id=user_id)
        with services.database.writing() as session:
            associations.appoint(session, services, actor, association_id=association_id, **given.model_dump())
    except AppError as error:
        if error.status in (401, 403, 404):
            raise
        return _association(request, services, actor, association_id, sent, error)
    return leave_for(f"/associations/{association_id}", "已任命。")


@router.post("/associations/{association_id}/posts/{post_id}/end")
@policy("association.change")
def send_end(
    request: Request, services: ServicesDep, actor: CurrentActor, association_id: str, post_id: str, sent: SentForm
) -> Response:
    try:
        given = read(EndPostInput, sent)
        with services.database.writing() as session:
            associations.end_post(session, actor, post_id, until=given.until)
    except AppError as error:
        if error.status in (401, 403, 404):
            raise
        return _association(request, services, actor, association_id, error=error, failed=post_id)
    return leave_for(f"/associations/{association_id}", "已登记离岗。手上的需求请在“移交”里交给同事。")


def _tree(
    request: Request, services: Services, actor: Actor, sent: FormData | None = None, error: AppError | None = None
) -> Response:
    with services.database.reading() as session:
        rows = associations.all_of(session, actor)
        shown = [(association_out(each), each.path.count("/") - 1) for each in rows]
    return page(
        request,
        actor,
        "associations/tree.html",
        error.status if error else 200,
        rows=shown,
        sees_posts=is_allowed(actor, "association.posts"),
        may_change=is_allowed(actor, "association.change"),
        form=Form(AssociationInput, {"kind": AssociationKind.REGIONAL.value}, typed=sent, error=error),
        levels=LEVELS,
        kinds=KINDS,
        regions=_regions(services),
    )


def _regions(services: Services) -> dict[str, str]:
    """Code → name, of the province and all in it."""
    top = f"{services.settings.province}0000"
    codes = [top, *(code for city in regions.children(top) for code in _with(city))]
    return {code: regions.full_name(code, " ") for code in codes}


def _with(city: str) -> list[str]:
    return [city, *regions.children(city)]


def _association(
    request: Request,
    services: Services,
    actor: Actor,
    association_id: str,
    sent: FormData | None = None,
    error: AppError | None = None,
    failed: str = "",
) -> Response:
    """failed: the post whose end or change was refused, or _CHANGE; none: the appointment."""
    with services.database.reading() as session:
        posts = [post_out(post, name) for post, name in associations.posts(session, actor, association_id)]
        known = {each.id: each for each in associations.all_of(session, actor)}
        if association_id not in known:
            raise NotFound()
        shown = association_out(known[association_id])
        parent = known.get(shown.parent_id or "")
    day = today()
    is_change = failed == _CHANGE
    form = Form(
        PostInput, {"since": day}, typed=None if is_change else sent, error=None if failed else _found_error(error)
    )
    return page(
        request,
        actor,
        "associations/show.html",
        error.status if error else 200,
        association=shown,
        parent=parent,
        current=[each for each in posts if each.until is None or each.until >= day],
        past=[each for each in posts if each.until is not None and each.until < day],
        may_change=is_allowed(actor, "association.change"),
        form=form,
        find_form=Form(FindUserInput, typed=None if is_change else sent),
        change_form=Form(
            AssociationChange, shown, typed=sent if is_change else None, error=error if is_change else None
        ),
        end_form=Form(EndPostInput, {"until": day}, error=None if is_change else error),
        failed=failed,
        regions={shown.region_code: regions.full_name(shown.region_code, " ")} | _regions(services),
        levels=LEVELS,
        roles=ROLES,
    )


def _found_error(error: AppError | None) -> AppError | None:
    """Whom it is about stands in the field “name” of the page."""
    if isinstance(error, FormInvalid) or error is None or error.field != "user_id":
        return error
    return FormInvalid({"user_id": error.message})
