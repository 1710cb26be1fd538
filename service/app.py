"""The API as an application; the server of the pages adds to it (web.app)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from service.api import (
    accounts,
    achievements,
    approvals,
    associations,
    attachments,
    calls,
    consultations,
    desk,
    docs,
    experts,
    health,
    invitations,
    mailed_links,
    matches,
    memberships,
    need_drafts,
    need_ties,
    needs,
    notices,
    organizations,
    outcomes,
    privacy,
    proxies,
    ranking,
    recommendations,
    referrals,
    self_offers,
    stored_settings,
    teams,
    upkeep,
)
from service.api.address import AddressGuard
from service.api.crosssite import CrossSiteGuard
from service.api.description import described
from service.api.problems import add_handlers
from service.api.request_log import RequestLog
from service.api.routing import kept_routes, refuse_routes_done_twice, refuse_routes_without_policy, route_policies
from service.api.too_large import TooLarge
from service.matcher import Matcher
from service.need_index import NeedIndex
from service.services import Services

MAX_BODY_BYTES = 1 << 20
# A file that is somewhat too large is refused in words, a far larger one by cutting the connection.
OVERSIZE = 3


class _Api(FastAPI):
    def build_middleware_stack(self) -> ASGIApp:
        """The limit of a body is outside of all middleware; what numbers every request has to be outside of that."""
        return RequestLog(TooLarge(super().build_middleware_stack()))

    def openapi(self) -> dict[str, Any]:
        """In Chinese, with groups, policies and errors."""
        if self.openapi_schema is None:
            policies = {
                (method.lower(), each.path): each.policy for each in route_policies(self) for method in each.methods
            }
            self.openapi_schema = described(super().openapi(), policies, kept_routes(self))
        return self.openapi_schema


def create_api(services: Services, matcher: Matcher | None = None) -> FastAPI:
    """matcher: the worker's, where both are one process; without one nobody is told where somebody else would rank.

    Raises RuntimeError if a route names no policy, or would do twice what is asked twice under one key."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # The first who types would wait for it otherwise.
        app.state.need_index.start(services.database)
        yield
        services.database.dispose()

    app = _Api(
        title="科创揭榜台接口",
        description="企业发布技术需求，科协审核、匹配、推荐，专家应答。所有时间为 UTC，金额单位为分。",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        max_body_size=MAX_BODY_BYTES,
        generate_unique_id_function=_operation_id,
    )
    app.state.services = services
    app.state.need_index = NeedIndex()
    app.state.matcher = matcher
    app.add_middleware(CrossSiteGuard)
    app.add_middleware(AddressGuard)
    add_handlers(app)
    for part in (
        accounts,
        approvals,
        associations,
        organizations,
        memberships,
        experts,
        teams,
        need_drafts,
        needs,
        need_ties,
        desk,
        matches,
        self_offers,
        achievements,
        recommendations,
        invitations,
        attachments,
        referrals,
        calls,
        consultations,
        outcomes,
        notices,
        mailed_links,
        privacy,
        proxies,
        ranking,
        upkeep,
        stored_settings,
        docs,
    ):
        app.include_router(part.router, prefix="/api")
    largest = OVERSIZE * services.settings.max_upload_mb << 20
    app.include_router(attachments.uploads, prefix="/api", max_body_size=largest)
    app.include_router(health.router)
    refuse_routes_without_policy(app)
    refuse_routes_done_twice(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name
