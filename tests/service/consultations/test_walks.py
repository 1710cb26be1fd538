"""Whatever people try, in whatever order: what always holds of consultations and of the need they are about."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from service.clock import stopped_at
from service.errors import AppError
from service.models import (
    ConsultationState,
    HolderKind,
    NeedState,
    ProxyEntry,
    Rating,
    Resolution,
    Side,
    StatusChange,
)
from service.schemas.ratings import RatingInput
from service.usecases import ratings
from service.usecases.consultations import close_unconfirmed
from service.workflow.consultations import CONSULTATION, OPEN
from tests.service.consultations.steps import (
    ACTS,
    CLERK,
    HOLDER,
    OTHER_CLERK,
    OWNER,
    PLAIN,
    SECRETARY,
    Served,
    a_cared_for_expert,
    a_matching_need,
    do,
    served_by_referral,
)
from tests.service.match_steps import PROXY
from tests.service.world import World

PEOPLE = (OWNER, SECRETARY, CLERK, OTHER_CLERK, HOLDER)
ACTIONS = (*ACTS, *PLAIN, "rate", "close_unconfirmed")
# Where it is not the holder, or staff on the phone.
_TAKERS = {
    "confirm": (OWNER, OTHER_CLERK),
    "dispute": (OWNER, OTHER_CLERK),
    "schedule": (OWNER, OTHER_CLERK),
    "resume": (OTHER_CLERK,),
    "close_unconfirmed": (OTHER_CLERK,),
}


@given(st.data())
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_what_always_holds(world: World, monday: datetime, data: st.DataObject) -> None:
    if SECRETARY not in world.people:
        a_cared_for_expert(world)
    need_id = a_matching_need(world)
    parties = ((HolderKind.SOCIETY, world.people["盐湖学会"]), (HolderKind.ASSOCIATION, world.county.id))
    pair = [
        Served(world, need_id, served_by_referral(world, need_id, kind, holder_id), "") for kind, holder_id in parties
    ]
    moment = monday

    for _ in range(data.draw(st.integers(10, 30))):
        served = data.draw(st.sampled_from(pair))
        likely = st.sampled_from(promising(served))
        who, action = data.draw(likely | likely | st.tuples(st.sampled_from(PEOPLE), st.sampled_from(ACTIONS)))
        moment += timedelta(hours=data.draw(st.sampled_from((0, 2, 30))))
        with stopped_at(moment), suppress(AppError):
            attempt(served, who, action, moment, with_proxy=data.draw(st.booleans()))
        for each in pair:
            assert_consultation_holds(each)
        assert_need_follows(pair)


def promising(served: Served) -> list[tuple[str, str]]:
    """(who, action) of what the state allows, so that walks get somewhere."""
    row = served.row
    holder = SECRETARY if row.holder_kind is HolderKind.SOCIETY else CLERK
    steps = [
        (who, t.action)
        for t in CONSULTATION.transitions
        if row.state in t.sources and t.action != "abort"
        for who in _TAKERS.get(t.action, (holder, OTHER_CLERK))
    ]
    return [*steps, *([] if row.second_job else [(holder, "attest")])] or [(OWNER, "rate"), (holder, "rate")]


def attempt(served: Served, who: str, action: str, moment: datetime, *, with_proxy: bool) -> None:
    services = served.world.services
    if action == "close_unconfirmed":
        with stopped_at(moment + timedelta(days=11)), services.database.writing() as session:
            close_unconfirmed(session, services, served.id)
        return
    given: dict[str, Any] = {"proxy": PROXY} if with_proxy else {}
    if action == "rate":
        side = Side.OWNER if who in (OWNER, OTHER_CLERK) else Side.HOLDER
        with services.database.writing() as session:
            content = RatingInput.model_validate(given | {"side": side, "skill": 3})
            ratings.rate(session, services, served.world.actor(session, who), served.id, content)
        return
    if action in ("schedule", "reschedule"):
        given |= {"starts_at": moment + timedelta(hours=1), "ends_at": moment + timedelta(hours=2)}
    elif action == "contact":
        given |= {"made_at": moment}
    elif action == "sign":
        given |= {"signed_on": (moment + timedelta(hours=8)).date()}
    elif action == "confirm":
        given |= {"rating": {"skill": 4}}
    elif action == "abort":
        given |= {"reason": "owner_withdrew" if with_proxy else "conflict"}
    do(served, who, action, **given)


def assert_consultation_holds(served: Served) -> None:
    row, people = served.row, served.world.people
    with served.world.services.database.reading() as session:
        changes = session.exec(select(StatusChange).where(StatusChange.subject_id == served.id)).all()
        proxies = session.exec(select(ProxyEntry).where(ProxyEntry.subject_id == served.id)).all()
        rated = session.exec(select(Rating.side).where(Rating.consultation_id == served.id)).all()
    confirmed = [change.actor_id for change in changes if change.action == "confirm"]
    on_the_phone = [entry.entered_by_id for entry in proxies if entry.act == "confirm"]

    assert (row.state is ConsultationState.COMPLETED) == bool(confirmed)
    assert all(actor_id == people[OWNER] or actor_id in on_the_phone for actor_id in confirmed)
    assert row.state is ConsultationState.COMPLETED or not rated
    assert (row.resolution is Resolution.UNCONFIRMED) == (row.state is ConsultationState.UNCONFIRMED)
    assert (row.closed_at is None) == (row.state in OPEN)
    assert row.signed_at is None or row.second_job


def assert_need_follows(pair: list[Served]) -> None:
    """Open while anything is going on, closed once something was reached and nothing is."""
    need, rows = pair[0].need, [served.row for served in pair]
    if any(row.state in OPEN for row in rows):
        expected = NeedState.ENGAGED
    elif any(row.resolution for row in rows):
        expected = NeedState.CLOSED
    else:
        expected = NeedState.ACCEPTED

    assert need.state is expected
    assert (need.closed_at is not None) == (need.state is NeedState.CLOSED)
    assert (need.resolution is not None) == (need.state is NeedState.CLOSED)
