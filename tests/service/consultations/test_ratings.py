"""Ratings: by both sides, after the end, of what each wants to mark; silence is no mark."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from sqlmodel import select

from service.actors import Actor
from service.clock import stopped_at
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, SecrecySuspected, Stale
from service.models import HolderKind, Rating, Side
from service.schemas.ratings import AverageOut, AveragesOut, RatingInput
from service.usecases import ratings
from service.usecases.consultations import close_unconfirmed
from tests.service.consultations.steps import (
    CLERK,
    HOLDER,
    OWNER,
    SECRETARY,
    STRANGER,
    Served,
    a_matching_need,
    at,
    by_link,
    do,
    seen_by,
    served_by_invitation,
    until_completed,
    until_to_confirm,
)
from tests.service.match_steps import PROXY


def rate(served: Served, who: str | Actor, side: Side, **given: object) -> Rating:
    with served.world.services.database.writing() as session:
        actor = served.world.actor(session, who) if isinstance(who, str) else who
        content = RatingInput.model_validate(given | {"side": side})
        return ratings.rate(session, served.world.services, actor, served.id, content)


def averages(served: Served, who: str, holder_id: str = "") -> AveragesOut | type[AppError]:
    with served.world.services.database.reading() as session:
        actor = served.world.actor(session, who)
        try:
            return ratings.averages(session, actor, HolderKind.EXPERT, holder_id or served.expert_id)
        except AppError as error:
            return type(error)


def test_nobody_rates_before_the_end_nor_an_end_without_the_companys_word(served: Served) -> None:
    until_to_confirm(served)
    with pytest.raises(Conflict, match="办结之后"):
        rate(served, OWNER, Side.OWNER, skill=5)
    with stopped_at(at("2026-12-04T00:30:00")):
        with served.world.services.database.writing() as session:
            close_unconfirmed(session, served.world.services, served.id)
        for who, side in ((OWNER, Side.OWNER), (HOLDER, Side.HOLDER)):
            with pytest.raises(Conflict, match="办结之后"):
                rate(served, who, side, skill=5)

    with served.world.services.database.reading() as session:
        assert session.exec(select(Rating)).all() == []


def test_both_sides_rate_one_with_the_confirmation_and_one_by_link(served: Served) -> None:
    until_completed(served, rating={"skill": 5, "effect": 4, "comment": "到现场看了"})
    rate(served, by_link(served), Side.HOLDER, cooperation=3)

    expected = [("holder", None, None, 3, None), ("owner", 5, None, None, 4)]
    for who in (OWNER, HOLDER, CLERK, SECRETARY):
        seen = seen_by(served, who)["ratings"]
        found = [tuple(each[name] for name in ("side", "skill", "response", "cooperation", "effect")) for each in seen]
        assert found == expected


def test_one_side_does_not_rate_for_the_other_and_a_proxy_says_who_asked(served: Served) -> None:
    until_completed(served)

    for who, side, error in (
        (HOLDER, Side.OWNER, Forbidden),
        (OWNER, Side.HOLDER, Forbidden),
        (SECRETARY, Side.OWNER, Forbidden),
        (STRANGER, Side.OWNER, NotFound),
        (CLERK, Side.OWNER, Invalid),
    ):
        with pytest.raises(error):
            rate(served, who, side, skill=1)
    with pytest.raises(SecrecySuspected):
        rate(served, OWNER, Side.OWNER, skill=1, comment="机密★5年")

    assert rate(served, CLERK, Side.OWNER, skill=1, proxy=PROXY).skill == 1


def test_a_rating_is_changed_within_seven_days_by_who_saw_it_last(served: Served) -> None:
    until_completed(served, rating={"skill": 5})

    with pytest.raises(Stale) as refused:
        rate(served, OWNER, Side.OWNER, skill=1)
    with stopped_at(at("2026-11-30T08:59:00")):
        changed = rate(served, OWNER, Side.OWNER, skill=4, version=1)
    with stopped_at(at("2026-11-30T09:01:00")), pytest.raises(Conflict, match="超过 7 天"):
        rate(served, OWNER, Side.OWNER, skill=5, version=2)

    assert refused.value.details == {"version": 1, "theirs": {"skill": 5}}
    assert (changed.skill, changed.version) == (4, 2)


def test_averages_leave_out_what_was_not_marked(served: Served) -> None:
    until_completed(served, rating={"skill": 5, "effect": 4})
    need_id = a_matching_need(served.world)
    second = Served(
        served.world, need_id, served_by_invitation(served.world, need_id, served.expert_id), served.expert_id
    )
    until_completed(second, rating={"skill": 4})
    rate(second, HOLDER, Side.HOLDER, skill=1)

    none = AverageOut(average=None, count=0)
    expected = AveragesOut(
        ratings=2,
        skill=AverageOut(average=4.5, count=2),
        response=none,
        cooperation=none,
        effect=AverageOut(average=4.0, count=1),
    )
    assert [averages(served, who) for who in (CLERK, HOLDER)] == [expected, expected]
    assert [averages(served, who) for who in (OWNER, STRANGER)] == [NotFound, NotFound]
    assert averages(served, CLERK, "0" * 32) is NotFound


@pytest.mark.parametrize("given", [{}, {"comment": "很好"}, {"skill": 0}, {"skill": 6}, {"skill": 4.5}])
def test_a_rating_marks_something_from_one_to_five(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RatingInput.model_validate(given | {"side": "owner"})


def test_an_abort_is_not_rated(served: Served) -> None:
    do(served, CLERK, "abort")

    with pytest.raises(Conflict):
        rate(served, OWNER, Side.OWNER, skill=1)
