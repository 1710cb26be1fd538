"""The server's application: the interface under /api, and the pages."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from service.api.routing import refuse_routes_without_policy
from service.app import OVERSIZE, create_api
from service.matcher import Matcher
from service.services import Services
from web import assets, errors
from web.pages import (
    accounts,
    achievements,
    administration,
    approvals,
    associations,
    call_requests,
    calls,
    consultations,
    demo,
    desk,
    dictionaries,
    erasures,
    expert_consents,
    experts,
    first_steps,
    follow_ups,
    home,
    invitations,
    inviting,
    mailed_links,
    matches,
    me,
    need_files,
    need_forms,
    need_staff,
    needs,
    notices,
    organizations,
    proxies,
    proxy_links,
    public,
    ranking_objections,
    recommendations,
    referrals,
    replies,
    self_offers,
    settings,
    teams,
    today,
    told,
    users,
    work_calendar,
)
from web.security import PageHeaders, SecureCookies


def create_app(services: Services, matcher: Matcher | None = None) -> FastAPI:
    """matcher: as for create_api. Raises RuntimeError if a route names no policy."""
    app = create_api(services, matcher)
    for part in (
        home,
        public,
        accounts,
        mailed_links,
        me,
        notices,
        organizations,
        matches,
        recommendations,
        need_forms,
        needs,
        need_files,
        proxies,
        ranking_objections,
        erasures,
        proxy_links,
        today,
        invitations,
        consultations,
        follow_ups,
        experts,
        expert_consents,
        teams,
        self_offers,
        desk,
        calls,
        call_requests,
        need_staff,
        told,
        inviting,
        referrals,
        users,
        associations,
        achievements,
        approvals,
        administration,
        settings,
        work_calendar,
        dictionaries,
        first_steps,
        replies,
    ):
        app.include_router(part.router)
    largest = OVERSIZE * services.settings.max_upload_mb << 20
    for uploads in (approvals.uploads, consultations.uploads, need_files.uploads):
        app.include_router(uploads, max_body_size=largest)
    if services.settings.demo:
        app.include_router(demo.router)
    app.include_router(assets.router)
    errors.add_handlers(app)
    app.add_middleware(PageHeaders)
    app.add_middleware(SecureCookies)
    # No page repeats what came with the request beside a secret that stays the same: there are no tokens against forged
    # requests in pages, and keys of forms are new each time. So compressing them gives nothing away (BREACH).
    app.add_middleware(GZipMiddleware, minimum_size=1_000)
    refuse_routes_without_policy(app)
    return app
