"""Societies to choose from, where somebody enters an expert or founds a team."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service.actors import Actor
from service.models import Organization, OrganizationKind, OrganizationState
from service.permissions import require
from service.usecases.named import by_name


def choices(session: Session, actor: Actor) -> dict[str, str]:
    """id → name of those that are verified: all for staff, their own for others; by name."""
    require(actor, "signed_in")
    wanted = select(Organization.id, Organization.name).where(
        Organization.kind == OrganizationKind.SOCIETY, Organization.state == OrganizationState.VERIFIED
    )
    if not actor.is_staff:
        wanted = wanted.where(col(Organization.id).in_(sorted(actor.organizations)))
    return dict(session.exec(wanted.order_by(*by_name(Organization))).all())
