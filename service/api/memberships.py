"""Who works for an organisation, under /api."""

from __future__ import annotations

from service.api.dependencies import CurrentActor, PageNumber, Reading, ServicesDep, Writing
from service.api.routing import Router, policy
from service.schemas.common import Page
from service.schemas.memberships import (
    ChangedMembership,
    EndedMembership,
    LeftMembership,
    MembershipOut,
    NewMembership,
)
from service.usecases import memberships
from service.usecases.paging import paged

router = Router(tags=["组织"])


@router.get("/organizations/{organization_id}/memberships", summary="一个组织的人员")
@policy("membership.view")
def list_memberships(
    session: Reading,
    actor: CurrentActor,
    organization_id: str,
    page: PageNumber = 1,
) -> Page[MembershipOut]:
    found, total = memberships.page_of(session, actor, organization_id, page=page)
    items = [memberships.line(membership, name) for membership, name in found]
    return paged(items, total, page)


@router.post("/organizations/{organization_id}/memberships", status_code=201, summary="加为联系人或管理员")
@policy("membership.change")
def admit_member(
    session: Writing, services: ServicesDep, actor: CurrentActor, organization_id: str, content: NewMembership
) -> MembershipOut:
    return memberships.show(session, memberships.admit(session, services, actor, organization_id, content))


@router.put("/memberships/{membership_id}", summary="调整角色")
@policy("membership.change")
def change_membership(
    session: Writing, services: ServicesDep, actor: CurrentActor, membership_id: str, content: ChangedMembership
) -> MembershipOut:
    return memberships.show(session, memberships.change_role(session, services, actor, membership_id, content))


@router.post("/memberships/{membership_id}/end", status_code=204, summary="结束一个人的成员关系")
@policy("membership.change")
def end_membership(
    session: Writing, services: ServicesDep, actor: CurrentActor, membership_id: str, content: EndedMembership
) -> None:
    memberships.end(session, services, actor, membership_id, content)


@router.post("/memberships/{membership_id}/leave", status_code=204, summary="本人退出组织")
@policy("membership.leave")
def leave_organization(
    session: Writing, services: ServicesDep, actor: CurrentActor, membership_id: str, content: LeftMembership
) -> None:
    memberships.leave(session, services, actor, membership_id, content)
