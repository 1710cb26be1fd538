"""Following needs, and joining them into one, under /api."""

from __future__ import annotations

from typing import Annotated

from service.api.dependencies import CurrentActor, PageNumber, Reading, ServicesDep, Writing, sorted_by
from service.api.routing import Router, policy
from service.schemas.common import Page
from service.schemas.need_ties import FollowInput, MergeInput, UnmergeInput
from service.schemas.needs import NeedLine, NeedOut
from service.usecases import followers, mergers
from service.usecases.need_views import lines, show
from service.usecases.needs import ORDERS
from service.usecases.paging import paged

router = Router(tags=["需求"])


@router.get("/followed-needs", summary="本单位跟随的需求")
@policy("need.list")
def list_followed_needs(
    session: Reading, actor: CurrentActor, sort: Annotated[str, sorted_by(ORDERS)] = "", page: PageNumber = 1
) -> Page[NeedLine]:
    found, total = followers.followed_needs(session, actor, sort=sort, page=page)
    return paged(lines(session, actor, found), total, page)


@router.post("/needs/{need_id}/followers", status_code=204, summary="跟随一条公开的需求")
@policy("need.follow")
def follow_need(session: Writing, actor: CurrentActor, need_id: str, given: FollowInput) -> None:
    followers.follow(session, actor, need_id, given.organization_id)


@router.delete("/needs/{need_id}/followers/{organization_id}", status_code=204, summary="不再跟随")
@policy("signed_in")
def unfollow_need(session: Writing, actor: CurrentActor, need_id: str, organization_id: str) -> None:
    followers.unfollow(session, actor, need_id, organization_id)


@router.post("/needs/{need_id}/merge", summary="并入另一条需求，成为共性需求")
@policy("need.merge")
def merge_need(
    session: Writing, services: ServicesDep, actor: CurrentActor, need_id: str, given: MergeInput
) -> NeedOut:
    return show(session, services.clockwork, actor, mergers.merge(session, services, actor, need_id, given))


@router.post("/needs/{need_id}/unmerge", summary="撤销合并")
@policy("need.merge")
def unmerge_need(
    session: Writing, services: ServicesDep, actor: CurrentActor, need_id: str, given: UnmergeInput
) -> NeedOut:
    return show(session, services.clockwork, actor, mergers.unmerge(session, services, actor, need_id, given))
