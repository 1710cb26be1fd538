"""Self-offers that still wait for their answer: each gets one, whatever becomes of the need."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session, col, select

from service.actors import SYSTEM, Actor
from service.models import Need, NeedState, SelfOffer, SelfOfferState
from service.services import Services
from service.workflow.engine import perform
from service.workflow.self_offers import SELF_OFFER

_ENDED = {
    NeedState.CLOSED: "这条需求已经办结，没有再找承接方。感谢您的自荐。",
    NeedState.WITHDRAWN: "企业撤回了这条需求。感谢您的自荐。",
    NeedState.EXPIRED: "这条需求已经过期。感谢您的自荐。",
}


def open_offers(session: Session, need: Need) -> list[SelfOffer]:
    """The oldest first."""
    wanted = select(SelfOffer).where(SelfOffer.need_id == need.id, SelfOffer.state == SelfOfferState.OFFERED)
    return list(session.exec(wanted.order_by(col(SelfOffer.created_at), col(SelfOffer.id))))


def put_forward_listed(
    session: Session, services: Services, actor: Actor, need: Need, parties: Collection[str]
) -> None:
    """Those whom a review put on the list have their answer. parties: “kind:id”."""
    for offer in open_offers(session, need):
        if f"{offer.party_kind}:{offer.party_id}" in parties:
            perform(session, SELF_OFFER, offer, "put_forward", actor, services.clockwork, as_consequence=True)


def answer_all_open(session: Session, services: Services, need: Need) -> None:
    """The need came to an end: nobody is left waiting, and everybody is told why."""
    note = _ENDED.get(need.state, "这条需求不再找承接方。感谢您的自荐。")
    for offer in open_offers(session, need):
        perform(
            session,
            SELF_OFFER,
            offer,
            "lapse",
            SYSTEM,
            services.clockwork,
            reason="need_ended",
            note=note,
            as_consequence=True,
        )
