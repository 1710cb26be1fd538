"""Societies to choose from, where somebody enters an expert or founds a team."""

from __future__ import annotations

from sqlmodel import Session, col

from service.actors import Actor
from service.models import Organization
from service.permissions import require
from service.usecases.named import by_name
from service.visibility import verified_societies


def choices(session: Session, actor: Actor) -> dict[str, str]:
    """id → name of those that are verified: all for staff, their own for others; by name."""
    require(actor, "signed_in")
    wanted = verified_societies()
    if not actor.is_staff:
        wanted = wanted.where(col(Organization.id).in_(sorted(actor.organizations)))
    return {society.id: society.name for society in session.exec(wanted.order_by(*by_name(Organization)))}
