"""When a need has come to an end: nobody reads it by leave, nobody is left waiting, nothing is left to decide."""

from __future__ import annotations

from sqlmodel import Session, select

from service.actors import SYSTEM
from service.models import MatchRun, MatchRunState, Need, Recommendation, RecommendationState
from service.services import Services
from service.usecases.grants import end_all_grants
from service.usecases.open_offers import answer_all_open
from service.workflow.engine import perform
from service.workflow.matches import MATCH_RUN
from service.workflow.recommendations import RECOMMENDATION


def end_leftovers(session: Session, services: Services, need: Need) -> None:
    """After the state of the need says so."""
    end_all_grants(session, need.id)
    answer_all_open(session, services, need)
    for run in session.exec(
        select(MatchRun).where(MatchRun.need_id == need.id, MatchRun.state == MatchRunState.TO_REVIEW)
    ):
        perform(session, MATCH_RUN, run, "lapse", SYSTEM, services.clockwork, as_consequence=True)
    for listed in session.exec(
        select(Recommendation).where(
            Recommendation.need_id == need.id, Recommendation.state == RecommendationState.TO_CHOOSE
        )
    ):
        perform(session, RECOMMENDATION, listed, "lapse", SYSTEM, services.clockwork, as_consequence=True)
