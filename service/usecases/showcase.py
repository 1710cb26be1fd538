"""What strangers are shown: published needs and achievements by their public fields, and teams that serve.

Made of single fields, not of what a reader who is signed in gets: whatever is added there must not appear here.
"""

from __future__ import annotations

from collections import Counter

from sqlmodel import Session, col, select

from service.actors import STRANGER, Actor
from service.disclosure import Access, may_read, organization_label, owner_label
from service.field_visibility import achievement_title, has_part, need_title
from service.models import Achievement, CooperationMode, Expert, Need, Organization, SocietyBranch, Team
from service.permissions import require
from service.rules.region import Level, full_name, level, name, parent
from service.schemas.showcase import Counts, ShownAchievement, ShownNeed, ShownSociety, ShownTeam
from service.usecases import achievements as achievements_
from service.usecases import needs as needs_
from service.usecases import organizations
from service.usecases import teams as teams_
from service.usecases.achievements import owner_of
from service.usecases.lookup import together
from service.usecases.named import is_named
from service.usecases.paging import Orders, count_of, in_order, page_of_rows
from service.usecases.team_views import KIND_LABELS
from service.visibility import published_achievements, published_needs, serving_teams, verified_societies
from service.workflow.needs import NEED

_PUBLIC = Access.PUBLIC
NEED_ORDERS: Orders = {key: needs_.ORDERS[key] for key in ("created", "title")}
TEAM_ORDERS: Orders = teams_.ORDERS
SOCIETY_ORDERS: Orders = {key: organizations.ORDERS[key] for key in ("name", "region")}
ACHIEVEMENT_ORDERS: Orders = {key: achievements_.ORDERS[key] for key in ("created", "title")}


def needs(
    session: Session,
    actor: Actor,
    *,
    industry_field: str = "",
    city: str = "",
    search: str = "",
    sort: str = "",
    page: int = 1,
) -> tuple[list[ShownNeed], int]:
    """(needs of this page, how many in all). city: of its region; search: a part of the number or a public title."""
    require(actor, "public")
    wanted = published_needs()
    if industry_field:
        wanted = wanted.where(Need.industry_field == industry_field)
    if city:
        wanted = wanted.where(col(Need.region_code).startswith(city[:4], autoescape=True))
    wanted = wanted.where(has_part(search, col(Need.number), need_title(STRANGER)))
    found, total = page_of_rows(session, wanted, *in_order(NEED_ORDERS, sort, STRANGER), page=page)
    _held = together(session, (need.organization_id for need in found), Organization)
    return [_need(session, need) for need in found], total


def teams(
    session: Session, actor: Actor, *, name: str = "", sort: str = "", page: int = 1
) -> tuple[list[ShownTeam], int]:
    """(teams of this page, how many in all); not who is in them. name: a part."""
    require(actor, "public")
    wanted = serving_teams()
    wanted = wanted.where(is_named(Team, name))
    found, total = page_of_rows(session, wanted, *in_order(TEAM_ORDERS, sort, STRANGER), page=page)
    _held = together(session, (team.society_id for team in found), Organization)
    return [_team(session, team) for team in found], total


def achievements(
    session: Session, actor: Actor, *, industry_field: str = "", search: str = "", sort: str = "", page: int = 1
) -> tuple[list[ShownAchievement], int]:
    """(achievements of this page, how many in all). search: a part of the number or a public title."""
    require(actor, "public")
    wanted = published_achievements()
    if industry_field:
        wanted = wanted.where(Achievement.industry_field == industry_field)
    wanted = wanted.where(has_part(search, col(Achievement.number), achievement_title(STRANGER)))
    found, total = page_of_rows(session, wanted, *in_order(ACHIEVEMENT_ORDERS, sort, STRANGER), page=page)
    _held = together(session, (each.organization_id or each.expert_id for each in found), Organization, Expert)
    return [_achievement(session, each) for each in found], total


def counts(session: Session, actor: Actor) -> Counts:
    require(actor, "public")
    return Counts(
        needs=count_of(session, published_needs()),
        teams=count_of(session, serving_teams()),
        achievements=count_of(session, published_achievements()),
    )


def societies(
    session: Session, actor: Actor, *, name: str = "", sort: str = "", page: int = 1
) -> tuple[list[ShownSociety], int]:
    """(verified societies of this page, how many in all). name: a part."""
    require(actor, "public")
    wanted = verified_societies().where(is_named(Organization, name))
    found, total = page_of_rows(session, wanted, *in_order(SOCIETY_ORDERS, sort, STRANGER), page=page)
    ids = [society.id for society in found]
    branches: dict[str, list[str]] = {}
    open_ones = select(SocietyBranch).where(
        col(SocietyBranch.society_id).in_(ids), col(SocietyBranch.closed_at).is_(None)
    )
    for branch in session.exec(open_ones.order_by(col(SocietyBranch.name))):
        branches.setdefault(branch.society_id, []).append(branch.name)
    leading = serving_teams().where(col(Team.society_id).in_(ids))
    led = Counter(team.society_id for team in session.exec(leading))
    return [
        ShownSociety(
            name=society.name,
            society_level=society.society_level,
            region=full_name(society.region_code, " "),
            branches=branches.get(society.id, []),
            teams=led[society.id],
        )
        for society in found
    ], total


def _need(session: Session, need: Need) -> ShownNeed:
    shows_budget = may_read(_PUBLIC, need, "budget")
    return ShownNeed(
        id=need.id,
        number=need.number,
        title=need.title if may_read(_PUBLIC, need, "title") else "",
        state_label=NEED.states[need.state].label,
        owner=organization_label(session.get_one(Organization, need.organization_id), _PUBLIC, need),
        industry_field=need.industry_field,
        service_type=need.service_type,
        city=_city(need.region_code),
        budget_is_shown=shows_budget,
        budget_low_fen=need.budget_low_fen if shows_budget else None,
        budget_high_fen=need.budget_high_fen if shows_budget else None,
        published_on=need.created_at,
    )


def _team(session: Session, team: Team) -> ShownTeam:
    return ShownTeam(
        name=team.name,
        kind_label=KIND_LABELS[team.kind],
        society=session.get_one(Organization, team.society_id).name,
        region=full_name(team.region_code, " "),
        profile=team.profile,
        term_until=team.term_until,
    )


def _achievement(session: Session, found: Achievement) -> ShownAchievement:
    return ShownAchievement(
        number=found.number,
        title=found.title if may_read(_PUBLIC, found, "title") else "",
        summary=found.summary if may_read(_PUBLIC, found, "summary") else "",
        owner=owner_label(owner_of(session, found), _PUBLIC, found),
        industry_field=found.industry_field,
        trl9=found.trl9,
        cooperation_modes=[CooperationMode(each) for each in found.cooperation_modes],
    )


def _city(region_code: str) -> str:
    """A county would tell who of the few there it is."""
    if not region_code:
        return ""
    city = parent(region_code) if level(region_code) is Level.COUNTY else region_code
    return name(city or region_code)
