"""Whom an expert can ask to do something for them."""

from __future__ import annotations

from sqlmodel import Session

from service.actors import Actor
from service.models import Association, Expert, Organization
from service.schemas.experts import HelpOut
from service.settings import Settings


def help_for(session: Session, settings: Settings, actor: Actor) -> HelpOut | None:
    """None for who is no expert. Nobody's own number is given out: it is the one of this installation."""
    if actor.expert_id is None:
        return None
    expert = session.get_one(Expert, actor.expert_id)
    society = session.get_one(Organization, expert.society_id).name if expert.society_id else None
    association = session.get_one(Association, expert.association_id).name
    return HelpOut(society=society, association=association, phone=settings.site.phone)
