"""给我打电话、请学会代办: who may ask, who is to call, and how it ends."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from service.actors import Actor
from service.clock import stopped_at
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, TooMany
from service.models import CallKind, CallRequest, CallResult, CallSubject, LinkPurpose, ReadEntry, User
from service.schemas.calls import NumberOut
from service.usecases import calls
from service.usecases.signed_links import actor_by_address, address, link_to
from tests.service.call_steps import INVITATION, actor, ask, change_expert, listed, note, offer, refused
from tests.service.match_steps import a_chosen_need, accept, invite, ranking_by_words
from tests.service.matrix.people import more_people
from tests.service.notices.notice_steps import forget_notices, notices_of, tell, titles
from tests.service.world import World

TUESDAY = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.fixture
def invited(world: World, tmp_path: Path) -> str:
    """李锂 is asked: with a number on record, and a society that has a secretary."""
    more_people(world)
    need_id, listed = a_chosen_need(world, ranking_by_words(world, tmp_path), "李锂")
    change_expert(world, mobile="13909790001", society_id=world.people["盐湖学会"])
    return invite(world, "格尔木赵静", need_id, *listed)[0]


def by_link(world: World, invitation_id: str) -> Actor:
    with world.services.database.reading() as session:
        link = link_to(session, LinkPurpose.INVITATION, invitation_id)
        assert link is not None
        path = address(world.services, link).partition("/r/")[2]
    return actor_by_address(world.services, path)


def test_who_asks_stands_in_the_clerks_list_until_they_were_reached(world: World, invited: str) -> None:
    expert = actor(world, "李锂")
    before = offer(world, expert, invited)
    forget_notices(world)
    request_id = ask(world, expert, invited, free_at="下午三点以后")
    tell(world, f"call_request:{request_id}")

    with world.services.database.writing() as session:
        clerk = world.actor(session, "格尔木赵静")
        shown = calls.show(session, world.services, clerk, CallKind.REQUEST, request_id)
    asked = offer(world, expert, invited)

    assert (before.masked_phone, before.caller, before.society, before.open) == (
        "139****0001",
        "格尔木市科协",
        "盐湖学会",
        None,
    )
    why = "关于邀约，请您给他打电话，方便的时间：下午三点以后"
    assert listed(world, "格尔木赵静") == [(CallKind.REQUEST, "李锂", why)]
    assert (listed(world, "盐湖学会秘书"), listed(world, "西宁孙浩")) == ([], [])
    assert shown.numbers == [NumberOut(name="李锂", organization="", mobile="13909790001")]
    assert (shown.about_kind, shown.about_id) == (INVITATION, invited)
    assert asked.open is not None
    assert asked.open.told == "格尔木市科协"
    assert titles(world) == {"格尔木赵静": ["李锂请您打电话"]}
    assert "139" not in notices_of(world, "格尔木赵静")[0].text
    with world.services.database.reading() as session:
        read = session.exec(select(ReadEntry).where(ReadEntry.what == "mobile")).all()
    assert [(each.reader_id, each.subject_kind) for each in read] == [(world.people["格尔木赵静"], "expert")]

    note(world, "格尔木赵静", request_id, CallResult.REACHED)

    assert listed(world, "格尔木赵静") == []
    assert offer(world, expert, invited).open is None
    with world.services.database.reading() as session:
        kept = session.get_one(CallRequest, request_id)
    assert (kept.done_at is not None, kept.phone, kept.free_at) == (True, "", "")


def test_one_request_is_open_at_a_time_whether_by_account_or_by_link(world: World, invited: str) -> None:
    ask(world, by_link(world, invited), invited)

    assert refused(world, actor(world, "李锂"), invited) is Conflict
    assert refused(world, by_link(world, invited), invited) is Conflict


def test_the_society_calls_who_asks_it_and_the_clerk_once_nobody_is_left_there(world: World, invited: str) -> None:
    request_id = ask(world, by_link(world, invited), invited, wish="do_for_me")
    forget_notices(world)
    tell(world, f"call_request:{request_id}")

    why = "关于邀约，请您代办：问清他的意思，替他登记"
    assert titles(world) == {"盐湖学会秘书": ["李锂请您打电话"]}
    assert (listed(world, "盐湖学会秘书"), listed(world, "格尔木赵静")) == ([(CallKind.REQUEST, "李锂", why)], [])

    with world.services.database.writing() as session:
        session.get_one(User, world.people["盐湖学会秘书"]).is_active = False

    assert listed(world, "格尔木赵静") == [(CallKind.REQUEST, "李锂", why)]
    open_one = offer(world, by_link(world, invited), invited).open
    assert open_one is not None
    assert open_one.told == "格尔木市科协"


def test_only_whose_affair_it_is_may_ask_and_only_who_is_asked_sees_the_number(world: World, invited: str) -> None:
    others = {name: refused(world, actor(world, name), invited) for name in ("格尔木赵静", "盐湖学会秘书", "路人吴芳")}
    request_id = ask(world, actor(world, "李锂"), invited, wish="do_for_me")
    calling = {}
    for name in ("西宁孙浩", "盐湖厂马工", "路人吴芳", "李锂"):
        with world.services.database.writing() as session:
            try:
                calls.show(session, world.services, world.actor(session, name), CallKind.REQUEST, request_id)
            except AppError as error:
                calling[name] = type(error)

    assert others == {"格尔木赵静": Forbidden, "盐湖学会秘书": Forbidden, "路人吴芳": NotFound}
    assert calling == {"西宁孙浩": NotFound, "盐湖厂马工": Forbidden, "路人吴芳": NotFound, "李锂": NotFound}


def test_without_a_number_on_record_one_has_to_be_given(world: World, invited: str) -> None:
    change_expert(world, mobile="")
    expert = actor(world, "李锂")

    without = refused(world, expert, invited)
    wrong = refused(world, expert, invited, phone="12345")
    request_id = ask(world, expert, invited, phone="0979 8412345")

    assert (without, wrong) == (Invalid, Invalid)
    with world.services.database.writing() as session:
        shown = calls.show(session, world.services, world.actor(session, "格尔木赵静"), CallKind.REQUEST, request_id)
    assert [each.mobile for each in shown.numbers] == ["0979-8412345"]


def test_who_is_not_reached_is_called_again_on_the_next_working_day(world: World, invited: str) -> None:
    request_id = ask(world, actor(world, "李锂"), invited)

    note(world, "格尔木赵静", request_id, CallResult.NO_ANSWER)

    assert listed(world, "格尔木赵静") == []
    with stopped_at(TUESDAY):
        assert [line[:2] for line in listed(world, "格尔木赵静")] == [(CallKind.REQUEST, "李锂")]


def test_nobody_asks_all_day_long(world: World, invited: str) -> None:
    expert = actor(world, "李锂")
    for _ in range(world.services.settings.most_call_requests_a_day):
        note(world, "格尔木赵静", ask(world, expert, invited), CallResult.REACHED)

    assert refused(world, expert, invited) is TooMany


def test_the_company_and_who_serves_ask_about_the_consultation(world: World, invited: str) -> None:
    consultation_id = accept(world, "李锂", invited)
    for name, phone in (("盐湖厂马工", "13909790002"), ("李锂", "")):
        ask(world, actor(world, name), consultation_id, CallSubject.CONSULTATION, phone=phone)

    assert sorted(listed(world, "格尔木赵静")) == [
        (CallKind.REQUEST, "李锂", "关于对接咨询，请您给他打电话"),
        (CallKind.REQUEST, "盐湖厂马工", "关于对接咨询，请您给他打电话"),
    ]
