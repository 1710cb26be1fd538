"""Organisations under /api."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from service.api.dependencies import (
    CurrentActor,
    PageNumber,
    Reading,
    ServicesDep,
    Writing,
    sorted_by,
)
from service.api.routing import Router, policy
from service.models import OrganizationState
from service.schemas.common import Page
from service.schemas.organizations import (
    BranchInput,
    BranchOut,
    ChangedBranch,
    OrganizationInput,
    OrganizationOut,
    VerifyInput,
)
from service.usecases import organizations, society_branches
from service.usecases.paging import paged

router = Router(tags=["组织"])


@router.post("/organizations", status_code=201, summary="登记一个组织")
@policy("organization.register")
def register_organization(
    session: Writing, services: ServicesDep, actor: CurrentActor, content: OrganizationInput
) -> OrganizationOut:
    return organizations.show(session, organizations.register(session, services, actor, content))


@router.get("/organizations", summary="组织清单")
@policy("signed_in")
def list_organizations(
    session: Reading,
    actor: CurrentActor,
    mine: bool = False,
    state: OrganizationState | None = None,
    name: Annotated[str, Query(max_length=100, description="名称中的几个字")] = "",
    sort: Annotated[str, sorted_by(organizations.ORDERS)] = "",
    page: PageNumber = 1,
) -> Page[OrganizationOut]:
    found, total = organizations.page_of(session, actor, mine=mine, state=state, name=name, sort=sort, page=page)
    return paged(organizations.lines(session, found), total, page)


@router.get("/organizations/{organization_id}", summary="一个组织的登记信息")
@policy("organization.view")
def show_organization(session: Reading, actor: CurrentActor, organization_id: str) -> OrganizationOut:
    return organizations.show(session, organizations.find(session, actor, organization_id))


@router.post("/organizations/{organization_id}/verify", summary="核验组织")
@policy("organization.verify")
def verify_organization(
    session: Writing, services: ServicesDep, actor: CurrentActor, organization_id: str, given: VerifyInput
) -> OrganizationOut:
    organization = organizations.verify(
        session, services, actor, organization_id, verified=given.verified, note=given.note, version=given.version
    )
    session.flush()
    return organizations.show(session, organization)


@router.get("/organizations/{organization_id}/branches", summary="一个学会的专委会")
@policy("organization.view")
def list_branches(session: Reading, actor: CurrentActor, organization_id: str) -> list[BranchOut]:
    return society_branches.listed(session, actor, organization_id)


@router.post("/organizations/{organization_id}/branches", status_code=201, summary="设立专委会")
@policy("branch.change")
def found_branch(
    session: Writing, services: ServicesDep, actor: CurrentActor, organization_id: str, content: BranchInput
) -> list[BranchOut]:
    society_branches.found(session, services, actor, organization_id, content)
    return society_branches.listed(session, actor, organization_id)


@router.put("/branches/{branch_id}", summary="给专委会改名、停用或重新启用")
@policy("branch.change")
def change_branch(
    session: Writing, services: ServicesDep, actor: CurrentActor, branch_id: str, content: ChangedBranch
) -> list[BranchOut]:
    branch = society_branches.change(session, services, actor, branch_id, content)
    return society_branches.listed(session, actor, branch.society_id)
