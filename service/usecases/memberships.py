"""Who works for an organisation: its managers admit and end, staff of the 科协 do it for them on request."""

from __future__ import annotations

from sqlalchemy import case
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from service import audit
from service.actors import Actor
from service.clock import now
from service.errors import Conflict, Forbidden, Invalid, Stale
from service.jobs import enqueue
from service.models import Association, Membership, MembershipRole, Organization, User
from service.people_facts import People, manages_the_people
from service.permissions import is_allowed, require
from service.schemas.common import ProxyInput
from service.schemas.memberships import (
    ChangedMembership,
    EndedMembership,
    LeftMembership,
    MembershipOut,
    NewMembership,
)
from service.services import Services
from service.usecases.lookup import existing
from service.usecases.named import by_name
from service.usecases.paging import page_of_rows
from service.usecases.proxies import record_proxy

ROLE_LABELS = {MembershipRole.MANAGER: "管理员", MembershipRole.CONTACT: "联系人"}
_NO_MANAGER_LEFT = "这是该组织唯一的管理员。请先把另一位同事设为管理员，或请当地科协代办，再调整这一位。"


def admit(
    session: Session, services: Services, actor: Actor, organization_id: str, content: NewMembership
) -> Membership:
    """As contact or manager. Staff, as proxies, cannot admit themselves."""
    people = _people(session, actor, organization_id, "membership.change")
    _refuse_proxy_without_order(actor, people, content.proxy)
    if content.user_id == actor.user_id and not manages_the_people(actor, people):
        raise Forbidden("代办时不能把自己加进去。如您确实为该组织工作，请由其管理员或另一位同事办理。")
    user = session.get(User, content.user_id)
    if user is None or not user.is_active:
        raise Invalid("没有这个账号，或账号已停用。请向本人核对账号，或请科协查找。", field="user_id")
    _lock(session, organization_id)
    held = _current(organization_id).where(Membership.user_id == user.id)
    known = session.exec(held).first()
    if known is not None:
        raise Conflict(f"这位同事已经是{ROLE_LABELS[known.role]}。如需调整，请修改角色。", field="user_id")
    membership = Membership(user_id=user.id, organization_id=organization_id, role=content.role)
    _done(session, services, actor, membership, "admit", content.proxy)
    return membership


def change_role(
    session: Session, services: Services, actor: Actor, membership_id: str, content: ChangedMembership
) -> Membership:
    """Never leaves the organisation without a manager who can sign in."""
    people, membership = _found(session, actor, membership_id, "membership.change")
    _refuse_proxy_without_order(actor, people, content.proxy)
    _lock(session, membership.organization_id)
    _refuse_gone_or_stale(session, membership, content.version)
    if membership.role is content.role:
        raise Conflict(f"这位同事已经是{ROLE_LABELS[content.role]}，不用再改。请刷新页面。")
    if membership.role is MembershipRole.MANAGER:
        _refuse_last_manager(session, membership)
    membership.role = content.role
    _done(session, services, actor, membership, "change", content.proxy)
    return membership


def end(session: Session, services: Services, actor: Actor, membership_id: str, content: EndedMembership) -> None:
    people, membership = _found(session, actor, membership_id, "membership.change")
    _refuse_proxy_without_order(actor, people, content.proxy)
    _end(session, services, actor, membership, content.version, "end", content.proxy)


def leave(session: Session, services: Services, actor: Actor, membership_id: str, content: LeftMembership) -> None:
    """By the member alone."""
    _, membership = _found(session, actor, membership_id, "membership.leave")
    _end(session, services, actor, membership, content.version, "leave", None)


def may(session: Session, actor: Actor, policy: str, organization: Organization) -> bool:
    """Whether this person may see ("membership.view") or change ("membership.change") its people."""
    people = People(organization, session.get_one(Association, organization.association_id))
    return is_allowed(actor, policy, people)


def page_of(
    session: Session, actor: Actor, organization_id: str, *, page: int = 1
) -> tuple[list[tuple[Membership, str]], int]:
    """((membership, name of the person) of this page, how many in all): managers first, then by name."""
    _people(session, actor, organization_id, "membership.view")
    wanted = (
        select(Membership, User.name)
        .join(User, col(User.id) == col(Membership.user_id))
        .where(Membership.organization_id == organization_id, col(Membership.ended_at).is_(None))
    )
    managers_first = case((col(Membership.role) == MembershipRole.MANAGER, 0), else_=1)
    return page_of_rows(session, wanted, managers_first, *by_name(User), col(Membership.id), page=page)


def show(session: Session, membership: Membership) -> MembershipOut:
    return line(membership, session.get_one(User, membership.user_id).name)


def line(membership: Membership, name: str) -> MembershipOut:
    return MembershipOut(
        id=membership.id,
        version=membership.version or 0,
        user_id=membership.user_id,
        name=name,
        role=membership.role,
        since=membership.created_at,
    )


def _end(
    session: Session,
    services: Services,
    actor: Actor,
    membership: Membership,
    version: int,
    act: str,
    proxy: ProxyInput | None,
) -> None:
    _lock(session, membership.organization_id)
    _refuse_gone_or_stale(session, membership, version)
    if membership.role is MembershipRole.MANAGER:
        _refuse_last_manager(session, membership)
    membership.ended_at = now()
    _done(session, services, actor, membership, act, proxy)


def _people(session: Session, actor: Actor, organization_id: str, policy: str) -> People:
    organization = existing(session, actor, Organization, organization_id)
    people = People(organization, session.get_one(Association, organization.association_id))
    require(actor, policy, people)
    return people


def _found(session: Session, actor: Actor, membership_id: str, policy: str) -> tuple[People, Membership]:
    membership = existing(session, actor, Membership, membership_id)
    organization = session.get_one(Organization, membership.organization_id)
    people = People(organization, session.get_one(Association, organization.association_id), membership)
    require(actor, policy, people)
    return people, membership


def _current(organization_id: str) -> SelectOfScalar[Membership]:
    return select(Membership).where(Membership.organization_id == organization_id, col(Membership.ended_at).is_(None))


def _lock(session: Session, organization_id: str) -> None:
    """One change at a time: two managers who end each other's membership at once would leave none.

    SQLite has one writer anyway and ignores it. Not the row of the organisation: its verification writes that after
    taking the lock of the audit log, which here comes later, and the two would wait for each other.
    """
    session.exec(_current(organization_id).order_by(col(Membership.id)).with_for_update()).all()


def _refuse_gone_or_stale(session: Session, membership: Membership, version: int) -> None:
    # As it is now that nobody else can change it; it was first read before that.
    session.refresh(membership)
    if membership.ended_at is not None:
        raise Conflict("这位同事已经不在该组织的人员里，不用再办。请刷新页面。")
    if membership.version != version:
        raise Stale(
            "您打开之后，这位同事的角色有了变化。请刷新后核对，再办理。",
            details={"version": membership.version, "theirs": {"role": membership.role}},
        )


def _refuse_last_manager(session: Session, membership: Membership) -> None:
    """Managers whose account is disabled cannot admit anybody, so they do not count."""
    others = (
        select(Membership.id)
        .join(User, col(User.id) == col(Membership.user_id))
        .where(
            Membership.organization_id == membership.organization_id,
            Membership.id != membership.id,
            Membership.role == MembershipRole.MANAGER,
            col(Membership.ended_at).is_(None),
            col(User.is_active),
        )
    )
    if session.exec(others).first() is None:
        raise Conflict(_NO_MANAGER_LEFT)


def _refuse_proxy_without_order(actor: Actor, people: People, proxy: ProxyInput | None) -> None:
    if proxy is None and not manages_the_people(actor, people):
        raise Invalid("代办请写明受谁委托、用什么方式、什么时候。", field="proxy")


def _done(
    session: Session, services: Services, actor: Actor, membership: Membership, act: str, proxy: ProxyInput | None
) -> None:
    session.add(membership)
    session.flush()
    if proxy is not None:
        record_proxy(session, services, actor, act, subject_kind="membership", subject_id=membership.id, proxy=proxy)
    enqueue(session, "notify", key=f"membership:{membership.id}")
    audit.record(
        session,
        actor_id=actor.user_id,
        act=f"membership.{act}",
        subject_kind="membership",
        subject_id=membership.id,
        content="\x1f".join((membership.organization_id, membership.user_id, membership.role)),
    )
