"""How a need is bound to others, as one reader may see it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from service.actors import Actor
from service.disclosure import Access, access_of, may_read, organization_label
from service.facts import co_owns_need
from service.models import Need, NeedOwner, Organization
from service.permissions import is_allowed
from service.schemas.need_ties import TiesOut
from service.usecases.followers import follower_count

LABEL, JOINED = "共性需求", "已并入共性需求"
_FURTHER_OWNERS = (
    select(Organization)
    .join(NeedOwner, col(NeedOwner.organization_id) == col(Organization.id))
    .where(NeedOwner.need_id == bindparam("need_id"))
    .order_by(col(NeedOwner.created_at), col(NeedOwner.id))
)


def ties(session: Session, actor: Actor, need: Need) -> TiesOut:
    access = access_of(actor, need)
    sees_all = access is Access.ALL
    others = session.exec(_FURTHER_OWNERS, params={"need_id": need.id}).all()
    names: list[str] = []
    if others and (sees_all or co_owns_need(actor, need)):
        author = session.get_one(Organization, need.organization_id)
        names = [organization_label(author, access, need)]
        names += [_name(session, actor, need, other) for other in others]
    return TiesOut(
        label=LABEL if others else "",
        owner_count=1 + len(others),
        owners=names,
        follower_count=follower_count(session, need) if is_allowed(actor, "need.followers", need) else None,
        merged_into_id=need.merged_into_id if sees_all else None,
        unmerge_until=need.unmerge_until if sees_all else None,
        similar_found=need.similar_found if sees_all else None,
        duplicate_answer=need.duplicate_answer if sees_all else None,
    )


def list_labels(session: Session, actor: Actor, needs: Sequence[Need]) -> dict[str, tuple[str, int]]:
    """Need id → (what a list says about ties, owners in all), for those that have any. Whether a need joined another
    one is told to who sees all of it; that one has several owners, to everybody who sees it."""
    told = {
        need.id: need.merged_into_id for need in needs if need.merged_into_id and access_of(actor, need) is Access.ALL
    }
    shared = sorted({*(need.id for need in needs), *told.values()})
    counted = select(NeedOwner.need_id, func.count()).where(col(NeedOwner.need_id).in_(shared))
    others = dict(session.exec(counted.group_by(col(NeedOwner.need_id))).all())
    labels = {need.id: (LABEL, 1 + others[need.id]) for need in needs if need.id in others}
    return labels | {need_id: (JOINED, 1 + others.get(target, 0)) for need_id, target in told.items()}


def _name(session: Session, actor: Actor, need: Need, other: Organization) -> str:
    """As far as one of its own needs in this one shows the name to this reader."""
    own = select(Need).where(Need.merged_into_id == need.id, Need.organization_id == other.id).order_by(col(Need.id))
    merged = session.exec(own).all()
    open_ones = [each for each in merged if may_read(access_of(actor, each), each, "organization")]
    shown = (open_ones or merged)[0]
    return organization_label(other, access_of(actor, shown), shown)
