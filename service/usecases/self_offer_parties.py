"""For whom somebody may write a 自荐."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service.actors import Actor
from service.clock import today
from service.models import Expert, ExpertState, OffererKind, Team
from service.permissions import require
from service.usecases import experts, societies
from service.usecases.named import by_name

_MOST = 200


def may_have(session: Session, actor: Actor) -> bool:
    """Whether it is worth offering the form; who may not in the end is told so there."""
    return actor.expert_id is not None or actor.is_staff or bool(societies.choices(session, actor))


def choices(session: Session, actor: Actor, search: str = "") -> dict[str, str]:
    """“kind:id” → name: oneself, the teams one leads, one's societies with their experts and teams; for staff also
    the experts found by name."""
    require(actor, "signed_in")
    cared = [*societies.choices(session, actor).items()] if actor.organizations else []
    own = [key for key, _ in cared if key in actor.organizations]
    found: dict[str, str] = {}
    if actor.expert_id is not None:
        found[f"{OffererKind.EXPERT}:{actor.expert_id}"] = f"{session.get_one(Expert, actor.expert_id).name}（我本人）"
    for team in session.exec(select(Team).where(col(Team.id).in_(sorted(actor.team_ids))).order_by(*by_name(Team))):
        found[f"{OffererKind.TEAM}:{team.id}"] = f"{team.name}（我负责）"
    for key, name in cared:
        if key in actor.organizations:
            found[f"{OffererKind.SOCIETY}:{key}"] = name
    for team in session.exec(select(Team).where(col(Team.society_id).in_(own), col(Team.term_until) >= today())):
        found.setdefault(f"{OffererKind.TEAM}:{team.id}", team.name)
    looked_after = select(Expert).where(col(Expert.society_id).in_(own), Expert.state == ExpertState.VERIFIED)
    for expert in session.exec(looked_after.order_by(*by_name(Expert)).limit(_MOST)):
        found.setdefault(f"{OffererKind.EXPERT}:{expert.id}", expert.name)
    if actor.is_staff and search:
        for expert in experts.page_of(session, actor, search=search)[0]:
            found.setdefault(f"{OffererKind.EXPERT}:{expert.id}", f"{expert.name}，{expert.organization_name}")
    return found
