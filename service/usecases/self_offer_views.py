"""A self-offer as its party, staff and the company may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from service.actors import Actor
from service.case_facts import Case
from service.disclosure import access_of, may_read
from service.facts import sees_need
from service.models import (
    Expert,
    Need,
    OffererKind,
    Organization,
    PartyKind,
    SelfOffer,
    SelfOfferState,
    StatusChange,
    Team,
)
from service.schemas.common import ActionOut
from service.schemas.self_offers import OfferBeside, OfferedText, SelfOfferOut
from service.usecases.lookup import together
from service.usecases.open_offers import open_offers
from service.usecases.self_offers import find
from service.verdict import RULES
from service.workflow.engine import available
from service.workflow.self_offers import ENDED_REASONS, NOT_CHOSEN_REASONS, SELF_OFFER

_REASONS = NOT_CHOSEN_REASONS | ENDED_REASONS
_SAID = tuple(OfferedText.model_fields)


def show(session: Session, actor: Actor, case: Case) -> SelfOfferOut:
    return _shown(session, actor, case, _answers(session, [case.subject]))


def _shown(session: Session, actor: Actor, case: Case, answers: Mapping[str, StatusChange]) -> SelfOfferOut:
    offered, need = case.subject, case.need
    state, answer = SELF_OFFER.states[offered.state], answers.get(offered.id)
    # After the end of a need its title is not everybody's any more.
    is_readable = sees_need(actor, need) and may_read(access_of(actor, need), need, "title")
    return SelfOfferOut(
        **{name: getattr(offered, name) for name in _SAID},
        id=offered.id,
        version=offered.version or 0,
        state=offered.state,
        state_label=state.label,
        turn=state.turn,
        due_at=offered.due_at,
        need_id=need.id,
        need_number=need.number,
        need_title=need.title if is_readable else None,
        party_kind=offered.party_kind,
        party_id=offered.party_id,
        party_name=party_name(session, offered),
        answer_reason=_REASONS.get(answer.reason, "") if answer else "",
        answer_note=answer.note if answer else "",
        created_at=offered.created_at,
        actions=[ActionOut.of(each) for each in available(SELF_OFFER, offered, actor, case)],
    )


def lines(session: Session, actor: Actor, found: Sequence[SelfOffer]) -> list[SelfOfferOut]:
    _held = [
        *together(session, (offered.need_id for offered in found), Need),
        *together(session, (offered.party_id for offered in found), Expert, Team, Organization),
    ]
    answers = _answers(session, found)
    return [_shown(session, actor, find(session, actor, offered.id), answers) for offered in found]


def beside(session: Session, need: Need, forbidden: dict[str, str]) -> list[OfferBeside]:
    """What waits for an answer, for the one clerk who reviews. forbidden: “kind:id” → rule, of this moment."""
    found, shown = open_offers(session, need), []
    _held = together(session, (offered.party_id for offered in found), Expert, Team, Organization)
    for offered in found:
        rule = forbidden.get(f"{offered.party_kind}:{offered.party_id}")
        shown.append(
            OfferBeside(
                **{name: getattr(offered, name) for name in _SAID},
                id=offered.id,
                version=offered.version or 0,
                party_kind=offered.party_kind,
                party_id=offered.party_id,
                party_name=party_name(session, offered),
                due_at=offered.due_at,
                gone=RULES[rule] if rule else None,
            )
        )
    return shown


def offered_by(session: Session, need: Need, kind: PartyKind, party_id: str) -> OfferedText | None:
    """What a party on the list said of itself, if it was put forward by its own offer."""
    wanted = select(SelfOffer).where(
        SelfOffer.need_id == need.id,
        SelfOffer.party_kind == OffererKind(kind),
        SelfOffer.party_id == party_id,
        SelfOffer.state == SelfOfferState.PUT_FORWARD,
    )
    found = session.exec(wanted.order_by(col(SelfOffer.entered_at).desc(), col(SelfOffer.id)).limit(1)).first()
    return OfferedText(**{name: getattr(found, name) for name in _SAID}) if found else None


def party_name(session: Session, offered: SelfOffer) -> str:
    if offered.party_kind is OffererKind.EXPERT:
        return session.get_one(Expert, offered.party_id).name
    if offered.party_kind is OffererKind.TEAM:
        return session.get_one(Team, offered.party_id).name
    return session.get_one(Organization, offered.party_id).name


def _answers(session: Session, found: Sequence[SelfOffer]) -> dict[str, StatusChange]:
    """The step with which each ended, as far as they did, by offer."""
    ended = sorted(offered.id for offered in found if SELF_OFFER.states[offered.state].is_final)
    wanted = select(StatusChange).where(
        StatusChange.subject_kind == "self_offer", col(StatusChange.subject_id).in_(ended)
    )
    return {change.subject_id: change for change in session.exec(wanted.order_by(col(StatusChange.seq)))}
