"""Who is to call somebody who asked for it: their society, or the 科协 that the matter lies with."""

from __future__ import annotations

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from service.actors import Actor
from service.call_facts import Asked
from service.models import Association, CallRequest, CallWish, Expert, Membership, Need, Organization, SelfOffer, User
from service.usecases.circles import active, clerks, members, standing_in
from service.usecases.recipients import Recipient

# What a request hangs on: a need, or for an expert's own affairs the expert.
Ground = Need | Expert


def ground_of(about: Asked) -> Ground:
    return about if isinstance(about, Expert) else about.need


def society_for(session: Session, actor: Actor, about: Asked) -> str | None:
    """The society that can help the expert who asks: theirs, or the one that leads the team that offers."""
    if actor.expert_id is None:
        return None
    expert = session.get_one(Expert, actor.expert_id)
    is_offer = not isinstance(about, Expert) and isinstance(about.subject, SelfOffer)
    society_id = about.society_id if is_offer else expert.society_id
    return society_id if society_id and _others(session, society_id, expert) else None


def is_for_society(about: Asked, wish: CallWish) -> bool:
    """What is about a need is first the clerk's; an expert's own affairs are first the society's."""
    return isinstance(about, Expert) or wish is CallWish.DO_FOR_ME


def callers(session: Session, request: CallRequest, ground: Ground) -> list[Recipient]:
    """Never who asks: whoever is left in the society, or who handles the need, or the clerks of the place."""
    asker = session.get(Expert, request.asked_by)
    told = _others(session, request.society_id, asker) if request.society_id else []
    if told:
        return told
    if isinstance(ground, Expert):
        return clerks_of(session, ground)
    if ground.handler_id:
        told = [*active(session, ground.handler_id), *standing_in(session, ground.handler_id)]
    return told or clerks(session, ground.association_path)


def clerks_of(session: Session, expert: Expert) -> list[Recipient]:
    """Who also verifies the expert."""
    return clerks(session, expert.association_path, [expert.user_id] if expert.user_id else [])


def name_of_caller(session: Session, request: CallRequest, ground: Ground) -> str:
    """For the person to read."""
    if request.society_id and _others(session, request.society_id, session.get(Expert, request.asked_by)):
        return session.get_one(Organization, request.society_id).name
    return name_of_clerk(session, ground)


def name_of_clerk(session: Session, ground: Ground) -> str:
    association = session.get_one(Association, ground.association_id).name
    handler_id = ground.handler_id if isinstance(ground, Need) else None
    handler = session.get(User, handler_id) if handler_id else None
    return f"{association}的{handler.name}" if handler else association


def nobody_at_society() -> ColumnElement[bool]:
    """Of a CallRequest, as `callers` says it: no society was asked, or it has nobody left but who asks."""
    is_asker = select(Expert.id).where(
        col(Expert.id) == col(CallRequest.asked_by), col(Expert.user_id) == col(Membership.user_id)
    )
    manned = (
        select(Membership.id)
        .join(User, col(User.id) == col(Membership.user_id))
        .where(
            col(Membership.organization_id) == col(CallRequest.society_id),
            col(Membership.ended_at).is_(None),
            col(User.is_active),
            ~is_asker.correlate(Membership, CallRequest).exists(),
        )
        .correlate(CallRequest)
    )
    return or_(col(CallRequest.society_id).is_(None), ~manned.exists())


def _others(session: Session, society_id: str, asker: Expert | None) -> list[Recipient]:
    """Its people, besides who asks."""
    own = asker.user_id if asker else None
    return [each for each in members(session, society_id) if each.id != own]
