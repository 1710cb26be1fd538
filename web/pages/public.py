"""What everybody may read without signing in: needs, teams and achievements on show, and how all of this works."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from service.api.dependencies import City, CurrentActor, PageNumber, Reading, ServicesDep
from service.api.routing import policy
from service.rules.consent_purposes import PURPOSES
from service.rules.region import children, name
from service.usecases import ranking_notice, showcase
from service.usecases.paging import paged
from web.render import page
from web.words import COOPERATION_MODES, industries

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
    page_number: PageNumber = 1,
) -> Response:
    found, total = showcase.needs(session, actor, industry_field=industry_field, city=city, page=page_number)
    return page(
        request,
        actor,
        "public/needs.html",
        listed=paged(found, total, page_number),
        industry_field=industry_field,
        city=city,
        industries=industries(services.settings).labels,
        cities={code: name(code) for code in children(f"{services.settings.province}0000")},
    )


@router.get("/public/teams")
@policy("public")
def show_public_teams(request: Request, session: Reading, actor: CurrentActor, page_number: PageNumber = 1) -> Response:
    found, total = showcase.teams(session, actor, page=page_number)
    listed = paged(found, total, page_number)
    societies = showcase.societies(session, actor)
    return page(request, actor, "public/teams.html", listed=listed, societies=societies)


@router.get("/public/achievements")
@policy("public")
def show_public_achievements(
    request: Request,
    session: Reading,
    services: ServicesDep,
    actor: CurrentActor,
    industry_field: Industry = "",
    page_number: PageNumber = 1,
) -> Response:
    found, total = showcase.achievements(session, actor, industry_field=industry_field, page=page_number)
    return page(
        request,
        actor,
        "public/achievements.html",
        listed=paged(found, total, page_number),
        industry_field=industry_field,
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
