"""Where a need stands follows from what is going on for it: who is asked, who serves, what they reached."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, select

from service.actors import SYSTEM
from service.clock import now, today
from service.models import (
    Consultation,
    ConsultationState,
    FollowUp,
    Invitation,
    MatchRun,
    MatchRunState,
    Need,
    NeedState,
    PartyChoice,
    Recommendation,
    RecommendationState,
    RecommendedParty,
    Referral,
    ReferralState,
    Resolution,
)
from service.services import Services
from service.usecases.leftovers import end_leftovers
from service.workflow import consultations, invitations
from service.workflow.engine import perform
from service.workflow.matches import MATCH_RUN
from service.workflow.needs import NEED
from service.workflow.resolutions import BEST_FIRST

_ASKABLE = (NeedState.MATCHING, NeedState.BROKER, NeedState.TO_INVITE, NeedState.RECOMMENDED)
# Matched, and not over: somebody can be invited or referred to.
OPEN_TO_ASKING = (*_ASKABLE, NeedState.INVITING, NeedState.ENGAGED)
_RELEASED = (RecommendationState.CHOSEN, RecommendationState.DELEGATED)


def released(session: Session, need: Need) -> list[RecommendedParty]:
    """Whom the company picked (or left to 科协) in this round and who was not asked yet, in order."""
    asked = select(Invitation.recommended_id).where(Invitation.need_id == need.id)
    wanted = (
        select(RecommendedParty)
        .join(Recommendation, col(Recommendation.id) == col(RecommendedParty.recommendation_id))
        .where(
            Recommendation.need_id == need.id,
            Recommendation.round == need.round,
            col(Recommendation.state).in_(_RELEASED),
            RecommendedParty.choice == PartyChoice.PICKED,
            col(RecommendedParty.id).not_in(asked),
        )
        .order_by(col(Recommendation.created_at), col(RecommendedParty.place), col(RecommendedParty.id))
    )
    return list(session.exec(wanted))


def ask(session: Session, services: Services, need: Need) -> None:
    """Somebody was asked: 邀约中, unless somebody serves already."""
    if need.state in _ASKABLE or (need.state is NeedState.ENGAGED and not is_served(session, need)):
        perform(session, NEED, need, "ask", SYSTEM, services.clockwork, as_consequence=True)


def engage(session: Session, services: Services, need: Need) -> None:
    """Somebody agreed: 对接中."""
    if need.state is not NeedState.ENGAGED:
        perform(session, NEED, need, "engage", SYSTEM, services.clockwork, as_consequence=True)


def settle(session: Session, services: Services, need: Need) -> None:
    """Something ended: while anything else is going on nothing happens; otherwise the need moves to what is next.

    Somebody served: it closes with the best they reached. Nobody did: the company goes on choosing if it was, or the
    next on the list can be asked, or, with nobody left, it is matched again without those who were asked before.
    """
    session.flush()
    if need.state not in (NeedState.INVITING, NeedState.ENGAGED) or _is_going_on(session, need):
        return
    reached = reached_by(session, need)
    if reached and need.state is NeedState.ENGAGED:
        perform(session, NEED, need, "complete", SYSTEM, services.clockwork, as_consequence=True)
        close(session, services, need, reached)
    elif need.state is NeedState.INVITING and _is_before_company(session, need):
        perform(session, NEED, need, "recommend", SYSTEM, services.clockwork, as_consequence=True)
    elif released(session, need):
        perform(session, NEED, need, "release", SYSTEM, services.clockwork, as_consequence=True)
    else:
        note = "已没有待答复的邀约、派单和可以递补的人选"
        perform(session, NEED, need, "search_again", SYSTEM, services.clockwork, note=note, as_consequence=True)
        outdate_runs(session, services, need)


def close(session: Session, services: Services, need: Need, reached: set[Resolution]) -> None:
    """Keep when and with what it ended, end what is left of it, and promise the follow-ups.

    A case without the company's word has none.
    """
    need.resolution = next(each for each in BEST_FIRST if each in reached)
    need.closed_at = now()
    session.add(need)
    end_leftovers(session, services, need)
    confirmed = select(Consultation.id).where(
        Consultation.need_id == need.id,
        Consultation.round == need.round,
        Consultation.state == ConsultationState.COMPLETED,
    )
    if session.exec(confirmed.limit(1)).first() is None:
        return
    for days in services.settings.follow_up_days:
        due_on = today() + timedelta(days=days)
        session.add(FollowUp(need_id=need.id, round=need.round, days=days, due_on=due_on))


def outdate_runs(session: Session, services: Services, need: Need) -> None:
    """A newer matching is made or promised: nobody decides about those before it any more."""
    waiting = select(MatchRun).where(MatchRun.need_id == need.id, MatchRun.state == MatchRunState.TO_REVIEW)
    for run in session.exec(waiting):
        perform(session, MATCH_RUN, run, "outdate", SYSTEM, services.clockwork, as_consequence=True)


def _is_going_on(session: Session, need: Need) -> bool:
    asked = select(Invitation.id).where(
        Invitation.need_id == need.id, Invitation.round == need.round, col(Invitation.state).in_(invitations.OPEN)
    )
    referred = select(Referral.id).where(
        Referral.need_id == need.id, Referral.round == need.round, Referral.state == ReferralState.PENDING
    )
    return is_served(session, need) or any(session.exec(wanted.limit(1)).first() for wanted in (asked, referred))


def is_served(session: Session, need: Need) -> bool:
    """Whether a consultation is going on."""
    served = select(Consultation.id).where(
        Consultation.need_id == need.id, col(Consultation.state).in_(consultations.OPEN)
    )
    return session.exec(served.limit(1)).first() is not None


def _is_before_company(session: Session, need: Need) -> bool:
    """A list lies before the company while somebody else was asked."""
    wanted = select(Recommendation.id).where(
        Recommendation.need_id == need.id,
        Recommendation.round == need.round,
        Recommendation.state == RecommendationState.TO_CHOOSE,
    )
    return session.exec(wanted.limit(1)).first() is not None


def reached_by(session: Session, need: Need) -> set[Resolution]:
    """What the consultations of this round ended with."""
    wanted = select(Consultation.resolution).where(
        Consultation.need_id == need.id, Consultation.round == need.round, col(Consultation.resolution).is_not(None)
    )
    return {Resolution(each) for each in session.exec(wanted) if each}
