"""What the candidates on a list are compared by, as far as this reader may know it."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import Session, col, select

from service.actors import Actor
from service.clock import today
from service.models import Expert, ExpertState, Need, Organization, SocietyBranch, Team, TeamMember
from service.people_facts import expert_is_listed, sees_all_of_expert
from service.rules.region import shared_level
from service.schemas.recommendations import RecommendedFacts
from service.usecases.capacity import left_this_month


def facts_of(session: Session, actor: Actor, need: Need, expert: Expert, team: Team | None) -> RecommendedFacts:
    """expert: the candidate, or the leader of the team. A company learns no more than the catalogue tells it: whether
    somebody can still be asked, never how often."""
    sees_all = sees_all_of_expert(actor, expert)
    society_id = team.society_id if team else expert.society_id
    branch_id = None if team else expert.branch_id
    is_told = team is not None or sees_all or expert_is_listed(actor, expert)
    term_runs = team is not None and team.term_since <= today() <= team.term_until
    return RecommendedFacts(
        society=session.get_one(Organization, society_id).name if society_id and is_told else None,
        branch=session.get_one(SocietyBranch, branch_id).name if branch_id and is_told else None,
        near=shared_level(team.region_code if team else expert.region_code, need.region_code),
        service_types=expert.service_types if sees_all else None,
        left_this_month=left_this_month(session, expert) if sees_all else None,
        members=_members(session, team) if team and term_runs else None,
        term_since=team.term_since if team else None,
        term_until=team.term_until if team else None,
    )


def _members(session: Session, team: Team) -> int:
    """Who agreed, and is still on the platform."""
    found = (
        select(func.count())
        .select_from(TeamMember)
        .join(Expert, col(Expert.id) == col(TeamMember.expert_id))
        .where(
            TeamMember.team_id == team.id,
            col(TeamMember.left_at).is_(None),
            col(TeamMember.consented_at).is_not(None),
            Expert.state != ExpertState.LEFT,
        )
    )
    return session.exec(found).one()
