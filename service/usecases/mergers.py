"""共性需求: a need that says the same joins another one, which then has several owners; and back, within days."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, select

from service import audit
from service.actors import Actor
from service.clock import now
from service.jobs import enqueue
from service.models import Need, NeedFollower, NeedOwner, StatusChange
from service.schemas.need_ties import MergeInput, UnmergeInput
from service.services import Services
from service.usecases.need_acts import refuse_stale
from service.usecases.needs import find
from service.usecases.secrecy import refuse_secrets
from service.workflow.engine import perform
from service.workflow.needs import NEED


def merge(session: Session, services: Services, actor: Actor, need_id: str, given: MergeInput) -> Need:
    """The need joins the target: its owner becomes one of several, its followers go along, its text stays its own."""
    refuse_secrets({"说明": given.note}, services.settings.secrecy_officer)
    need = find(session, actor, need_id, "need.merge")
    target = find(session, actor, given.target_id, "need.merge")
    # Neither may end, or join another one, between here and the commit.
    for each in sorted([need, target], key=lambda row: row.id):
        session.refresh(each, with_for_update=True)
    refuse_stale(need, given.version)
    need.merged_into_id = target.id
    need.unmerge_until = now() + timedelta(days=services.settings.unmerge_days)
    perform(session, NEED, need, "merge", actor, services.clockwork, note=given.note, by_own_form=True)
    _add_owner(session, need, target)
    _move_followers(session, need, target)
    _tell(session, actor, target, "join", given.note)
    session.flush()
    return need


def unmerge(session: Session, services: Services, actor: Actor, need_id: str, given: UnmergeInput) -> Need:
    """Everything is as before: the need waits for its own review, its owner and followers are with it again."""
    refuse_secrets({"说明": given.note}, services.settings.secrecy_officer)
    need = find(session, actor, need_id, "need.merge")
    refuse_stale(need, given.version)
    perform(session, NEED, need, "unmerge", actor, services.clockwork, note=given.note, by_own_form=True)
    target = session.get_one(Need, need.merged_into_id)
    need.merged_into_id = need.unmerge_until = None
    session.flush()
    _remove_owner(session, need, target)
    for follower in session.exec(select(NeedFollower).where(NeedFollower.moved_from_id == need.id)):
        follower.need_id, follower.moved_from_id = need.id, None
        session.add(follower)
    _tell(session, actor, target, "leave", given.note)
    session.flush()
    return need


def _add_owner(session: Session, need: Need, target: Need) -> None:
    if need.organization_id != target.organization_id and _owner(session, need, target) is None:
        session.add(NeedOwner(need_id=target.id, organization_id=need.organization_id))


def _remove_owner(session: Session, need: Need, target: Need) -> None:
    """Unless another need of the same organisation is still part of the target."""
    others = select(Need.id).where(
        Need.merged_into_id == target.id, Need.organization_id == need.organization_id, Need.id != need.id
    )
    owner = _owner(session, need, target)
    if owner is not None and session.exec(others).first() is None:
        session.delete(owner)


def _owner(session: Session, need: Need, target: Need) -> NeedOwner | None:
    wanted = select(NeedOwner).where(NeedOwner.need_id == target.id, NeedOwner.organization_id == need.organization_id)
    return session.exec(wanted).first()


def _move_followers(session: Session, need: Need, target: Need) -> None:
    """Who follows the target already, or owns it, stays where it is."""
    following = select(NeedFollower.organization_id).where(NeedFollower.need_id == target.id)
    there = {*session.exec(following), target.organization_id}
    for follower in session.exec(select(NeedFollower).where(NeedFollower.need_id == need.id)):
        if follower.organization_id not in there:
            follower.need_id, follower.moved_from_id = target.id, need.id
            session.add(follower)


def _tell(session: Session, actor: Actor, target: Need, action: str, note: str) -> None:
    """The other owner: in its history, and by notice. The merged need's own history and notice are the transition's."""
    change = StatusChange(
        subject_kind="need",
        subject_id=target.id,
        action=action,
        source=target.state,
        target=target.state,
        actor_id=actor.signature,
        note=note,
        due_at=target.due_at,
    )
    audit.record_change(session, change, content="\x1f".join((target.state, note)))
    enqueue(session, "notify", key=f"need:{target.id}")
