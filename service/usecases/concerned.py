"""Whom something concerns: the people behind 轮到谁, for every kind of thing that has a lifecycle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlmodel import Session

from service.actors import SYSTEM
from service.approval_facts import ApprovalCase
from service.case_facts import Case
from service.facts import need_was_handed_in
from service.models import (
    Achievement,
    Approval,
    ApprovalState,
    Consultation,
    ErasureRequest,
    Expert,
    Invitation,
    MatchRun,
    Need,
    RankingObjection,
    Recommendation,
    Referral,
    Row,
    SelfOffer,
)
from service.privacy_facts import ObjectionCase
from service.usecases import circles
from service.usecases.circles import active, behind, clerks, members
from service.usecases.consultation_members import of_consultation
from service.usecases.openings import expert_of
from service.usecases.recipients import Recipient
from service.workflow.achievements import ACHIEVEMENT
from service.workflow.approvals import APPROVAL
from service.workflow.consultations import CONSULTATION
from service.workflow.engine import Lifecycle, Turn
from service.workflow.erasures import ERASURE
from service.workflow.experts import EXPERT
from service.workflow.invitations import INVITATION
from service.workflow.matches import MATCH_RUN
from service.workflow.needs import NEED
from service.workflow.ranking_objections import RANKING_OBJECTION
from service.workflow.recommendations import RECOMMENDATION
from service.workflow.referrals import REFERRAL
from service.workflow.self_offers import SELF_OFFER

# The people on one side of a thing: (session, the thing, the need it hangs on).
Side = Callable[[Session, Any, Any], list[Recipient]]


@dataclass(frozen=True)
class Kind:
    """sides: who is behind each 轮到谁; audience: those told of every step. path: of the page, relative, with {id} and
    {need_id} in it. case: what the facts of the lifecycle look at. outlives_need: its clock runs on where the need it
    is about has ended."""

    lifecycle: Lifecycle[Any]
    table: type[Row]
    audience: tuple[Turn, ...]
    path: str
    sides: Mapping[Turn, Side]
    case: Callable[[Session, Any, Any], Any]
    outlives_need: bool = False


@dataclass(frozen=True)
class Affair:
    """One thing with a lifecycle, and the need it hangs on, if it hangs on one."""

    kind: Kind
    subject: Any
    need: Need | None

    @property
    def name(self) -> str:
        return self.kind.lifecycle.name

    @property
    def path(self) -> str:
        return self.kind.path.format(id=self.subject.id, need_id=self.need.id if self.need else "")

    @property
    def is_sealed(self) -> bool:
        sealed_at = self.need.sealed_at if self.need else getattr(self.subject, "sealed_at", None)
        return sealed_at is not None


def affair_of(session: Session, kind: str, subject_id: str) -> Affair | None:
    """None if there is no such thing (any more)."""
    found = KINDS[kind]
    subject: Any = session.get(found.table, subject_id)
    if subject is None:
        return None
    if isinstance(subject, Need):
        return Affair(found, subject, subject)
    need_id = getattr(subject, "need_id", None)
    return Affair(found, subject, session.get_one(Need, need_id) if need_id else None)


def seen(session: Session, affair: Affair) -> Any:
    """What the facts of its lifecycle look at."""
    return affair.kind.case(session, affair.subject, affair.need)


def people(session: Session, affair: Affair, turn: Turn) -> list[Recipient]:
    """The people on this side of the affair, nobody twice."""
    side = affair.kind.sides.get(turn)
    return list(dict.fromkeys(side(session, affair.subject, affair.need))) if side else []


def whose_turn(session: Session, affair: Affair, turn: Turn) -> list[Recipient]:
    """Who is to act now. Where nobody can be told, as with a society outside the province, the staff is to see to it.

    A need waits for experts through its invitations and consultations: those have people of their own.
    """
    found = people(session, affair, turn)
    is_waiting = isinstance(affair.subject, Need) and turn is Turn.EXPERT
    return found if found or is_waiting or turn is Turn.NOBODY else people(session, affair, Turn.STAFF)


def leads(session: Session, affair: Affair) -> list[Recipient]:
    """Who leads the 科协 that handles it; administrators where none does."""
    handled: Any = affair.need or affair.subject
    path = getattr(handled, "association_path", None)
    return circles.leads(session, path) if path else circles.administrators(session)


def _owner(session: Session, _: object, need: Need) -> list[Recipient]:
    return members(session, need.organization_id)


def _broker(session: Session, _: object, need: Need) -> list[Recipient]:
    return active(session, need.broker_id) if need.broker_id else []


def _staff(session: Session, _: object, need: Need) -> list[Recipient]:
    """The 经办人 and whoever stands in today; without one, the clerks. A draft is its owner's own affair."""
    if not need_was_handed_in(SYSTEM, need):
        return []
    handler = active(session, need.handler_id) if need.handler_id else []
    if not handler:
        return clerks(session, need.association_path)
    return [*handler, *circles.standing_in(session, handler[0].id)]


def _staff_of_objection(session: Session, subject: RankingObjection, need: Need | None) -> list[Recipient]:
    return _staff(session, subject, need) if need else clerks(session, subject.association_path)


def _staff_of_place(session: Session, subject: Any, _: object) -> list[Recipient]:
    return clerks(session, subject.association_path)


def _staff_of_achievement(session: Session, subject: Achievement, _: object) -> list[Recipient]:
    return clerks(session, subject.association_path) if subject.number else []


def _party(session: Session, subject: Invitation | SelfOffer, _: object) -> list[Recipient]:
    return behind(session, subject.party_kind, subject.party_id)


def _holder(session: Session, subject: Consultation, _: object) -> list[Recipient]:
    """And the members of the team whom its leader named."""
    named = [Recipient.expert(expert.id) for _, expert in of_consultation(session, subject)]
    return [*behind(session, subject.holder_kind, subject.holder_id), *named]


def _lead_party(session: Session, subject: Consultation, _: object) -> list[Recipient]:
    return behind(session, subject.lead_kind, subject.lead_id)


def _receiver(session: Session, subject: Referral, _: object) -> list[Recipient]:
    return behind(session, subject.receiver_kind, subject.receiver_id)


def _expert(_: Session, subject: Expert, __: object) -> list[Recipient]:
    return [Recipient.expert(subject.id)]


def _achievement_owner(session: Session, subject: Achievement, _: object) -> list[Recipient]:
    if subject.organization_id:
        return members(session, subject.organization_id)
    return [Recipient.expert(subject.expert_id)] if subject.expert_id else []


def _asker(session: Session, subject: RankingObjection, _: object) -> list[Recipient]:
    return active(session, subject.user_id)


def _drafter(session: Session, subject: Approval, _: object) -> list[Recipient]:
    return active(session, subject.drafter_id)


def _approvers(session: Session, subject: Approval, _: object) -> list[Recipient]:
    """Three steps, three people."""
    if subject.state is ApprovalState.DRAFTED:
        return circles.handlers(session, subject.association_path, [subject.drafter_id])
    if subject.state is ApprovalState.REVIEWED:
        had_a_hand = [subject.drafter_id, subject.reviewer_id or ""]
        return circles.leads(session, subject.association_path, had_a_hand)
    return active(session, subject.drafter_id)


def _administrators(session: Session, _: object, __: object) -> list[Recipient]:
    return circles.administrators(session)


def _itself(_: Session, subject: Any, __: object) -> Any:
    return subject


def _its_need(_: Session, __: object, need: Need) -> Need:
    return need


def _case(_: Session, subject: Any, need: Need) -> Case:
    return Case(subject, need)


def _case_of_party(session: Session, subject: Any, need: Need) -> Case:
    """With the society that looks after the expert."""
    is_consultation = isinstance(subject, Consultation)
    kind = subject.holder_kind if is_consultation else subject.party_kind
    expert_id = expert_of(session, kind, subject.holder_id if is_consultation else subject.party_id)
    return Case(subject, need, session.get_one(Expert, expert_id).society_id if expert_id else None)


def _case_of_approval(_: Session, subject: Approval, need: Need | None) -> ApprovalCase:
    return ApprovalCase(subject, need)


def _case_of_objection(_: Session, subject: RankingObjection, need: Need | None) -> ObjectionCase:
    return ObjectionCase(subject, need)


_OF_NEED: Mapping[Turn, Side] = {Turn.OWNER: _owner, Turn.STAFF: _staff, Turn.BROKER: _broker}
_BOTH = (Turn.OWNER, Turn.STAFF)
_ASKED = (Turn.EXPERT, Turn.STAFF)
_SERVED = (Turn.OWNER, Turn.EXPERT, Turn.RECEIVER, Turn.STAFF)
_SERVING: Mapping[Turn, Side] = {**_OF_NEED, Turn.EXPERT: _holder, Turn.RECEIVER: _lead_party}
_OF_EXPERT: Mapping[Turn, Side] = {Turn.EXPERT: _expert, Turn.STAFF: _staff_of_place}
_OF_ACHIEVEMENT: Mapping[Turn, Side] = {Turn.HOLDER: _achievement_owner, Turn.STAFF: _staff_of_achievement}
_OF_OBJECTION: Mapping[Turn, Side] = {Turn.EXPERT: _asker, Turn.STAFF: _staff_of_objection}
_OF_APPROVAL: Mapping[Turn, Side] = {Turn.HOLDER: _drafter, Turn.STAFF: _approvers}
_WITH_RECEIVER: Mapping[Turn, Side] = {**_OF_NEED, Turn.RECEIVER: _receiver}
# The company is not told whom we ask, or who offers, before it is recommended to them.
_WITH_PARTY: Mapping[Turn, Side] = {Turn.EXPERT: _party, Turn.STAFF: _staff}
_RECEIVED = (Turn.RECEIVER, Turn.STAFF)
_HELD = (Turn.HOLDER, Turn.STAFF)

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.lifecycle.name: kind
        for kind in (
            Kind(NEED, Need, _BOTH, "/needs/{id}", _OF_NEED, _itself),
            Kind(MATCH_RUN, MatchRun, (Turn.STAFF,), "/needs/{need_id}", _OF_NEED, _its_need),
            Kind(SELF_OFFER, SelfOffer, _ASKED, "/self-offers/{id}", _WITH_PARTY, _case),
            Kind(RECOMMENDATION, Recommendation, _BOTH, "/needs/{need_id}", _OF_NEED, _case),
            Kind(REFERRAL, Referral, _RECEIVED, "/referrals/{id}", _WITH_RECEIVER, _case),
            Kind(INVITATION, Invitation, _ASKED, "/invitations/{id}", _WITH_PARTY, _case_of_party),
            Kind(CONSULTATION, Consultation, _SERVED, "/consultations/{id}", _SERVING, _case_of_party),
            Kind(ACHIEVEMENT, Achievement, _HELD, "/achievements/{id}", _OF_ACHIEVEMENT, _itself),
            Kind(EXPERT, Expert, _ASKED, "/experts/{id}", _OF_EXPERT, _itself),
            Kind(ERASURE, ErasureRequest, (), "/erasures", {Turn.STAFF: _administrators}, _itself),
            Kind(
                RANKING_OBJECTION,
                RankingObjection,
                (Turn.EXPERT,),
                "/ranking-objections/{id}",
                _OF_OBJECTION,
                _case_of_objection,
                outlives_need=True,
            ),
            Kind(APPROVAL, Approval, _HELD, "/approvals/{id}", _OF_APPROVAL, _case_of_approval),
        )
    }
)
