"""评价 by both sides after the end. Silence is no mark and no rating."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.case_facts import Case, speaks_for_owner, works_for_holder
from service.clock import now
from service.errors import Conflict, Stale
from service.facts import any_of
from service.jobs import enqueue
from service.models import Consultation, ConsultationState, Expert, HolderKind, Rating, Side, Team
from service.permissions import require
from service.schemas.ratings import AverageOut, AveragesOut, Marks, RatingInput
from service.services import Services
from service.stored_settings import present
from service.usecases import words
from service.usecases.consultation_cases import COMMITS, find, keep_proxy
from service.usecases.lookup import existing
from service.usecases.secrecy import refuse_secrets

MARKS = ("skill", "response", "cooperation", "effect")
sees_ratings = any_of(works_for_holder, speaks_for_owner)


def rate(session: Session, services: Services, actor: Actor, consultation_id: str, given: RatingInput) -> Rating:
    """The first time, or changed within the days of the settings."""
    refuse_secrets({"评语": given.comment}, services.settings.secrecy_officer)
    case = find(session, actor, consultation_id)
    require(actor, COMMITS[given.side], case)
    consultation: Consultation = case.subject
    if consultation.state is not ConsultationState.COMPLETED:
        raise Conflict("经企业确认办结之后才能评价。")
    rating = _existing(session, consultation, given.side)
    if rating is not None:
        _refuse_change(rating, given, services.settings.change_rating_days)
    keep_proxy(session, services, actor, case, "rate", side=given.side, proxy=given.proxy)
    return _write(session, actor, consultation, given.side, rating, given)


def add(session: Session, actor: Actor, case: Case, side: Side, given: Marks) -> Rating:
    """Together with the confirmation; the caller has asked whether this person may and for secrets."""
    return _write(session, actor, case.subject, side, None, given)


def listed(session: Session, actor: Actor, case: Case) -> list[Rating]:
    """For both sides and staff; empty for others who may see the consultation."""
    if not sees_ratings(actor, case):
        return []
    wanted = select(Rating).where(Rating.consultation_id == case.subject.id)
    return list(session.exec(wanted.order_by(col(Rating.side))))


def averages(session: Session, actor: Actor, kind: HolderKind, holder_id: str) -> AveragesOut:
    """What the owners said of an expert or team that served."""
    existing(session, actor, Expert if kind is HolderKind.EXPERT else Team, holder_id)
    require(actor, "rating.view", (kind, holder_id))
    given = (
        select(Rating)
        .join(Consultation, col(Consultation.id) == col(Rating.consultation_id))
        .where(Rating.side == Side.OWNER, Consultation.holder_kind == kind, Consultation.holder_id == holder_id)
    )
    found = session.exec(given).all()
    marks = {name: [getattr(each, name) for each in found if getattr(each, name) is not None] for name in MARKS}
    return AveragesOut(ratings=len(found), **{name: _average(each) for name, each in marks.items()})


def _average(marks: list[int]) -> AverageOut:
    return AverageOut(average=round(sum(marks) / len(marks), 2) if marks else None, count=len(marks))


def may_still_rate(session: Session, consultation: Consultation, side: Side) -> bool:
    """For the first time, or to change it within the days."""
    rating = _existing(session, consultation, side)
    return rating is None or not _is_final(rating, present(session).change_rating_days)


def _is_final(rating: Rating, days: int) -> bool:
    return rating.created_at + timedelta(days=days) < now()


def _existing(session: Session, consultation: Consultation, side: Side) -> Rating | None:
    wanted = select(Rating).where(Rating.consultation_id == consultation.id, Rating.side == side)
    return session.exec(wanted).first()


def _refuse_change(rating: Rating, given: RatingInput, days: int) -> None:
    if _is_final(rating, days):
        raise Conflict(f"评价提交超过 {days} 天，不能再改。如有误，请联系受理的科协工作人员。")
    if rating.version != given.version:
        theirs = {
            name: getattr(rating, name) for name in (*MARKS, "comment") if getattr(rating, name) != getattr(given, name)
        }
        raise Stale(
            "您打开之后，这份评价已有改动。请对照后再提交。", details={"version": rating.version, "theirs": theirs}
        )


def _write(
    session: Session, actor: Actor, consultation: Consultation, side: Side, rating: Rating | None, given: Marks
) -> Rating:
    act = "change" if rating else "give"
    rating = rating or Rating(consultation_id=consultation.id, side=side, given_by="")
    for name in MARKS:
        setattr(rating, name, getattr(given, name))
    rating.comment = words.paragraphs(given.comment, "comment", 2_000)
    rating.given_by = actor.signature or ""
    session.add(rating)
    session.flush()
    content = "\x1f".join((*(str(getattr(rating, name)) for name in MARKS), rating.comment))
    audit.record(
        session,
        actor_id=actor.signature,
        act=f"rating.{act}",
        subject_kind="rating",
        subject_id=rating.id,
        content=content,
    )
    enqueue(session, "notify", key=f"rating:{rating.id}")
    return rating
