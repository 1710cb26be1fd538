"""The API as an application; the server of the pages adds to it (web.app)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute

from service.api import (
    accounts,
    achievements,
    associations,
    attachments,
    consultations,
    desk,
    experts,
    invitations,
    mailed_links,
    matches,
    memberships,
    needs,
    notices,
    organizations,
    outcomes,
    privacy,
    ranking,
    recommendations,
    referrals,
    self_offers,
    teams,
)
from service.api.crosssite import CrossSiteGuard
from service.api.problems import add_handlers
from service.api.routing import refuse_routes_without_policy
from service.services import Services

MAX_BODY_BYTES = 1 << 20
# A file that is somewhat too large is refused in words, a far larger one by cutting the connection.
OVERSIZE = 3


def create_api(services: Services) -> FastAPI:
    """Raises RuntimeError if a route names no policy."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        services.database.dispose()

    app = FastAPI(
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
    app.add_middleware(CrossSiteGuard)
    add_handlers(app)
    for part in (
        accounts,
        associations,
        organizations,
        memberships,
        experts,
        teams,
        needs,
        desk,
        matches,
        self_offers,
        achievements,
        recommendations,
        invitations,
        attachments,
        referrals,
        consultations,
        outcomes,
        notices,
        mailed_links,
        privacy,
        ranking,
    ):
        app.include_router(part.router, prefix="/api")
    largest = OVERSIZE * services.settings.max_upload_mb << 20
    app.include_router(attachments.uploads, prefix="/api", max_body_size=largest)
    refuse_routes_without_policy(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name
