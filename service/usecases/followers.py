"""跟随: an organisation with the same problem goes along with somebody else's public need."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Need, NeedFollower, NeedOwner
from service.permissions import is_allowed, require
from service.usecases.needs import ORDERS, find
from service.usecases.paging import in_order, page_of_rows
from service.visibility import visible_needs


def follow(session: Session, actor: Actor, need_id: str, organization_id: str) -> None:
    """By one of the organisation's people; following twice changes nothing."""
    need = find(session, actor, need_id, "need.follow")
    if organization_id not in actor.organizations:
        raise Forbidden("您不是这个组织的联系人，不能替它跟随。请让组织管理员先把您加为联系人。")
    _keep(session, actor, need, organization_id, "organization_id")


def follow_for(session: Session, actor: Actor, need_id: str, organization_id: str, *, field: str) -> None:
    """As the answer to “there are similar ones”, given by whoever hands in for the organisation."""
    need = session.get(Need, need_id)
    if need is None or not is_allowed(actor, "need.follow", need):
        raise Invalid("要跟随的需求已经看不到了，可能刚刚办结或撤回。请重新查看相似需求后再选。", field=field)
    _keep(session, actor, need, organization_id, field)


def unfollow(session: Session, actor: Actor, need_id: str, organization_id: str) -> None:
    """Possible even if the need cannot be seen any more."""
    require(actor, "signed_in")
    followed = _followed(session, need_id, organization_id)
    if followed is None or organization_id not in actor.organizations:
        raise NotFound()
    session.delete(followed)
    _record(session, actor, "need.unfollow", need_id, organization_id)


def may_follow(session: Session, actor: Actor, need: Need) -> list[str]:
    """Which of the actor's organisations could: neither owns it nor follows it yet."""
    if not is_allowed(actor, "need.follow", need):
        return []
    others = sorted({*actor.organizations} - {need.organization_id, *follows(session, actor, need)})
    return [each for each in others if not _owns(session, need.id, each)]


def follows(session: Session, actor: Actor, need: Need) -> list[str]:
    """Which of the actor's organisations do."""
    wanted = select(NeedFollower.organization_id).where(
        NeedFollower.need_id == need.id, col(NeedFollower.organization_id).in_(sorted(actor.organizations))
    )
    return sorted(session.exec(wanted))


def followed_needs(session: Session, actor: Actor, *, sort: str = "", page: int = 1) -> tuple[list[Need], int]:
    """(needs of this page that the actor's organisations follow and the actor may see, how many in all)."""
    require(actor, "need.list")
    followed = select(NeedFollower.need_id).where(col(NeedFollower.organization_id).in_(sorted(actor.organizations)))
    wanted = visible_needs(actor).where(col(Need.id).in_(followed))
    return page_of_rows(session, wanted, *in_order(ORDERS, sort, actor), page=page)


def follower_count(session: Session, need: Need) -> int:
    """Without those who have become owners themselves."""
    owners = select(NeedOwner.organization_id).where(NeedOwner.need_id == need.id)
    wanted = select(func.count(col(NeedFollower.id))).where(
        NeedFollower.need_id == need.id, col(NeedFollower.organization_id).not_in(owners)
    )
    return session.exec(wanted).one()


def _keep(session: Session, actor: Actor, need: Need, organization_id: str, field: str) -> None:
    if need.organization_id == organization_id:
        raise Invalid("这是本单位自己的需求，不用跟随。", field=field)
    if _owns(session, need.id, organization_id):
        raise Conflict("本单位已经是这条共性需求的需求方，不用再跟随。")
    if _followed(session, need.id, organization_id) is not None:
        return
    assert actor.user_id is not None  # "need.follow" and handing in need a person
    session.add(NeedFollower(need_id=need.id, organization_id=organization_id, created_by_id=actor.user_id))
    _record(session, actor, "need.follow", need.id, organization_id)


def _owns(session: Session, need_id: str, organization_id: str) -> bool:
    wanted = select(NeedOwner.id).where(NeedOwner.need_id == need_id, NeedOwner.organization_id == organization_id)
    return session.exec(wanted).first() is not None


def _followed(session: Session, need_id: str, organization_id: str) -> NeedFollower | None:
    wanted = select(NeedFollower).where(
        NeedFollower.need_id == need_id, NeedFollower.organization_id == organization_id
    )
    return session.exec(wanted).first()


def _record(session: Session, actor: Actor, act: str, need_id: str, organization_id: str) -> None:
    audit.record(
        session, actor_id=actor.user_id, act=act, subject_kind="need", subject_id=need_id, content=organization_id
    )
