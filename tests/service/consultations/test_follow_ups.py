"""回访: on whose list, who answers, and what a reopening does to them."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from service.clock import stopped_at
from service.errors import Conflict, Forbidden, Invalid, NotFound, SecrecySuspected, Stale
from service.models import FollowUp, HolderKind, Outcome, ProxyEntry, Side
from service.schemas.outcomes import FollowUpInput
from service.usecases import follow_ups
from tests.service.consultations.steps import (
    CLERK,
    HOLDER,
    OTHER_CLERK,
    OWNER,
    SECRETARY,
    SOLD,
    STRANGER,
    Served,
    a_matching_need,
    at,
    do,
    served_by_referral,
    until_completed,
    until_to_confirm,
)
from tests.service.match_steps import PROXY
from tests.service.steps import act
from tests.service.world import World

DAY_30 = at("2026-12-23T09:00:00")
STILL_WORKS = {"still_works": True, "note": "一直在用"}


def promised(served: Served) -> list[FollowUp]:
    with served.world.services.database.reading() as session:
        return list(session.exec(select(FollowUp).order_by(col(FollowUp.round), col(FollowUp.days))))


def due(served: Served, who: str) -> list[int]:
    with served.world.services.database.reading() as session:
        return [each.days for each, _ in follow_ups.due(session, served.world.actor(session, who))]


def answer(served: Served, who: str, days: int = 30, **given: object) -> FollowUp:
    with served.world.services.database.writing() as session:
        found = session.exec(select(FollowUp).where(FollowUp.days == days).order_by(col(FollowUp.round))).all()[-1]
        content = FollowUpInput.model_validate({"version": found.version} | STILL_WORKS | given)
        actor = served.world.actor(session, who)
        return follow_ups.answer(session, served.world.services, actor, found.id, content)[0]


def test_what_is_due_today_is_on_the_list_of_the_company_and_of_who_handles_it(served: Served) -> None:
    until_completed(served)
    people = (OWNER, CLERK, OTHER_CLERK, HOLDER, STRANGER)

    assert [due(served, who) for who in people] == [[], [], [], [], []]
    with stopped_at(at("2026-12-22T23:59:00")):
        assert due(served, CLERK) == []
    with stopped_at(DAY_30):
        assert [due(served, who) for who in people] == [[30], [30], [], [], []]
    with stopped_at(at("2027-06-01T09:00:00")):
        assert due(served, OWNER) == [30, 90, 180]


def test_the_company_answers_or_staff_who_asked_and_outcomes_go_with_it(served: Served) -> None:
    until_completed(served)
    with stopped_at(DAY_30):
        with pytest.raises(Invalid, match="是谁说的"):
            answer(served, CLERK)
        answered = answer(served, CLERK, outcomes=[SOLD], proxy=PROXY)
        with pytest.raises(Conflict, match="已经做过"):
            answer(served, OWNER)
        assert due(served, CLERK) == []
    with stopped_at(at("2027-02-21T09:00:00")):
        own = answer(served, OWNER, days=90, still_works=False)

    assert (answered.still_works, answered.note, answered.done_at) == (True, "一直在用", DAY_30)
    assert (own.still_works, own.done_by) == (False, served.world.people[OWNER])
    with served.world.services.database.reading() as session:
        reported = session.exec(select(Outcome)).one()
        proxies = session.exec(select(ProxyEntry).where(ProxyEntry.subject_kind == "follow_up")).all()
    assert (reported.side, reported.occasion, reported.consultation_id) == (Side.OWNER, "30", served.id)
    assert [each.asked_by for each in proxies] == [PROXY["asked_by"]]


def test_who_may_not_answer_and_when_it_is_too_early(served: Served) -> None:
    until_completed(served)

    with pytest.raises(Conflict, match="2026-12-23 以后"):
        answer(served, OWNER)
    with stopped_at(DAY_30):
        for who in (HOLDER, SECRETARY, STRANGER):
            with pytest.raises(NotFound):
                answer(served, who)
        with pytest.raises(Stale):
            answer(served, OWNER, version=7)
        with pytest.raises(SecrecySuspected):
            answer(served, OWNER, note="机密★5年")
        with pytest.raises(Invalid, match="哪一次"):
            answer(served, OWNER, outcomes=[SOLD | {"consultation_id": "0" * 32}])


def test_staff_who_served_do_not_answer_for_the_company(world: World) -> None:
    need_id = a_matching_need(world)
    served = Served(world, need_id, served_by_referral(world, need_id, HolderKind.ASSOCIATION, world.county.id), "")
    until_to_confirm(served, CLERK)
    do(served, OWNER, "confirm")

    with stopped_at(DAY_30):
        with pytest.raises(Forbidden, match="承接方"):
            answer(served, CLERK, proxy=PROXY)
        assert answer(served, OTHER_CLERK, proxy=PROXY).still_works


def test_with_two_who_served_an_outcome_says_which(served: Served) -> None:
    second = Served(
        served.world,
        served.need_id,
        served_by_referral(served.world, served.need_id, HolderKind.SOCIETY, served.world.people["盐湖学会"]),
        "",
    )
    until_completed(served)
    until_to_confirm(second, SECRETARY)
    do(second, OWNER, "confirm")

    with stopped_at(DAY_30):
        with pytest.raises(Invalid, match="哪一次"):
            answer(served, OWNER, outcomes=[SOLD])
        answer(served, OWNER, outcomes=[SOLD | {"consultation_id": second.id}])

    with served.world.services.database.reading() as session:
        assert session.exec(select(Outcome.consultation_id)).all() == [second.id]


def test_reopening_cancels_what_was_promised_and_the_next_end_promises_again(served: Served) -> None:
    until_completed(served)
    with stopped_at(DAY_30):
        answer(served, OWNER)
    with stopped_at(at("2026-12-24T09:00:00")):
        act(served.world, OWNER, served.need_id, "reopen", note="又吸不动了")
        with pytest.raises(Conflict, match="重新打开"):
            answer(served, OWNER, days=90)

    assert [(each.round, each.days, each.cancelled_at is not None) for each in promised(served)] == [
        (1, 30, False),
        (1, 90, True),
        (1, 180, True),
    ]
