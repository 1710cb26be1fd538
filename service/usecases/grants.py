"""Letting somebody read a need further than everybody may, and ending it: rows, so that both are on record."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service.actors import holder_key
from service.clock import now
from service.models import DisclosureGrant, HolderKind, PublicityLevel


def grant(session: Session, need_id: str, kind: HolderKind, holder_id: str, cause: str) -> None:
    """From now on the holder reads what invited people may. cause: “invitation:…” or “referral:…”."""
    session.add(DisclosureGrant(need_id=need_id, holder=holder_key(kind, holder_id), cause=cause))


def raise_to_signed(session: Session, cause: str) -> None:
    """签约: the holder reads everything the owner kept until then."""
    for each in _open(session, cause):
        each.level = PublicityLevel.SIGNED
        session.add(each)


def pass_grants(session: Session, cause: str, kind: HolderKind, holder_id: str) -> None:
    """Somebody takes the place of who was let in, and reads as far."""
    holder = holder_key(kind, holder_id)
    known = select(DisclosureGrant).where(DisclosureGrant.holder == holder, DisclosureGrant.cause == cause)
    for each in _open(session, cause):
        # It may come back to who had it before.
        successor = session.exec(known).first() or DisclosureGrant(need_id=each.need_id, holder=holder, cause=cause)
        _end(session, [each])
        successor.level, successor.ended_at = each.level, None
        session.add(successor)


def end_grants(session: Session, cause: str) -> None:
    _end(session, _open(session, cause))


def end_all_grants(session: Session, need_id: str) -> None:
    """The need is over for everybody who was let in."""
    wanted = select(DisclosureGrant).where(DisclosureGrant.need_id == need_id, col(DisclosureGrant.ended_at).is_(None))
    _end(session, list(session.exec(wanted)))


def _end(session: Session, grants: list[DisclosureGrant]) -> None:
    for each in grants:
        each.ended_at = now()
        session.add(each)


def _open(session: Session, cause: str) -> list[DisclosureGrant]:
    wanted = select(DisclosureGrant).where(DisclosureGrant.cause == cause, col(DisclosureGrant.ended_at).is_(None))
    return list(session.exec(wanted))
