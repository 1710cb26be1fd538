"""Where 审签 is switched on for it, a list goes to the company only once it was issued."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from service.errors import Conflict
from service.models import Approval, MatchRun
from service.schemas.approvals import ApprovalActionInput, NewApproval
from service.usecases import approvals
from tests.service.match_steps import a_matched_need, an_expert, list_of, ranking_by_words, review
from tests.service.world import World

RELEASE = "recommendation.release"


def issue(world: World, run_id: str) -> None:
    with world.services.database.writing() as session:
        drafted = NewApproval(kind=RELEASE, subject_kind="match_run", subject_id=run_id, title="向盐湖厂推荐专家名单")
        actor = world.actor(session, "格尔木赵静")
        approval_id = approvals.draft(session, world.services, actor, drafted).approval.id
    for name, action in (("海西州李强", "review"), ("省科协王敏", "issue")):
        with world.services.database.writing() as session:
            version = session.get_one(Approval, approval_id).version
            given = ApprovalActionInput.model_validate({"version": version})
            approvals.act(session, world.services, world.actor(session, name), approval_id, action, given)


def test_a_list_goes_to_the_company_once_it_is_issued(world: World, tmp_path: Path) -> None:
    settings = world.services.settings.model_copy(update={"approval_kinds": (RELEASE,)})
    world = replace(world, services=replace(world.services, settings=settings))
    expert = f"expert:{an_expert(world, '李锂')}"
    need_id = a_matched_need(world, ranking_by_words(world, tmp_path))

    with pytest.raises(Conflict, match="这一步要先签发：把推荐名单发给企业之前"):
        review(world, need_id, "adopt", expert)
    with world.services.database.reading() as session:
        run_id = session.exec(select(MatchRun.id)).one()
    issue(world, run_id)
    review(world, need_id, "adopt", expert)

    assert [party.name for party in list_of(world, "盐湖厂马工", need_id).parties] == ["李锂"]


def test_nobody_fits_needs_no_signature(world: World, tmp_path: Path) -> None:
    settings = world.services.settings.model_copy(update={"approval_kinds": (RELEASE,)})
    world = replace(world, services=replace(world.services, settings=settings))
    an_expert(world, "赵风")
    need_id = a_matched_need(world, ranking_by_words(world, tmp_path))

    assert review(world, need_id, "none", reason="省里没有做这一行的").state_label == "已复核"
