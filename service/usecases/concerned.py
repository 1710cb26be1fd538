"""Whom something concerns: the people behind 轮到谁, for every kind of thing that has a lifecycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlmodel import Session, col, or_, select

from service.actors import HANDLING, SYSTEM
from service.clock import today
from service.facts import Case, need_was_handed_in
from service.models import (
    Absence,
    Association,
    Consultation,
    ErasureRequest,
    Expert,
    HolderKind,
    Invitation,
    MatchRun,
    Membership,
    Need,
    Organization,
    Post,
    PostRole,
    RankingObjection,
    Recommendation,
    Referral,
    Row,
    Team,
    User,
)
from service.privacy_facts import ObjectionCase
from service.usecases.recipients import Recipient
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


@dataclass(frozen=True)
class Kind:
    """audience: who is told of every step. path: of the page, relative; {id} and {need_id} stand in it.

    outlives_need: its clock runs on where the need it is about has ended.
    """

    lifecycle: Lifecycle[Any]
    table: type[Row]
    audience: tuple[Turn, ...]
    path: str
    outlives_need: bool = False


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.lifecycle.name: kind
        for kind in (
            Kind(NEED, Need, (Turn.OWNER, Turn.STAFF), "/needs/{id}"),
            Kind(MATCH_RUN, MatchRun, (Turn.STAFF,), "/needs/{need_id}"),
            Kind(RECOMMENDATION, Recommendation, (Turn.OWNER, Turn.STAFF), "/needs/{need_id}"),
            Kind(REFERRAL, Referral, (Turn.RECEIVER, Turn.STAFF), "/referrals/{id}"),
            # The company is not told whom we ask before they agree.
            Kind(INVITATION, Invitation, (Turn.EXPERT, Turn.STAFF), "/invitations/{id}"),
            Kind(
                CONSULTATION,
                Consultation,
                (Turn.OWNER, Turn.EXPERT, Turn.RECEIVER, Turn.STAFF),
                "/consultations/{id}",
            ),
            Kind(EXPERT, Expert, (Turn.EXPERT, Turn.STAFF), "/experts/{id}"),
            Kind(RANKING_OBJECTION, RankingObjection, (Turn.EXPERT,), "/ranking-objections/{id}", outlives_need=True),
            Kind(ERASURE, ErasureRequest, (), "/erasures"),
        )
    }
)


@dataclass(frozen=True)
class Affair:
    """One thing with a lifecycle, and the need it hangs on; an expert's entry hangs on none."""

    kind: Kind
    subject: Any
    need: Need | None

    @property
    def name(self) -> str:
        return self.kind.lifecycle.name

    @property
    def path(self) -> str:
        return self.kind.path.format(id=self.subject.id, need_id=self.need.id if self.need else "")


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
    if isinstance(affair.subject, RankingObjection):
        return ObjectionCase(affair.subject, affair.need)
    if affair.need is None or affair.subject is affair.need:
        return affair.subject
    parties = [
        recipient
        for recipient in (behind(session, *_party(affair)) if affair.name in ("invitation", "consultation") else [])
        if recipient.is_expert
    ]
    society_id = session.get_one(Expert, parties[0].id).society_id if parties else None
    return Case(affair.subject, affair.need, society_id)


def whose_turn(session: Session, affair: Affair, turn: Turn) -> list[Recipient]:
    """Who is to act now. Where nobody can be told, as with a society outside the province, the staff is to see to it.

    A need waits for experts through its invitations and consultations: those have people of their own.
    """
    found = people(session, affair, turn)
    is_waiting = isinstance(affair.subject, Need) and turn is Turn.EXPERT
    return found if found or is_waiting or turn is Turn.NOBODY else people(session, affair, Turn.STAFF)


def people(session: Session, affair: Affair, turn: Turn) -> list[Recipient]:
    """The people on this side of the affair, nobody twice."""
    return list(dict.fromkeys(_people(session, affair, turn)))


def leads(session: Session, affair: Affair) -> list[Recipient]:
    """Who leads the 科协 that handles it, or the nearest above that has somebody."""
    if isinstance(affair.subject, ErasureRequest):
        return _administrators(session)
    return list(_nearest(session, _path(affair), (PostRole.LEAD,)))


def clerks(session: Session, path: str) -> list[Recipient]:
    """Of the 科协 at this path, or the nearest above that has staff; where there are no clerks, whoever leads it."""
    found = _nearest(session, path, HANDLING)
    return [each for each, role in found.items() if role is PostRole.CLERK] or list(found)


def members(session: Session, organization_id: str) -> list[Recipient]:
    wanted = (
        select(Membership.user_id)
        .join(User, col(User.id) == col(Membership.user_id))
        .where(Membership.organization_id == organization_id, col(Membership.ended_at).is_(None), col(User.is_active))
        .order_by(Membership.user_id)
    )
    return [Recipient.user(user_id) for user_id in session.exec(wanted)]


def officers(session: Session, path: str) -> list[Recipient]:
    """Everybody who guards secrets at this place in the tree or above."""
    return list(
        dict.fromkeys(Recipient.user(each) for each, _, _ in _posts(session, path, (PostRole.SECRECY_OFFICER,)))
    )


def behind(session: Session, kind: str, party_id: str) -> list[Recipient]:
    """The people who answer for an expert, team, society, 科协 or 技术经理人 (HolderKind); nobody for OUTSIDE."""
    if kind == HolderKind.EXPERT:
        return [Recipient.expert(party_id)]
    if kind == HolderKind.TEAM:
        return [Recipient.expert(session.get_one(Team, party_id).leader_id)]
    if kind == HolderKind.SOCIETY:
        return members(session, party_id)
    if kind == HolderKind.ASSOCIATION:
        return clerks(session, session.get_one(Association, party_id).path)
    return _active(session, party_id) if kind == HolderKind.TECH_MANAGER else []


def party_name(session: Session, kind: str, party_id: str) -> str:
    """For those who may know it; "" for OUTSIDE."""
    if kind == HolderKind.EXPERT:
        return session.get_one(Expert, party_id).name
    if kind == HolderKind.TEAM:
        return session.get_one(Team, party_id).name
    if kind == HolderKind.SOCIETY:
        return session.get_one(Organization, party_id).name
    if kind == HolderKind.ASSOCIATION:
        return session.get_one(Association, party_id).name
    return session.get_one(User, party_id).name if kind == HolderKind.TECH_MANAGER else ""


def _people(session: Session, affair: Affair, turn: Turn) -> list[Recipient]:
    subject, need = affair.subject, affair.need
    if turn is Turn.STAFF:
        return _staff(session, affair)
    if turn is Turn.OWNER and need is not None:
        return members(session, need.organization_id)
    if turn is Turn.BROKER and need is not None and need.broker_id:
        return _active(session, need.broker_id)
    if turn is Turn.EXPERT and isinstance(subject, Expert):
        return [Recipient.expert(subject.id)]
    if turn is Turn.EXPERT and isinstance(subject, RankingObjection):
        return _active(session, subject.user_id)
    if turn is Turn.EXPERT and isinstance(subject, Invitation | Consultation):
        return behind(session, *_party(affair))
    if turn is Turn.RECEIVER and isinstance(subject, Referral):
        return behind(session, subject.receiver_kind, subject.receiver_id)
    if turn is Turn.RECEIVER and isinstance(subject, Consultation):
        return behind(session, subject.lead_kind, subject.lead_id)
    return []


def _party(affair: Affair) -> tuple[str, str]:
    subject = affair.subject
    if isinstance(subject, Invitation):
        return subject.party_kind, subject.party_id
    return subject.holder_kind, subject.holder_id


def _staff(session: Session, affair: Affair) -> list[Recipient]:
    """The 经办人 and whoever stands in today; without one, the clerks. A draft is its owner's own affair."""
    if isinstance(affair.subject, ErasureRequest):
        return _administrators(session)
    if affair.need is not None and not need_was_handed_in(SYSTEM, affair.need):
        return []
    handler_id = affair.need.handler_id if affair.need else None
    handler = _active(session, handler_id) if handler_id else []
    if not handler:
        return clerks(session, _path(affair))
    day = today()
    standing_in = select(Absence.deputy_id).where(
        Absence.user_id == handler_id, col(Absence.since) <= day, col(Absence.until) >= day
    )
    return [*handler, *(each for user_id in session.exec(standing_in) for each in _active(session, user_id))]


def _path(affair: Affair) -> str:
    if affair.need is not None:
        return affair.need.association_path
    path: str = affair.subject.association_path
    return path


def _administrators(session: Session) -> list[Recipient]:
    wanted = select(User.id).where(col(User.is_administrator), col(User.is_active)).order_by(User.id)
    return [Recipient.user(user_id) for user_id in session.exec(wanted)]


def _active(session: Session, user_id: str) -> list[Recipient]:
    user = session.get(User, user_id)
    return [Recipient.user(user.id)] if user is not None and user.is_active else []


def _nearest(session: Session, path: str, roles: tuple[PostRole, ...]) -> dict[Recipient, PostRole]:
    """A clerk who leads as well is a clerk."""
    found = _posts(session, path, roles)
    lowest = max((at for _, at, _ in found), key=len, default="")
    here = sorted((role is PostRole.CLERK, user_id, role) for user_id, at, role in found if at == lowest)
    return {Recipient.user(user_id): role for _, user_id, role in here}


def _posts(session: Session, path: str, roles: tuple[PostRole, ...]) -> list[tuple[str, str, PostRole]]:
    """(user id, path, role) of who holds such a post today, at this place in the tree or above."""
    day = today()
    ids = path.rstrip("/").split("/")
    above = ["/".join(ids[: depth + 1]) + "/" for depth in range(len(ids))]
    wanted = (
        select(Post.user_id, Association.path, Post.role)
        .join(Association, col(Association.id) == col(Post.association_id))
        .join(User, col(User.id) == col(Post.user_id))
        .where(col(Association.path).in_(above), col(Post.role).in_(roles), col(User.is_active))
        .where(col(Post.since) <= day, or_(col(Post.until).is_(None), col(Post.until) >= day))
        .order_by(Post.user_id)
    )
    return [(user_id, at, PostRole(role)) for user_id, at, role in session.exec(wanted)]
