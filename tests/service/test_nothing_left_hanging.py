"""What random walks found: what ended with its need, what went on after it was unsealed, what is offered or not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from service.clock import now, stopped_at
from service.errors import AppError, Conflict
from service.models import (
    Consultation,
    ConsultationState,
    DisclosureGrant,
    Invitation,
    InvitationState,
    MatchRun,
    MatchRunState,
    Need,
    NeedState,
    Recommendation,
    RecommendationState,
)
from service.schemas.common import ActionInput
from service.usecases import invitations, need_acts
from service.usecases.consent_log import given_contact
from service.usecases.deadlines import pass_deadlines
from service.worker import Worker
from tests.service.consultations.steps import (
    CLERK,
    OWNER,
    Served,
    a_served_need,
    seen_by,
    until_completed,
)
from tests.service.match_steps import (
    a_chosen_need,
    a_matched_need,
    accept,
    an_expert,
    decline,
    invite,
    ranking_by_words,
    review,
)
from tests.service.steps import act
from tests.service.world import World


@pytest.fixture
def worker(world: World, tmp_path: Path) -> Worker:
    return ranking_by_words(world, tmp_path)


def state_of(world: World, need_id: str) -> NeedState:
    with world.services.database.reading() as session:
        return session.get_one(Need, need_id).state


def runs(world: World, need_id: str) -> list[MatchRunState]:
    with world.services.database.reading() as session:
        wanted = select(MatchRun).where(MatchRun.need_id == need_id).order_by(col(MatchRun.created_at))
        return [run.state for run in session.exec(wanted)]


def lists(world: World, need_id: str) -> list[RecommendationState]:
    with world.services.database.reading() as session:
        found = session.exec(select(Recommendation).where(Recommendation.need_id == need_id))
        return [listed.state for listed in found]


def seal_and_unseal(world: World, worker: Worker, need_id: str) -> None:
    """The worker works in between, and leaves what is sealed alone."""
    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, CLERK), need_id, note="疑似涉密")
    worker.run_pending()
    with world.services.database.writing() as session:
        officer = world.actor(session, "保密办周正")
        need_acts.unseal(session, world.services, officer, need_id, note="不涉密")
    worker.run_pending()


def test_nobody_reviews_or_chooses_for_a_need_that_has_ended(world: World, worker: Worker) -> None:
    expert_id = an_expert(world, "李锂")
    unreviewed = a_matched_need(world, worker)
    act(world, OWNER, unreviewed, "withdraw", note="不做了")
    assert runs(world, unreviewed) == [MatchRunState.OUTDATED]
    with pytest.raises(AppError):
        review(world, unreviewed, "adopt", f"expert:{expert_id}")
    assert lists(world, unreviewed) == []


def test_a_list_that_lies_before_the_company_lapses_with_its_need(world: World, worker: Worker) -> None:
    expert_id = an_expert(world, "李锂")
    need_id = a_matched_need(world, worker)
    review(world, need_id, "adopt", f"expert:{expert_id}")

    act(world, OWNER, need_id, "withdraw", note="不做了")

    assert lists(world, need_id) == [RecommendationState.REPLACED]


def test_nobody_is_invited_about_a_need_that_has_ended(world: World, worker: Worker) -> None:
    need_id, listed = a_chosen_need(world, worker, "李锂")
    act(world, OWNER, need_id, "withdraw", note="不做了")

    with pytest.raises(Conflict, match="不能发邀约"):
        invite(world, CLERK, need_id, *listed)


def test_a_need_sealed_before_it_was_matched_is_matched_once_it_is_free(world: World, worker: Worker) -> None:
    an_expert(world, "李锂")
    worker.run_pending()
    need_id = a_chosen_need(world, worker, "赵风")[0]
    act(world, CLERK, need_id, "search_again", note="换个方向")

    seal_and_unseal(world, worker, need_id)

    assert state_of(world, need_id) is NeedState.MATCHING


def test_what_ended_while_a_need_was_sealed_moves_it_on_once_it_is_free(world: World, worker: Worker) -> None:
    need_id, listed = a_chosen_need(world, worker, "李锂")
    [asked] = invite(world, CLERK, need_id, *listed)
    decline(world, "李锂", asked)

    seal_and_unseal(world, worker, need_id)

    assert state_of(world, need_id) is NeedState.MATCHING


def test_an_expert_may_accept_while_the_need_is_to_be_matched_again(world: World, worker: Worker) -> None:
    need_id, listed = a_chosen_need(world, worker, "李锂")
    [asked] = invite(world, CLERK, need_id, *listed)
    act(world, CLERK, need_id, "search_again", note="再找一位")

    accept(world, "李锂", asked)

    assert state_of(world, need_id) is NeedState.ENGAGED


def test_matching_again_takes_the_matching_before_it_from_the_desk(world: World, worker: Worker) -> None:
    need_id, listed = a_chosen_need(world, worker, "李锂")
    invite(world, CLERK, need_id, *listed)
    act(world, CLERK, need_id, "search_again", note="换个方向")
    worker.run_pending()
    assert runs(world, need_id) == [MatchRunState.REVIEWED, MatchRunState.TO_REVIEW]

    act(world, OWNER, need_id, "withdraw", note="不做了")
    assert runs(world, need_id) == [MatchRunState.REVIEWED, MatchRunState.OUTDATED]


def test_reading_ends_at_the_moment_the_time_to_answer_is_up(world: World, worker: Worker) -> None:
    need_id, listed = a_chosen_need(world, worker, "李锂")
    [asked] = invite(world, CLERK, need_id, *listed)

    with stopped_at(now() + timedelta(days=15)):
        pass_deadlines(world.services)

    with world.services.database.reading() as session:
        assert session.get_one(Invitation, asked).state is InvitationState.EXPIRED
        assert session.exec(select(DisclosureGrant).where(col(DisclosureGrant.ended_at).is_(None))).all() == []


def test_contact_data_are_the_companys_only_while_the_expert_serves(world: World) -> None:
    served = a_served_need(world)
    assert contact_readers(served) == {world.company.id}

    until_completed(served)

    assert contact_readers(served) == set()


def contact_readers(served: Served) -> set[str]:
    with served.world.services.database.reading() as session:
        return set(given_contact(session, served.expert_id))


def test_rating_is_offered_until_it_cannot_be_changed_any_more(world: World) -> None:
    served = a_served_need(world)
    until_completed(served, rating={"skill": 4})

    assert "rate" in offered(served, OWNER)
    with stopped_at(now() + timedelta(days=8)):
        assert "rate" not in offered(served, OWNER)


def offered(served: Served, who: str) -> list[str]:
    return [each["action"] for each in seen_by(served, who)["actions"]]


def test_an_invitation_served_to_the_end_is_not_stopped(world: World) -> None:
    served = a_served_need(world)
    until_completed(served)
    with world.services.database.reading() as session:
        case = session.get_one(Consultation, served.id)
        assert case.state is ConsultationState.COMPLETED
        invitation_id = case.invitation_id

    for action in ("stop", "release"):
        with pytest.raises(Conflict, match=r"办结|见过面"):
            take_back(world, invitation_id or "", action)


def take_back(world: World, invitation_id: str, action: str) -> None:
    with world.services.database.writing() as session:
        actor = world.actor(session, CLERK)
        version = invitations.find(session, actor, invitation_id).subject.version
        given = ActionInput.model_validate({"version": version, "note": "利益冲突"})
        invitations.take_back(session, world.services, actor, invitation_id, action, given)
