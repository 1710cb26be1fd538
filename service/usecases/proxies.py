"""代录 and 代答: keeping who asked for something to be entered, how and when."""

from __future__ import annotations

from sqlmodel import Session

from service.actors import Actor
from service.clock import now
from service.models import ProxyEntry
from service.schemas.common import ProxyInput


def record_proxy(
    session: Session,
    actor: Actor,
    act: str,
    *,
    subject_kind: str,
    subject_id: str,
    proxy: ProxyInput,
    confirmed: bool = False,
) -> None:
    """In the transaction of the act itself. The actor is a person: only people enter things for others.

    confirmed: they have made sure already, by a signature or by calling back.
    """
    assert actor.user_id is not None
    session.add(
        ProxyEntry(
            subject_kind=subject_kind,
            subject_id=subject_id,
            act=act,
            entered_by_id=actor.user_id,
            asked_by=proxy.asked_by,
            channel=proxy.channel,
            asked_at=proxy.asked_at,
            confirmed_at=now() if confirmed else None,
        )
    )
