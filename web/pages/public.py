"""What everybody may read without signing in: needs, teams and achievements on show, and how all of this works."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from service.api.dependencies import City, CurrentActor, PageNumber, Reading, Search, ServicesDep
from service.api.routing import policy
from service.rules import region
from service.rules.consent_purposes import PURPOSES
from service.usecases import ranking_notice, showcase
from service.usecases.paging import paged
from web.listing import listing
from web.render import page
from web.words import COOPERATION_MODES, SOCIETY_LEVELS, industries

router = APIRouter(include_in_schema=False)
Industry = Annotated[str, Query(max_length=3)]


@router.get("/public/needs")
@policy("public")
def show_public_needs(
    request: Request,
    services: ServicesDep,
    session: Reading,
    actor: CurrentActor,
    industry_field: Industry = "",
    city: City = "",
    search: Search = "",
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    found, total = showcase.needs(
        session, actor, industry_field=industry_field, city=city, search=search, sort=sort, page=page_number
    )
    return page(
        request,
        actor,
        "public/needs.html",
        listed=paged(found, total, page_number),
        listing=listing(request, showcase.NEED_ORDERS, sort),
        industry_field=industry_field,
        city=city,
        search=search,
        industries=industries(services.settings).labels,
        cities={code: region.name(code) for code in region.children(f"{services.settings.province}0000")},
    )


@router.get("/public/teams")
@policy("public")
def show_public_teams(
    request: Request,
    session: Reading,
    actor: CurrentActor,
    name: Search = "",
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    found, total = showcase.teams(session, actor, name=name, sort=sort, page=page_number)
    return page(
        request,
        actor,
        "public/teams.html",
        listed=paged(found, total, page_number),
        listing=listing(request, showcase.TEAM_ORDERS, sort),
        name=name,
    )


@router.get("/public/societies")
@policy("public")
def show_public_societies(
    request: Request,
    session: Reading,
    actor: CurrentActor,
    name: Search = "",
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    found, total = showcase.societies(session, actor, name=name, sort=sort, page=page_number)
    return page(
        request,
        actor,
        "public/societies.html",
        listed=paged(found, total, page_number),
        listing=listing(request, showcase.SOCIETY_ORDERS, sort),
        name=name,
        levels=SOCIETY_LEVELS,
    )


@router.get("/public/achievements")
@policy("public")
def show_public_achievements(
    request: Request,
    session: Reading,
    services: ServicesDep,
    actor: CurrentActor,
    industry_field: Industry = "",
    search: Search = "",
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    found, total = showcase.achievements(
        session, actor, industry_field=industry_field, search=search, sort=sort, page=page_number
    )
    return page(
        request,
        actor,
        "public/achievements.html",
        listed=paged(found, total, page_number),
        listing=listing(request, showcase.ACHIEVEMENT_ORDERS, sort),
        industry_field=industry_field,
        search=search,
        industries=industries(services.settings).labels,
        modes=COOPERATION_MODES,
    )


@router.get("/about/guide")
@policy("public")
def show_guide(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    return page(request, actor, "public/guide.html", days=services.settings.deadlines)


@router.get("/about/ranking")
@policy("public")
def show_ranking(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    notice = ranking_notice.notice(actor, services.settings.deadlines)
    return page(request, actor, "public/ranking.html", notice=notice)


@router.get("/about/privacy")
@policy("public")
def show_privacy(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    return page(
        request,
        actor,
        "public/privacy.html",
        purposes=PURPOSES.values(),
        days=services.settings.deadlines,
        officer=services.settings.secrecy_officer,
    )
