"""跟随: who may, what a follower sees, and who learns how many there are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from service.errors import Forbidden, Invalid, NotFound
from service.schemas.need_ties import TiesOut
from service.schemas.needs import NeedLine
from service.usecases import followers, needs
from service.usecases.need_ties import ties
from service.usecases.need_views import lines
from tests.service.steps import CONTENT, act
from tests.service.ties.support import Company, accepted_of, both, submitted_by
from tests.service.world import World


def follow(world: World, company: Company, need_id: str, name: str = "") -> None:
    with world.services.database.writing() as session:
        followers.follow(session, world.actor(session, name or company.person), need_id, company.id)


def unfollow(world: World, company: Company, need_id: str, name: str = "") -> None:
    with world.services.database.writing() as session:
        followers.unfollow(session, world.actor(session, name or company.person), need_id, company.id)


def followed_by(world: World, name: str) -> list[NeedLine]:
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
        found, total = followers.followed_needs(session, actor)
        assert total == len(found)
        return lines(session, actor, found)


def ties_for(world: World, name: str, need_id: str) -> TiesOut:
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
        return ties(session, actor, needs.find(session, actor, need_id))


def test_a_follower_sees_what_everybody_sees_and_only_staff_learn_how_many_follow(world: World) -> None:
    mine, other = both(world)
    need_id = accepted_of(world, mine)

    follow(world, other, need_id)
    follow(world, other, need_id)

    [line] = followed_by(world, other.person)
    assert (line.title, line.organization, line.due_at) == (CONTENT["title"], "海西蒙古族藏族自治州某企业", None)
    counts = [ties_for(world, name, need_id).follower_count for name in ("格尔木赵静", other.person, mine.person)]
    assert counts == [1, None, None]


def test_whoever_stops_following_is_no_longer_counted(world: World) -> None:
    mine, other = both(world)
    need_id = accepted_of(world, mine)
    follow(world, other, need_id)
    with pytest.raises(NotFound):
        unfollow(world, other, need_id, mine.person)

    unfollow(world, other, need_id)

    assert followed_by(world, other.person) == []
    assert ties_for(world, "格尔木赵静", need_id).follower_count == 0
    with pytest.raises(NotFound):
        unfollow(world, other, need_id)


def test_a_need_that_is_no_longer_public_leaves_the_list_and_can_be_let_go(world: World) -> None:
    mine, other = both(world)
    need_id = accepted_of(world, mine)
    follow(world, other, need_id)

    act(world, mine.person, need_id, "withdraw", note="自己解决了")

    assert followed_by(world, other.person) == []
    unfollow(world, other, need_id)


@pytest.mark.parametrize(
    ("attempt", "refusal"),
    [
        pytest.param(lambda world, mine, other, need: follow(world, mine, need), Invalid, id="one's own need"),
        pytest.param(
            lambda world, mine, other, need: follow(world, other, need, "西宁孙浩"), Forbidden, id="for another firm"
        ),
        pytest.param(
            lambda world, mine, other, need: follow(world, other, submitted_by(world, mine)),
            NotFound,
            id="not public yet",
        ),
        pytest.param(lambda world, mine, other, need: follow(world, other, "0" * 32), NotFound, id="no such need"),
        pytest.param(
            lambda world, mine, other, need: unfollow(world, other, need),
            NotFound,
            id="not followed at all",
        ),
    ],
)
def test_who_cannot_follow(
    world: World, attempt: Callable[[World, Company, Company, str], object], refusal: type[Exception]
) -> None:
    mine, other = both(world)
    need_id = accepted_of(world, mine)

    with pytest.raises(refusal):
        attempt(world, mine, other, need_id)
