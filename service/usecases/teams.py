"""Teams (服务团、服务队): founding and changing one, finding and listing them. Their people: team_members."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.clock import today
from service.errors import Conflict, Invalid, Stale
from service.jobs import enqueue
from service.models import (
    Expert,
    ExpertState,
    Organization,
    Team,
    TeamKind,
    TeamMember,
)
from service.people_facts import TeamCase
from service.permissions import POLICIES, require
from service.rules.consent_purposes import TEAMS
from service.rules.plain_text import identity_key
from service.schemas.teams import SavedTeam, TeamInput
from service.services import Services
from service.usecases import words
from service.usecases.consent_log import agrees
from service.usecases.lookup import existing
from service.usecases.named import by_name, is_named
from service.usecases.organizations import verified_society
from service.usecases.paging import Orders, by, in_order, page_of_rows
from service.usecases.places import association_for
from service.usecases.secrecy import refuse_secrets
from service.visibility import teams_of_person, visible_teams

ORDERS: Orders = {
    "name": by("名称", *by_name(Team)),
    "until": by("服务期满", col(Team.term_until), *by_name(Team)),
}


def found(session: Session, services: Services, actor: Actor, content: TeamInput) -> Team:
    """By staff in scope of its region or the lead society's people. The leader is asked like every other member."""
    refuse_secrets(_texts(content), services.settings.secrecy_officer)
    require(actor, "signed_in")
    team = Team.model_validate(content.model_dump())
    _write(session, actor, team, content, "team.found")
    _refuse_unfit(session, actor, content, leader=True, society=True)
    session.add(team)
    # The entry below refers to it.
    session.flush()
    _done(session, actor, team, "found", content, asked=ask(session, team, team.leader_id))
    return team


def save(session: Session, services: Services, actor: Actor, team_id: str, content: SavedTeam) -> TeamCase:
    """Replace what the team says of itself. Raises Stale, with what is stored, if somebody saved in between.

    A former leader stays a member, a new one is asked. Nobody gives a team to a region or society not theirs.
    """
    refuse_secrets(_texts(content), services.settings.secrecy_officer)
    team = find(session, actor, team_id, "team.edit").team
    _refuse_stale(team, content)
    changed = {name: getattr(team, name) != getattr(content, name) for name in ("leader_id", "society_id")}
    _write(session, actor, team, content, "team.edit")
    _refuse_unfit(session, actor, content, leader=changed["leader_id"], society=changed["society_id"])
    session.add(team)
    session.flush()
    asked = ask(session, team, team.leader_id) if changed["leader_id"] else None
    _done(session, actor, team, "save", content, asked=asked)
    return case_of(session, team)


def find(session: Session, actor: Actor, team_id: str, policy: str = "team.view") -> TeamCase:
    """Raises NotFound alike for what does not exist and for what this person may not see."""
    case = case_of(session, existing(session, actor, Team, team_id))
    require(actor, policy, case)
    return case


def page_of(
    session: Session,
    actor: Actor,
    *,
    asks_me: bool = False,
    name: str = "",
    kind: TeamKind | None = None,
    sort: str = "",
    page: int = 1,
) -> tuple[list[tuple[Team, str]], int]:
    """((team, name of its lead society) of this page, how many in all).

    asks_me: only those that wait for the actor's own consent; name: a part.
    """
    require(actor, "team.list")
    wanted = visible_teams(actor)
    if asks_me:
        unanswered = teams_of_person(actor).where(col(TeamMember.consented_at).is_(None))
        wanted = wanted.where(col(Team.id).in_(unanswered))
    wanted = wanted.where(is_named(Team, name))
    if kind is not None:
        wanted = wanted.where(Team.kind == kind)
    teams, total = page_of_rows(session, wanted, *in_order(ORDERS, sort, actor), page=page)
    leading = col(Organization.id).in_({team.society_id for team in teams})
    names = dict(session.exec(select(Organization.id, Organization.name).where(leading)).all())
    return [(team, names[team.society_id]) for team in teams], total


def case_of(session: Session, team: Team) -> TeamCase:
    """The team with what its rules look at."""
    users = session.exec(
        select(Expert.user_id)
        .join(TeamMember, col(TeamMember.expert_id) == col(Expert.id))
        .where(TeamMember.team_id == team.id, col(TeamMember.left_at).is_(None), col(Expert.user_id).is_not(None))
    )
    path = association_for(session, team.region_code).path
    return TeamCase(team, path, frozenset(user for user in users if user), today())


def ask(session: Session, team: Team, expert_id: str) -> TeamMember | None:
    """The entry of an expert who has now to agree; None if they are asked or a member already."""
    member = session.exec(
        select(TeamMember).where(TeamMember.team_id == team.id, TeamMember.expert_id == expert_id)
    ).first()
    if member is not None and member.left_at is None:
        return None
    member = member or TeamMember(team_id=team.id, expert_id=expert_id)
    # Who left and is asked again has not agreed again.
    member.consented_at, member.left_at = None, None
    session.add(member)
    session.flush()
    return member


def fit_expert(session: Session, actor: Actor, expert_id: str, field: str) -> Expert:
    """A verified expert whom the actor may see. Raises Invalid alike for unknown and invisible ones."""
    expert = session.get(Expert, expert_id)
    if expert is None or not POLICIES["expert.view"].sees(actor, expert):
        raise Invalid("没有找到这位专家。请从专家名录里选择，或先请当地科协录入。", field=field)
    if expert.state is not ExpertState.VERIFIED:
        raise Invalid("只有已核验的专家能加入服务团队。请先在专家页面办完认领和核验。", field=field)
    if not agrees(session, expert.id, TEAMS):
        raise Invalid("这位专家不接受服务团队的邀请。请另选一位，或与本人商定后由本人打开。", field=field)
    return expert


def _write(session: Session, actor: Actor, team: Team, content: TeamInput, policy: str) -> None:
    """The team as it will be must be the actor's to manage as well; nothing is stored before that is certain."""
    with session.no_autoflush:
        team.region_code, team.society_id = words.region(content.region_code), content.society_id
        require(actor, policy, case_of(session, team))
        name = words.line(content.name, "name", 100)
        if not identity_key(name):
            raise Invalid("团队名称里要有文字。", field="name")
        if content.term_until < content.term_since:
            raise Invalid("服务期的结束日期早于开始日期，请核对。", field="term_until")
        if session.exec(select(Team.id).where(Team.name == name, Team.id != team.id)).first():
            raise Conflict("已经有同名的服务团队。请换一个名称，例如加上地区或年份。", field="name")
        team.name, team.profile = name, words.paragraphs(content.profile, "profile")
        team.kind, team.leader_id = content.kind, content.leader_id
        team.term_since, team.term_until = content.term_since, content.term_until


def _refuse_unfit(session: Session, actor: Actor, content: TeamInput, *, leader: bool, society: bool) -> None:
    """What is not new is not asked again: a profile can be corrected while the leader pauses."""
    with session.no_autoflush:
        if leader:
            fit_expert(session, actor, content.leader_id, "leader_id")
        if society:
            verified_society(session, content.society_id)


def _refuse_stale(team: Team, content: SavedTeam) -> None:
    if team.version == content.version:
        return
    stored = TeamInput.model_validate(team.model_dump(include=set(TeamInput.model_fields))).model_dump(mode="json")
    wanted = content.model_dump(mode="json")
    raise Stale(
        "您打开之后，这支团队的资料有了变化。两边的内容都在：请对照后再保存。",
        details={
            "version": team.version,
            "theirs": {name: value for name, value in stored.items() if value != wanted[name]},
        },
    )


def _texts(content: TeamInput) -> dict[str, str]:
    return {"团队名称": content.name, "团队简介": content.profile}


def _done(
    session: Session, actor: Actor, team: Team, act: str, content: TeamInput, *, asked: TeamMember | None
) -> None:
    enqueue(session, "index.refresh", key=f"team:{team.id}")
    if asked is not None:
        enqueue(session, "notify", key=f"team_member:{asked.id}")
    audit.record(
        session,
        actor_id=actor.user_id,
        act=f"team.{act}",
        subject_kind="team",
        subject_id=team.id,
        content=content.model_dump_json(),
    )
