"""What came of consultations, under /api: 成效, 评价, 回访, and a need's milestones."""

from __future__ import annotations

from service.api.dependencies import CurrentActor, Reading, ServicesDep, Writing
from service.api.routing import Router, policy
from service.models import HolderKind
from service.schemas.consultation_views import MilestoneOut
from service.schemas.outcomes import (
    CorrectedOutcome,
    FollowUpInput,
    FollowUpOut,
    OutcomeOut,
    ReportInput,
    VerifyOutcomeInput,
)
from service.schemas.ratings import AveragesOut, RatingInput, RatingOut
from service.usecases import follow_ups, milestones, outcomes, ratings
from service.usecases.consultation_views import follow_up, follow_up_lines, outcome, outcome_lines

router = Router(tags=["成效与评价"])


@router.post("/consultations/{consultation_id}/outcomes", status_code=201, summary="填报成效")
@policy("consultation.act")
def report_outcomes(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str, given: ReportInput
) -> list[OutcomeOut]:
    rows = outcomes.report(session, services, actor, consultation_id, given)
    return outcome_lines(session, rows)


@router.put("/outcomes/{outcome_id}", summary="更正成效（核实之前）")
@policy("consultation.act")
def correct_outcome(
    session: Writing, services: ServicesDep, actor: CurrentActor, outcome_id: str, given: CorrectedOutcome
) -> OutcomeOut:
    return outcome(session, outcomes.correct(session, services, actor, outcome_id, given))


@router.post("/outcomes/{outcome_id}/verify", summary="核实成效")
@policy("outcome.verify")
def verify_outcome(
    session: Writing, services: ServicesDep, actor: CurrentActor, outcome_id: str, given: VerifyOutcomeInput
) -> OutcomeOut:
    return outcome(session, outcomes.verify(session, services, actor, outcome_id, given))


@router.put("/consultations/{consultation_id}/ratings", summary="评价对方")
@policy("consultation.act")
def rate_consultation(
    session: Writing, services: ServicesDep, actor: CurrentActor, consultation_id: str, given: RatingInput
) -> RatingOut:
    rating = ratings.rate(session, services, actor, consultation_id, given)
    return RatingOut.model_validate(rating, from_attributes=True)


@router.get("/experts/{expert_id}/ratings", summary="专家得到的平均评价")
@policy("rating.view")
def show_ratings_of_expert(session: Reading, actor: CurrentActor, expert_id: str) -> AveragesOut:
    return ratings.averages(session, actor, HolderKind.EXPERT, expert_id)


@router.get("/teams/{team_id}/ratings", summary="服务团队得到的平均评价")
@policy("rating.view")
def show_ratings_of_team(session: Reading, actor: CurrentActor, team_id: str) -> AveragesOut:
    return ratings.averages(session, actor, HolderKind.TEAM, team_id)


@router.get("/follow-ups", summary="今天要做的回访")
@policy("follow_up.list")
def list_follow_ups(session: Reading, actor: CurrentActor) -> list[FollowUpOut]:
    return follow_up_lines(session, follow_ups.due(session, actor))


@router.post("/follow-ups/{follow_up_id}/answer", summary="答复回访")
@policy("follow_up.answer")
def answer_follow_up(
    session: Writing, services: ServicesDep, actor: CurrentActor, follow_up_id: str, given: FollowUpInput
) -> FollowUpOut:
    return follow_up(session, follow_ups.answer(session, services, actor, follow_up_id, given))


@router.get("/needs/{need_id}/milestones", summary="需求的关键时点")
@policy("need.history")
def show_milestones(session: Reading, actor: CurrentActor, need_id: str) -> list[MilestoneOut]:
    return milestones.milestones(session, actor, need_id)
