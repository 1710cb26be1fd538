"""专业委员会、分支机构 of a society: setting one up, renaming and closing it; experts belong to one."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.clock import now
from service.errors import Conflict, Invalid, Stale
from service.models import Association, Expert, Organization, OrganizationKind, OrganizationState, SocietyBranch
from service.people_facts import People
from service.permissions import is_allowed, require
from service.schemas.organizations import BranchInput, BranchOut, ChangedBranch
from service.services import Services
from service.usecases import words
from service.usecases.lookup import existing
from service.usecases.secrecy import refuse_secrets


def listed(session: Session, actor: Actor, society_id: str) -> list[BranchOut]:
    """By name, closed ones last."""
    society = existing(session, actor, Organization, society_id)
    require(actor, "organization.view", society)
    experts = select(func.count()).where(Expert.branch_id == SocietyBranch.id).scalar_subquery()
    wanted = select(SocietyBranch, experts).where(SocietyBranch.society_id == society.id)
    in_order = wanted.order_by(col(SocietyBranch.closed_at).is_not(None), col(SocietyBranch.name))
    return [_shown(branch, count) for branch, count in session.exec(in_order)]


def choices(session: Session, societies: dict[str, str], kept: str | None = None) -> dict[str, str]:
    """id → “society · branch” of the open ones of these societies (id → name), and the one that is kept."""
    of_these = col(SocietyBranch.society_id).in_(sorted(societies))
    is_offered = col(SocietyBranch.closed_at).is_(None) | (col(SocietyBranch.id) == kept)
    wanted = select(SocietyBranch).where(of_these, is_offered).order_by(col(SocietyBranch.name))
    found = session.exec(wanted).all()
    return {each.id: f"{societies[each.society_id]} · {each.name}" for each in found}


def choices_of_expert(session: Session, expert: Expert) -> dict[str, str]:
    """As above, of the society that vouches for them."""
    if expert.society_id is None:
        return {}
    name = session.get_one(Organization, expert.society_id).name
    return choices(session, {expert.society_id: name}, kept=expert.branch_id)


def found(session: Session, services: Services, actor: Actor, society_id: str, content: BranchInput) -> SocietyBranch:
    """By the society's own people, or staff of its place. Raises Conflict for a name that is there already."""
    society = _society(session, actor, society_id)
    branch = SocietyBranch(society_id=society.id, name=_name(session, services, society, content))
    session.add(branch)
    session.flush()
    _audit(session, actor, branch, "found", branch.name)
    return branch


def change(session: Session, services: Services, actor: Actor, branch_id: str, content: ChangedBranch) -> SocietyBranch:
    """Another name, closed, or open again."""
    branch = existing(session, actor, SocietyBranch, branch_id)
    society = _society(session, actor, branch.society_id)
    if branch.version != content.version:
        raise Stale("这个专委会刚刚有改动。请刷新后核对，再办理。", details={"version": branch.version})
    branch.name = _name(session, services, society, content, held=branch.id)
    branch.closed_at = (branch.closed_at or now()) if content.is_closed else None
    session.add(branch)
    session.flush()
    _audit(session, actor, branch, "change", content.model_dump_json())
    return branch


def may_change(session: Session, actor: Actor, society: Organization) -> bool:
    return _can_have(society) and is_allowed(actor, "branch.change", _people(session, society))


def fit_branch(
    session: Session, society_id: str | None, branch_id: str | None, *, held: str | None = None
) -> str | None:
    """The branch an expert of this society may belong to; held: where they are already. Raises Invalid."""
    if branch_id is None:
        return None
    branch = session.get(SocietyBranch, branch_id)
    if branch is None or branch.society_id != society_id:
        raise Invalid("专委会要选推荐学会下设的。请重新选择，或不选。", field="branch_id")
    if branch.closed_at is not None and branch.id != held:
        raise Invalid("这个专委会已经停用。请另选一个，或不选。", field="branch_id")
    return branch.id


def _society(session: Session, actor: Actor, society_id: str) -> Organization:
    society = existing(session, actor, Organization, society_id)
    require(actor, "branch.change", _people(session, society))
    if not _can_have(society):
        raise Conflict("只有核验通过的学会可以设专委会。")
    return society


def _can_have(society: Organization) -> bool:
    return society.kind is OrganizationKind.SOCIETY and society.state is OrganizationState.VERIFIED


def _people(session: Session, society: Organization) -> People:
    return People(society, session.get_one(Association, society.association_id))


def _name(session: Session, services: Services, society: Organization, content: BranchInput, *, held: str = "") -> str:
    """One that no other branch of the society bears; held: the id of the branch that is renamed."""
    refuse_secrets({"名称": content.name}, services.settings.secrecy_officer)
    name = words.line(content.name, "name", 100)
    of_society = select(SocietyBranch.id).where(SocietyBranch.society_id == society.id, SocietyBranch.id != held)
    if session.exec(of_society.where(SocietyBranch.name == name)).first():
        raise Conflict("已经有同名的专委会了。请换一个名称；停用的可以重新启用。", field="name")
    return name


def _shown(branch: SocietyBranch, experts: int) -> BranchOut:
    return BranchOut(
        id=branch.id,
        version=branch.version or 0,
        name=branch.name,
        is_closed=branch.closed_at is not None,
        experts=experts,
    )


def _audit(session: Session, actor: Actor, branch: SocietyBranch, act: str, content: str) -> None:
    audit.record(
        session,
        actor_id=actor.user_id,
        act=f"society_branch.{act}",
        subject_kind="society_branch",
        subject_id=branch.id,
        content=content,
    )
