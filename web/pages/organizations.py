"""Organisations: the list, registering one, its page with the verification, and who works for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field
from sqlmodel import Session

from service.actors import Actor
from service.api.dependencies import CurrentActor, PageNumber, Reading, ServicesDep
from service.api.routing import policy
from service.errors import AppError
from service.models import OrganizationState
from service.permissions import is_allowed, require
from service.schemas.common import Line
from service.schemas.memberships import ChangedMembership, EndedMembership, LeftMembership, NewMembership
from service.schemas.organizations import BranchInput, ChangedBranch, OrganizationInput, VerifyInput
from service.services import Services
from service.usecases import accounts, memberships, organizations, society_branches
from service.usecases.paging import paged
from web.forms import Form, read
from web.listing import Chosen, listing
from web.once import once
from web.places import of_province
from web.render import bare, leave_for, page
from web.sent import SentForm
from web.words import CHANNELS, ORGANIZATION_KINDS, ORGANIZATION_STATES, ROLES, SOCIETY_LEVELS

router = APIRouter(include_in_schema=False)


class _Admission(NewMembership):
    """Staff find the account by what its person signs in with; a manager gets its number from the colleague."""

    user_id: str = Field("", max_length=32, description="同事的账号编号：请同事登录后，在“我的账号”页复制给您")
    sign_in_name: Line = Field("", description="本人登录用的手机号、邮箱或用户名，须完整")


class _Verification(VerifyInput):
    note: Line = Field("", description="不通过的原因，或核验依据")


@router.get("/organizations")
@policy("signed_in")
def show_organizations(
    request: Request,
    session: Reading,
    actor: CurrentActor,
    mine: bool = False,
    state: Chosen[OrganizationState] = None,
    name: Annotated[str, Query(max_length=100)] = "",
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    found, total = organizations.page_of(session, actor, mine=mine, state=state, name=name, sort=sort, page=page_number)
    items = organizations.lines(session, found)
    return page(
        request,
        actor,
        "organizations/list.html",
        listed=paged(items, total, page_number),
        listing=listing(request, organizations.ORDERS, sort, mine="true" if mine else ""),
        mine=mine,
        state=state,
        name=name,
        kinds=ORGANIZATION_KINDS,
        levels=SOCIETY_LEVELS,
        states=ORGANIZATION_STATES,
    )


@router.get("/organizations/new")
@policy("organization.register")
def show_new_organization(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    require(actor, "organization.register")
    return _new_form(request, services, actor, Form(OrganizationInput))


@router.post("/organizations/new")
@policy("organization.register")
def send_new_organization(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    require(actor, "organization.register")
    try:
        given = read(OrganizationInput, sent)
        with services.database.writing() as session:
            made = once(
                session,
                actor,
                "organization.register",
                sent,
                lambda: organizations.register(session, services, actor, given).id,
            )
    except AppError as error:
        return _new_form(request, services, actor, Form(OrganizationInput, typed=sent, error=error), error.status)
    days = services.settings.deadlines.verify_organization
    return leave_for(f"/organizations/{made}", f"已登记。当地科协会在 {days} 个工作日内核验，您现在就可以写需求。")


@router.get("/organizations/letter")
@policy("public")
def show_letter(services: ServicesDep) -> Response:
    """授权书, to print, sign and stamp."""
    return bare(services.settings, "organizations/letter.html")


@router.get("/organizations/{organization_id}")
@policy("organization.view")
def show_organization(request: Request, services: ServicesDep, actor: CurrentActor, organization_id: str) -> Response:
    return _page(request, services, actor, organization_id)


@router.post("/organizations/{organization_id}/verify")
@policy("organization.verify")
def send_verification(
    request: Request, services: ServicesDep, actor: CurrentActor, organization_id: str, sent: SentForm
) -> Response:
    try:
        given = read(_Verification, sent, verified=sent.get("verified") == "yes")
        with services.database.writing() as session:
            organizations.verify(
                session,
                services,
                actor,
                organization_id,
                verified=given.verified,
                note=given.note,
                version=given.version,
            )
    except AppError as error:
        form = Form(_Verification, typed=sent, error=error)
        return _refused(request, services, actor, organization_id, "verify", form, error)
    said = "已核验通过。" if given.verified else "已记为不通过，原因会通知对方。"
    return leave_for(f"/organizations/{organization_id}", said)


@router.post("/organizations/{organization_id}/memberships")
@policy("membership.change")
def send_new_member(
    request: Request, services: ServicesDep, actor: CurrentActor, organization_id: str, sent: SentForm
) -> Response:
    try:
        given = read(_Admission, sent)
        with services.database.writing() as session:
            once(
                session,
                actor,
                "membership.admit",
                sent,
                lambda: _admit(session, services, actor, organization_id, given),
            )
    except AppError as error:
        form = Form(_Admission, typed=sent, error=error)
        return _refused(request, services, actor, organization_id, "admit", form, error)
    return leave_for(f"/organizations/{organization_id}", "已加为本单位人员。")


def _admit(session: Session, services: Services, actor: Actor, organization_id: str, given: _Admission) -> str:
    user_id = given.user_id.strip()
    if given.sign_in_name:
        user_id = accounts.find_user(session, actor, given.sign_in_name).id
    content = NewMembership(user_id=user_id, role=given.role, proxy=given.proxy)
    return memberships.admit(session, services, actor, organization_id, content).id


@router.post("/organizations/{organization_id}/memberships/{membership_id}/role")
@policy("membership.change")
def send_role(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    organization_id: str,
    membership_id: str,
    sent: SentForm,
) -> Response:
    try:
        given = read(ChangedMembership, sent)
        with services.database.writing() as session:
            memberships.change_role(session, services, actor, membership_id, given)
    except AppError as error:
        form = Form(ChangedMembership, typed=sent, error=error, place=membership_id)
        return _refused(request, services, actor, organization_id, membership_id, form, error)
    return leave_for(f"/organizations/{organization_id}", "角色已调整。")


@router.post("/organizations/{organization_id}/memberships/{membership_id}/end")
@policy("membership.change")
def send_end(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    organization_id: str,
    membership_id: str,
    sent: SentForm,
) -> Response:
    try:
        given = read(EndedMembership, sent)
        with services.database.writing() as session:
            memberships.end(session, services, actor, membership_id, given)
    except AppError as error:
        form = Form(EndedMembership, typed=sent, error=error, place=membership_id)
        return _refused(request, services, actor, organization_id, membership_id, form, error)
    return leave_for(f"/organizations/{organization_id}", "已结束这位同事的成员关系。")


@router.post("/organizations/{organization_id}/memberships/{membership_id}/leave")
@policy("membership.leave")
def send_leave(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    organization_id: str,
    membership_id: str,
    sent: SentForm,
) -> Response:
    try:
        given = read(LeftMembership, sent)
        with services.database.writing() as session:
            memberships.leave(session, services, actor, membership_id, given)
    except AppError as error:
        form = Form(LeftMembership, typed=sent, error=error)
        return _refused(request, services, actor, organization_id, membership_id, form, error)
    return leave_for("/organizations?mine=true", "您已退出该单位。")


@router.post("/organizations/{organization_id}/branches")
@policy("branch.change")
def send_new_branch(
    request: Request, services: ServicesDep, actor: CurrentActor, organization_id: str, sent: SentForm
) -> Response:
    try:
        given = read(BranchInput, sent)
        with services.database.writing() as session:
            once(
                session,
                actor,
                "branch.found",
                sent,
                lambda: society_branches.found(session, services, actor, organization_id, given).id,
            )
    except AppError as error:
        form = Form(BranchInput, typed=sent, error=error)
        return _refused(request, services, actor, organization_id, "branch", form, error)
    return leave_for(f"/organizations/{organization_id}#branches", f"已设立“{given.name}”。")


@router.post("/organizations/{organization_id}/branches/{branch_id}")
@policy("branch.change")
def send_branch(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    organization_id: str,
    branch_id: str,
    sent: SentForm,
) -> Response:
    try:
        given = read(ChangedBranch, sent)
        with services.database.writing() as session:
            society_branches.change(session, services, actor, branch_id, given)
    except AppError as error:
        form = Form(BranchInput, typed=sent, error=error)
        return _refused(request, services, actor, organization_id, branch_id, form, error)
    return leave_for(f"/organizations/{organization_id}#branches", "已保存。")


def _refused(
    request: Request,
    services: Services,
    actor: Actor,
    organization_id: str,
    failed: str,
    form: Form,
    error: AppError,
) -> Response:
    # Whoever may see the page learns there that an account was not found.
    if error.status == 401 or (error.status == 404 and failed != "admit"):
        raise error
    return _page(request, services, actor, organization_id, failed=failed, form=form, status=error.status)


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    organization_id: str,
    *,
    failed: str = "",
    form: Form | None = None,
    status: int = 200,
) -> Response:
    """failed: the form that was refused: verify, admit, branch, or the membership or branch it is about; it stands open
    with what was typed."""
    with services.database.reading() as session:
        found = organizations.find(session, actor, organization_id)
        shown = organizations.show(session, found)
        may_verify = organizations.may_verify(session, actor, found)
        may_change = memberships.may(session, actor, "membership.change", found)
        sees_people = memberships.may(session, actor, "membership.view", found)
        listed = memberships.page_of(session, actor, organization_id)[0] if sees_people else []
        people = [memberships.line(*each) for each in listed]
        branches = society_branches.listed(session, actor, organization_id)
        may_change_branches = society_branches.may_change(session, actor, found)
    return page(
        request,
        actor,
        "organizations/show.html",
        status,
        organization=shown,
        may_verify=may_verify,
        may_change=may_change,
        may_find=is_allowed(actor, "account.find"),
        sees_people=sees_people,
        people=people,
        branches=branches,
        may_change_branches=may_change_branches,
        branch_form=form if form and failed in {"branch", *(each.id for each in branches)} else Form(BranchInput),
        is_own=organization_id in actor.organizations,
        acts_as_proxy=may_change and organization_id not in actor.organizations,
        failed=failed,
        verification=form if failed == "verify" and form else Form(_Verification),
        admission=form if failed == "admit" and form else Form(_Admission),
        forms={
            each.id: form if form and failed == each.id else Form(EndedMembership, place=each.id) for each in people
        },
        kinds=ORGANIZATION_KINDS,
        levels=SOCIETY_LEVELS,
        states=ORGANIZATION_STATES,
        roles=ROLES,
        channels=CHANNELS,
    )


def _new_form(request: Request, services: Services, actor: Actor, form: Form, status: int = 200) -> Response:
    return page(
        request,
        actor,
        "organizations/new.html",
        status,
        form=form,
        kinds=ORGANIZATION_KINDS,
        levels=SOCIETY_LEVELS,
        without_code="、".join(ORGANIZATION_KINDS[each] for each in organizations.MAY_LACK_CODE),
        regions=of_province(services.settings.province),
        verify_days=services.settings.deadlines.verify_organization,
        channels=CHANNELS,
    )
