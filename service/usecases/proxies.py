"""代录 and 代答: keeping who asked for something to be entered, how and when."""

from __future__ import annotations

from sqlmodel import Session

from service.actors import Actor
from service.clock import now
from service.models import (
    Consultation,
    FollowUp,
    Invitation,
    Need,
    ProxyCheck,
    ProxyEntry,
    Recommendation,
    Referral,
    Row,
    SelfOffer,
)
from service.schemas.common import ProxyInput
from service.services import Services
from service.usecases.secrecy import refuse_secrets

_HANGS_ON_A_NEED: dict[str, type[Row]] = {
    "need": Need,
    "recommendation": Recommendation,
    "invitation": Invitation,
    "referral": Referral,
    "consultation": Consultation,
    "self_offer": SelfOffer,
    "follow_up": FollowUp,
}


def record_proxy(
    session: Session,
    services: Services,
    actor: Actor,
    act: str,
    *,
    subject_kind: str,
    subject_id: str,
    proxy: ProxyInput,
    confirmed: bool = False,
) -> None:
    """In the transaction of the act itself. The actor is a person: only people enter things for others.
    Raises SecrecySuspected, which undoes the act as well.

    confirmed: they have made sure already, by a signature or by calling back.
    """
    refuse_secrets({"委托人": proxy.asked_by}, services.settings.secrecy_officer)
    assert actor.user_id is not None
    table = _HANGS_ON_A_NEED.get(subject_kind)
    session.add(
        ProxyEntry(
            subject_kind=subject_kind,
            subject_id=subject_id,
            act=act,
            entered_by_id=actor.user_id,
            asked_by=proxy.asked_by,
            channel=proxy.channel,
            asked_at=proxy.asked_at,
            need_id=_need_id(session.get(table, subject_id)) if table else None,
            association_path=next(iter(actor.handled_paths), ""),
            confirmed_at=now() if confirmed else None,
            checked_how=ProxyCheck.SIGNED if confirmed else None,
            checked_by_id=actor.user_id if confirmed else None,
        )
    )


def _need_id(subject: Row | None) -> str | None:
    return subject.id if isinstance(subject, Need) else getattr(subject, "need_id", None)
