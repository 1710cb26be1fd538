"""What closing, withdrawing, expiring, reopening and taking up a need do to what hangs on it; and its milestones."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service.clock import stopped_at
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import (
    ConsultationState,
    DisclosureGrant,
    HolderKind,
    Invitation,
    InvitationState,
    Need,
    NeedState,
    Referral,
    ReferralState,
    Reservation,
    Resolution,
)
from service.schemas.ratings import RatingInput
from service.usecases import ratings
from service.usecases.milestones import milestones
from service.usecases.need_effects import expire
from tests.service.consultations.steps import (
    CLERK,
    HOLDER,
    OWNER,
    Served,
    a_cared_for_expert,
    a_matching_need,
    a_served_need,
    at,
    by_link,
    do,
    picked,
    put,
    referred,
    served_by_invitation,
    until_completed,
)
from tests.service.match_steps import PROXY, invite
from tests.service.steps import act
from tests.service.world import World


def need_of(world: World, need_id: str) -> Need:
    with world.services.database.reading() as session:
        return session.get_one(Need, need_id)


def asked(world: World) -> tuple[str, str]:
    """A need, and an invitation that waits for its answer."""
    need_id = a_matching_need(world)
    expert_id = a_cared_for_expert(world)
    return need_id, invite(world, CLERK, need_id, picked(world, need_id, expert_id))[0]


def test_withdrawing_ends_everything_that_was_going_on(served: Served) -> None:
    world = served.world
    second = a_cared_for_expert(world, "赵风")
    invite(world, CLERK, served.need_id, picked(world, served.need_id, second))
    do(served, HOLDER, "contact")

    state = act(world, OWNER, served.need_id, "withdraw", note="不做了")

    need, row = served.need, served.row
    assert (state, need.resolution, need.closed_at) == (
        NeedState.WITHDRAWN,
        Resolution.OWNER_WITHDREW,
        at("2026-11-23T09:00:00"),
    )
    assert (row.state, row.resolution) == (ConsultationState.ABORTED, Resolution.OWNER_WITHDREW)
    with world.services.database.reading() as session:
        invitations = session.exec(select(Invitation.state)).all()
        grants = session.exec(select(DisclosureGrant)).all()
        slots = session.exec(select(Reservation)).all()
    assert sorted(invitations) == [InvitationState.CANCELLED, InvitationState.RELEASED]
    assert [each.ended_at is not None for each in grants] == [True, True]
    assert slots == []


def test_withdrawing_takes_an_unanswered_referral_back(served: Served) -> None:
    world = served.world
    referral_id = referred(world, served.need_id, HolderKind.SOCIETY, world.people["盐湖学会"])

    act(world, OWNER, served.need_id, "withdraw", note="不做了")

    with world.services.database.reading() as session:
        assert session.get_one(Referral, referral_id).state is ReferralState.WITHDRAWN


def test_what_is_signed_is_not_withdrawn_in_that_round(served: Served) -> None:
    world = served.world
    do(served, HOLDER, "contact")
    do(served, HOLDER, "attest")
    do(served, OWNER, "sign")
    with pytest.raises(Conflict, match="已经签约"):
        act(world, OWNER, served.need_id, "withdraw", note="不做了")

    do(served, HOLDER, "request_closing")
    do(served, OWNER, "confirm")
    act(world, OWNER, served.need_id, "reopen", note="又吸不动了")

    assert act(world, OWNER, served.need_id, "withdraw", note="不做了") is NeedState.WITHDRAWN


def test_staff_withdraw_only_on_the_owners_word(world: World) -> None:
    need_id = a_matching_need(world)

    with pytest.raises(Forbidden):
        act(world, CLERK, need_id, "withdraw", note="企业来电", proxy=PROXY)

    assert act(world, OWNER, need_id, "withdraw", note="不做了") is NeedState.WITHDRAWN


def test_closing_without_service_says_why_and_lets_those_asked_go(world: World) -> None:
    need_id, invitation_id = asked(world)
    with pytest.raises(Conflict):
        act(world, CLERK, need_id, "close", reason="unsolvable", note="现有技术做不到")
    act(world, CLERK, need_id, "search_again", note="换个方向")
    put(world, need_id, NeedState.MATCHING)
    with pytest.raises(Invalid, match="理由"):
        act(world, CLERK, need_id, "close", reason="solved", note="好了")

    act(world, CLERK, need_id, "close", reason="unsolvable", note="现有技术做不到")

    need = need_of(world, need_id)
    assert (need.state, need.resolution, need.closed_at is not None) == (NeedState.CLOSED, Resolution.UNSOLVABLE, True)
    with world.services.database.reading() as session:
        assert session.get_one(Invitation, invitation_id).state is InvitationState.CANCELLED


def test_a_need_that_is_being_served_is_not_closed_over_their_heads(served: Served) -> None:
    act(served.world, CLERK, served.need_id, "search_again", note="再找一位")
    put(served.world, served.need_id, NeedState.MATCHING)

    with pytest.raises(Conflict, match="进行中的对接咨询"):
        act(served.world, CLERK, served.need_id, "close", reason="unsolvable", note="做不到")

    until_completed(served)
    act(served.world, CLERK, served.need_id, "close", reason="unsolvable", note="别的做不到")
    assert served.need.resolution is Resolution.PARTLY_SOLVED


def test_reopening_starts_another_round_in_which_the_same_expert_may_serve_again(served: Served) -> None:
    world = served.world
    until_completed(served)
    with stopped_at(at("2027-05-23T09:01:00")), pytest.raises(Conflict, match="超过 180 天"):
        act(world, OWNER, served.need_id, "reopen", note="又吸不动了")

    with stopped_at(at("2027-05-21T09:00:00")):
        state = act(world, OWNER, served.need_id, "reopen", note="又吸不动了")
        need = served.need
        put(world, served.need_id, NeedState.MATCHING)
        again = served_by_invitation(world, served.need_id, served.expert_id)

    assert (state, need.round, need.resolution, need.closed_at) == (NeedState.ACCEPTED, 2, None, None)
    second = Served(world, served.need_id, again, served.expert_id)
    assert (second.row.round, second.need.state, second.need.number) == (2, NeedState.ENGAGED, need.number)
    assert (served.row.state, served.row.resolution) == (ConsultationState.COMPLETED, Resolution.PARTLY_SOLVED)


def test_what_expires_lets_those_asked_go_and_can_be_taken_up_within_thirty_days(world: World) -> None:
    need_id = a_matching_need(world)
    put(world, need_id, NeedState.RECOMMENDED)
    with world.services.database.writing() as session:
        expire(session, world.services, need_id)
    expired = need_of(world, need_id)
    with stopped_at(at("2026-12-23T09:01:00")), pytest.raises(Conflict, match="超过 30 天"):
        act(world, OWNER, need_id, "take_up")

    with stopped_at(at("2026-12-22T09:00:00")):
        state = act(world, OWNER, need_id, "take_up")

    taken_up = need_of(world, need_id)
    assert (expired.state, expired.closed_at) == (NeedState.EXPIRED, at("2026-11-23T09:00:00"))
    assert (state, taken_up.closed_at, taken_up.number) == (NeedState.SUBMITTED, None, expired.number)
    assert (expired.round, taken_up.round) == (1, 2), "who named an expert before does not lead what comes of it now"


def test_a_need_that_is_served_goes_on_where_the_company_did_not_choose_somebody_else(served: Served) -> None:
    put(served.world, served.need_id, NeedState.RECOMMENDED)

    with served.world.services.database.writing() as session:
        expire(session, served.world.services, served.need_id)

    assert (served.need.state, served.need.closed_at) == (NeedState.ENGAGED, None)


def test_only_what_may_expire_expires(world: World) -> None:
    need_id = a_matching_need(world)

    with pytest.raises(Conflict), world.services.database.writing() as session:
        expire(session, world.services, need_id)


def test_the_milestones_of_a_need_are_read_from_what_was_recorded(world: World) -> None:
    served = a_served_need(world)
    with stopped_at(at("2026-11-24T09:00:00")):
        do(served, by_link(served), "attest")
        do(served, by_link(served), "contact", made_at="2026-11-24T08:30:00+08:00")
        do(served, OWNER, "sign")
    with stopped_at(at("2026-11-25T09:00:00")):
        do(served, HOLDER, "request_closing")
        do(served, OWNER, "confirm", rating={"skill": 5})
    with stopped_at(at("2026-11-26T09:00:00")):
        with world.services.database.writing() as session:
            actor = world.actor(session, HOLDER)
            marks = RatingInput.model_validate({"side": "holder", "effect": 4})
            ratings.rate(session, world.services, actor, served.id, marks)
        act(world, OWNER, served.need_id, "reopen", note="又吸不动了")
        with world.services.database.reading() as session:
            found = milestones(session, world.actor(session, OWNER), served.need_id)
            with pytest.raises(NotFound):
                milestones(session, world.actor(session, HOLDER), served.need_id)

    start = at("2026-11-23T09:00:00")
    assert [(each.label, each.at) for each in found] == [
        ("提交", start),
        ("入库", start),
        ("推荐", start),
        ("派单", start),
        ("接单", start),
        ("签约", start),
        ("首次联系", at("2026-11-24T08:30:00")),
        ("办结", at("2026-11-25T09:00:00")),
        ("评价", at("2026-11-25T09:00:00")),
        ("重新打开", at("2026-11-26T09:00:00")),
        ("评价", at("2026-11-26T09:00:00")),
    ]
