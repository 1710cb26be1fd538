"""A team as one reader may see it."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service.actors import Actor
from service.models import Expert, ExpertState, Organization, Team, TeamKind, TeamMember
from service.people_facts import TeamCase, manages_team, team_term_runs
from service.rules.region import full_name
from service.schemas.teams import TeamLine, TeamMemberOut, TeamOut
from service.usecases.named import by_name

KIND_LABELS = {
    TeamKind.SQUAD: "科技专家服务队",
    TeamKind.CORPS: "科技服务团",
    TeamKind.VOLUNTEER: "科技志愿服务队",
    TeamKind.VILLAGE_GROUP: "进村入户专家小组",
}


def show(session: Session, actor: Actor, case: TeamCase) -> TeamOut:
    """Who has not agreed is named to those who manage the team, and to themselves."""
    team, manages = case.team, manages_team(actor, case)
    people = [member for member in _members(session, actor, team) if manages or member.is_me or member.consented_at]
    leader = _leader(session, team, people, manages=manages)
    return TeamOut(
        id=team.id,
        version=team.version or 0,
        name=team.name,
        kind=team.kind,
        kind_label=KIND_LABELS[team.kind],
        leader_id=leader[0] if leader else None,
        leader=leader[1] if leader else None,
        society_id=team.society_id,
        society=session.get_one(Organization, team.society_id).name,
        region_code=team.region_code,
        region=full_name(team.region_code),
        profile=team.profile,
        term_since=team.term_since,
        term_until=team.term_until,
        term_runs=team_term_runs(actor, case),
        members=people,
        may_edit=manages,
    )


def line(team: Team, society: str) -> TeamLine:
    return TeamLine(
        id=team.id,
        name=team.name,
        kind=team.kind,
        kind_label=KIND_LABELS[team.kind],
        society=society,
        region=full_name(team.region_code),
        term_since=team.term_since,
        term_until=team.term_until,
    )


def _members(session: Session, actor: Actor, team: Team) -> list[TeamMemberOut]:
    """Asked or agreed, the leader first, then by name. Who left the platform is named nowhere any more."""
    found = session.exec(
        select(TeamMember, Expert)
        .join(Expert, col(Expert.id) == col(TeamMember.expert_id))
        .where(TeamMember.team_id == team.id, col(TeamMember.left_at).is_(None), Expert.state != ExpertState.LEFT)
        .order_by(col(Expert.id) != team.leader_id, *by_name(Expert))
    )
    return [
        TeamMemberOut(
            id=member.id,
            expert_id=expert.id,
            name=expert.name,
            professional_title=expert.professional_title,
            organization_name=expert.organization_name,
            is_leader=expert.id == team.leader_id,
            is_me=actor.user_id is not None and expert.user_id == actor.user_id,
            consented_at=member.consented_at,
        )
        for member, expert in found
    ]


def _leader(session: Session, team: Team, people: list[TeamMemberOut], *, manages: bool) -> tuple[str, str] | None:
    """(id, name). Those who manage the team also see a leader who left it, because they have to find another."""
    if manages:
        return team.leader_id, session.get_one(Expert, team.leader_id).name
    return next(((member.expert_id, member.name) for member in people if member.is_leader), None)
