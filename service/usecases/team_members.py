"""Who is in a team: asked by those who manage it, in it only by their own word, out whenever they like."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.clock import now, today
from service.errors import Conflict, NotFound
from service.jobs import enqueue
from service.models import Expert, ExpertState, Team, TeamMember
from service.people_facts import TeamCase
from service.usecases.consultation_members import end_all
from service.usecases.teams import ask, case_of, find, fit_expert


def invite(session: Session, actor: Actor, team_id: str, expert_id: str) -> TeamCase:
    """Ask a verified expert; until they agree nobody but those who manage the team learns of it."""
    team = find(session, actor, team_id, "team.edit").team
    _refuse_ended(team)
    expert = fit_expert(session, actor, expert_id, "expert_id")
    member = ask(session, team, expert.id)
    if member is None:
        raise Conflict("这位专家已经在团队里，或已收到邀请等待本人同意，不必重复邀请。", field="expert_id")
    return _done(session, actor, team, member, "invite")


def consent(session: Session, actor: Actor, team_id: str) -> TeamCase:
    """By the expert: from now on the team shows the name."""
    team, member = _own_entry(session, actor, team_id)
    if member.consented_at is not None:
        raise Conflict("您已经同意加入这支团队，不用再办。")
    _refuse_ended(team)
    if session.get_one(Expert, member.expert_id).state is not ExpertState.VERIFIED:
        raise Conflict("您的专家画像现在不是“已核验”。请先恢复并请当地科协核验，再同意加入。")
    member.consented_at = now()
    return _done(session, actor, team, member, "consent")


def decline(session: Session, actor: Actor, team_id: str) -> None:
    """By the expert, before agreeing; no reason is asked for."""
    team, member = _own_entry(session, actor, team_id)
    if member.consented_at is not None:
        raise Conflict("您已经同意加入。如不再参加，请选“退出团队”。")
    member.left_at = now()
    _done(session, actor, team, member, "decline")


def leave(session: Session, actor: Actor, team_id: str) -> None:
    """By the expert, at any time, also as the leader: the name is gone at once, the society finds a new leader."""
    team, member = _own_entry(session, actor, team_id)
    if member.consented_at is None:
        raise Conflict("您还没有同意加入。如不参加，请选“谢绝”。")
    member.left_at = now()
    end_all(session, actor, team.id, member.expert_id)
    _done(session, actor, team, member, "leave")


def remove(session: Session, actor: Actor, team_id: str, member_id: str) -> TeamCase:
    """By who manages the team: take out a member, or take back an invitation."""
    team = find(session, actor, team_id, "team.edit").team
    member = session.get(TeamMember, member_id)
    if member is None or member.team_id != team.id:
        raise NotFound()
    if member.left_at is not None:
        raise Conflict("这位专家已经不在团队里，不用再办。请刷新页面。")
    if member.expert_id == team.leader_id:
        raise Conflict("这位专家是负责人，不能直接移出。请先在团队资料里换一位负责人。")
    member.left_at = now()
    end_all(session, actor, team.id, member.expert_id)
    return _done(session, actor, team, member, "remove")


def _own_entry(session: Session, actor: Actor, team_id: str) -> tuple[Team, TeamMember]:
    team = find(session, actor, team_id, "team.consent").team
    member = session.exec(
        select(TeamMember)
        .join(Expert, col(Expert.id) == col(TeamMember.expert_id))
        .where(TeamMember.team_id == team.id, Expert.user_id == actor.user_id, col(TeamMember.left_at).is_(None))
    ).one()
    return team, member


def _refuse_ended(team: Team) -> None:
    if team.term_until < today():
        until = team.term_until
        raise Conflict(f"这支团队的服务期已在 {until.year} 年 {until.month} 月 {until.day} 日结束。请先延长服务期。")


def _done(session: Session, actor: Actor, team: Team, member: TeamMember, act: str) -> TeamCase:
    session.add(member)
    session.flush()
    enqueue(session, "notify", key=f"team_member:{member.id}")
    audit.record(
        session,
        actor_id=actor.user_id,
        act=f"team.{act}",
        subject_kind="team_member",
        subject_id=member.id,
        content="\x1f".join((team.id, member.expert_id)),
    )
    return case_of(session, team)
