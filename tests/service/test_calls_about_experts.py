"""给我打电话、请学会代办 about an expert's own affairs."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import col, select

from service.actors import actor_by_link
from service.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from service.models import (
    CallKind,
    CallNote,
    CallRequest,
    CallResult,
    CallSubject,
    Expert,
    ExpertState,
    Membership,
    MembershipRole,
    Post,
    ReadEntry,
    User,
)
from service.passwords import keeper
from service.schemas.calls import CallOut, NumberOut
from service.usecases import call_requests, erasures, own_data
from tests.service.call_steps import actor, ask, change_expert, listed, note, offer, refused, shown_to, told
from tests.service.match_steps import an_expert
from tests.service.matrix.people import more_people
from tests.service.notices.notice_steps import notices_of
from tests.service.privacy.erasing import PASSWORD
from tests.service.world import World

EXPERT = CallSubject.EXPERT
CLERK, SECRETARY, SOCIETY = "格尔木赵静", "盐湖学会秘书", "盐湖学会"
WHY = "关于本人的画像、服务团或待办，请您给他打电话"


@pytest.fixture
def expert_id(world: World) -> str:
    """李锂, of the county, with a number on record and without a society."""
    more_people(world)
    found = an_expert(world, "李锂")
    change_expert(world, mobile="13909790001")
    return found


def a_colleague(world: World, name: str) -> None:
    """Somebody else belongs to the society."""
    with world.services.database.writing() as session:
        person = Membership(
            user_id=world.people[name], organization_id=world.people[SOCIETY], role=MembershipRole.CONTACT
        )
        session.add(person)


def nobody_is_left(world: World) -> None:
    with world.services.database.writing() as session:
        session.get_one(User, world.people[SECRETARY]).is_active = False


def test_the_clerk_of_the_place_is_asked_where_there_is_no_society(world: World, expert_id: str) -> None:
    expert = actor(world, "李锂")
    before = offer(world, expert, expert_id, EXPERT)
    request_id = ask(world, expert, expert_id, EXPERT, free_at="下午三点以后")
    heard = told(world, request_id)
    shown = shown_to(world, CLERK, request_id)
    asked = offer(world, expert, expert_id, EXPERT).open

    assert (before.caller, before.society, before.for_expert, before.open) == ("格尔木市科协", "", True, None)
    assert asked is not None
    assert (asked.told, asked.masked_phone) == ("格尔木市科协", "139****0001")
    assert listed(world, CLERK) == [(CallKind.REQUEST, "李锂", f"{WHY}，方便的时间：下午三点以后")]
    others = (SECRETARY, "西宁孙浩", "海西州李强", "省科协王敏")
    assert [listed(world, name) for name in others] == [[]] * 4
    assert isinstance(shown, CallOut)
    assert (shown.need_id, shown.need_number, shown.title) == (None, None, "")
    assert (shown.about_kind, shown.about_id) == (EXPERT, expert_id)
    assert shown.numbers == [NumberOut(name="李锂", organization="", mobile="13909790001")]
    assert heard == {CLERK: ["李锂请您打电话"]}
    notice = notices_of(world, CLERK)[0]
    assert (notice.need_id, notice.text.startswith(f"{WHY}，方便的时间：下午三点以后。请在")) == (None, True)
    with world.services.database.reading() as session:
        read = session.exec(select(ReadEntry).where(ReadEntry.what == "mobile")).all()
    assert [(each.reader_id, each.subject_id) for each in read] == [(world.people[CLERK], expert_id)]

    note(world, CLERK, request_id, CallResult.NO_ANSWER)
    note(world, CLERK, request_id, CallResult.REACHED)

    assert listed(world, CLERK) == []
    assert offer(world, expert, expert_id, EXPERT).open is None
    with world.services.database.reading() as session:
        kept, notes = session.get_one(CallRequest, request_id), session.exec(select(CallNote)).all()
    assert (kept.need_id, kept.done_at is not None, kept.phone, kept.free_at) == (None, True, "", "")
    assert [(each.need_id, each.subject_id) for each in notes] == [(None, request_id)] * 2


@pytest.mark.parametrize("wish", ["call", "do_for_me"])
def test_the_society_is_asked_first_and_the_clerk_once_nobody_is_left_there(
    world: World, expert_id: str, wish: str
) -> None:
    change_expert(world, society_id=world.people[SOCIETY])
    expert = actor(world, "李锂")
    before = offer(world, expert, expert_id, EXPERT)
    request_id = ask(world, expert, expert_id, EXPERT, wish=wish)

    assert (before.caller, before.society) == ("盐湖学会", "盐湖学会")
    assert told(world, request_id) == {SECRETARY: ["李锂请您打电话"]}
    assert [line[1] for line in listed(world, SECRETARY)] == ["李锂"]
    assert listed(world, CLERK) == []

    nobody_is_left(world)

    assert [line[1] for line in listed(world, CLERK)] == ["李锂"]
    open_one = offer(world, expert, expert_id, EXPERT).open
    assert open_one is not None
    assert open_one.told == "格尔木市科协"


def test_a_society_without_people_is_not_asked_at_all(world: World, expert_id: str) -> None:
    change_expert(world, society_id=world.people[SOCIETY])
    nobody_is_left(world)
    expert = actor(world, "李锂")

    request_id = ask(world, expert, expert_id, EXPERT, wish="do_for_me")

    assert told(world, request_id) == {CLERK: ["李锂请您打电话"]}
    with world.services.database.reading() as session:
        assert session.get_one(CallRequest, request_id).society_id is None


def test_nobody_is_to_call_themselves(world: World, expert_id: str) -> None:
    """The expert is all there is of the society; then a colleague joins and leaves."""
    change_expert(world, society_id=world.people[SOCIETY])
    nobody_is_left(world)
    a_colleague(world, "李锂")
    expert = actor(world, "李锂")

    assert offer(world, expert, expert_id, EXPERT).caller == "格尔木市科协"
    a_colleague(world, "路人吴芳")
    request_id = ask(world, expert, expert_id, EXPERT)
    assert (len(listed(world, "路人吴芳")), listed(world, "李锂"), listed(world, CLERK)) == (1, [], [])
    assert shown_to(world, "李锂", request_id) is NotFound

    with world.services.database.writing() as session:
        session.get_one(User, world.people["路人吴芳"]).is_active = False

    assert (listed(world, "李锂"), len(listed(world, CLERK))) == ([], 1)


def test_where_the_place_has_no_clerk_the_next_one_above_calls(world: World, expert_id: str) -> None:
    """Nor is it the expert, who is the clerk of the place."""
    with world.services.database.writing() as session:
        session.get_one(Expert, expert_id).user_id = world.people[CLERK]
    request_id = ask(world, actor(world, CLERK), expert_id, EXPERT)

    assert told(world, request_id) == {"海西州李强": ["李锂请您打电话"]}
    assert [len(listed(world, name)) for name in ("海西州李强", CLERK, "省科协王敏")] == [1, 0, 0]
    assert shown_to(world, CLERK, request_id) is NotFound

    with world.services.database.writing() as session:
        session.get_one(Expert, expert_id).user_id = None
        for post in session.exec(select(Post).where(col(Post.user_id) == world.people[CLERK])):
            post.until = date(2021, 1, 1)

    assert [len(listed(world, name)) for name in ("海西州李强", "省科协王敏")] == [1, 0]


def test_only_the_expert_asks_and_only_who_looks_after_them_calls(world: World, expert_id: str) -> None:
    other_id = an_expert(world, "赵风")
    people = ("赵风", "路人吴芳", "盐湖厂马工", "西宁孙浩", SECRETARY, CLERK)
    asking = {name: refused(world, actor(world, name), expert_id, EXPERT) for name in people}
    with world.services.database.reading() as session:
        by_link = actor_by_link(session, expert_id, "invitation:1", "1", frozenset({"call.ask"}))
        none = call_requests.offered_to_expert(session, actor(world, CLERK))

    assert asking == dict.fromkeys(people[:5], NotFound) | {CLERK: Forbidden}
    assert refused(world, actor(world, "李锂"), other_id, EXPERT) is NotFound
    assert refused(world, by_link, expert_id, EXPERT) is NotFound
    assert none is None

    request_id = ask(world, actor(world, "李锂"), expert_id, EXPERT)
    seen = {name: isinstance(shown_to(world, name, request_id), CallOut) for name in people}

    assert seen == dict.fromkeys(people[:5], False) | {CLERK: True}


def test_one_at_a_time_not_all_day_and_not_without_a_number(world: World, expert_id: str) -> None:
    expert = actor(world, "李锂")
    change_expert(world, mobile="")
    with pytest.raises(Invalid) as without:
        ask(world, expert, expert_id, EXPERT)
    change_expert(world, mobile="13909790001")
    for _ in range(world.services.settings.most_call_requests_a_day):
        request_id = ask(world, expert, expert_id, EXPERT)
        with pytest.raises(Conflict, match="已告诉格尔木市科协，会给您打电话，不用再请一次。"):
            ask(world, expert, expert_id, EXPERT, wish="do_for_me")
        note(world, CLERK, request_id, CallResult.REACHED)

    assert without.value.field == "phone"
    assert refused(world, expert, expert_id, EXPERT) is TooMany


def test_who_left_neither_asks_nor_is_called(world: World, expert_id: str) -> None:
    expert = actor(world, "李锂")
    request_id = ask(world, expert, expert_id, EXPERT)
    change_expert(world, state=ExpertState.LEFT)

    assert told(world, request_id) == {}
    assert listed(world, CLERK) == []
    assert shown_to(world, CLERK, request_id) is NotFound
    assert refused(world, expert, expert_id, EXPERT) is Forbidden
    with world.services.database.reading() as session:
        assert call_requests.offered_to_expert(session, expert) is None


def test_what_was_asked_is_in_the_persons_data_and_goes_with_them(world: World, expert_id: str) -> None:
    with world.services.database.writing() as session:
        session.get_one(User, world.people["李锂"]).password_hash = keeper().hash(PASSWORD)
    expert = actor(world, "李锂")
    request_id = ask(world, expert, expert_id, EXPERT, phone="13909790002", free_at="周五上午")
    note(world, CLERK, request_id, CallResult.NO_ANSWER)
    with world.services.database.reading() as session:
        exported = str(own_data.export(session, expert))

    erasures.erase_own(world.services, expert, PASSWORD, network="192.0.2.1")

    assert "13909790002" in exported
    assert "周五上午" in exported
    assert listed(world, CLERK) == []
    assert shown_to(world, CLERK, request_id) is NotFound
    with world.services.database.reading() as session:
        assert session.exec(select(CallRequest)).all() == []
