"""Service teams: founded by staff or the lead society; who sees them, how long, and who changes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from service.actors import STRANGER
from service.clock import stopped_at
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, SecrecySuspected, Stale
from service.models import Team, User
from service.permissions import is_allowed
from service.usecases import teams
from service.visibility import visible_teams
from tests.service.team_steps import (
    AFTER_THE_TERM,
    LEADER,
    MEMBER,
    OTHER_SECRETARY,
    SECRETARY,
    UNVERIFIED,
    a_society,
    a_team_of_two,
    act_on_expert,
    answer,
    content,
    expert,
    found,
    invite,
    listed_for,
    member_ids,
    people_seen_by,
    remove,
    save,
    seen_by,
)
from tests.service.world import World


def test_a_new_team_is_seen_by_everybody_and_names_nobody_who_has_not_agreed(world: World) -> None:
    team_id = found(world)
    invite(world, team_id, MEMBER)

    leader, member = (LEADER, False), (MEMBER, False)
    assert {
        name: people_seen_by(world, name, team_id)
        for name in (SECRETARY, "格尔木赵静", "海西州李强", "西宁孙浩", "盐湖厂马工", LEADER, MEMBER)
    } == {
        SECRETARY: (LEADER, [leader, member]),
        "格尔木赵静": (LEADER, [leader, member]),
        "海西州李强": (LEADER, [leader, member]),
        "西宁孙浩": (None, []),
        "盐湖厂马工": (None, []),
        LEADER: (LEADER, [leader]),
        MEMBER: (None, [member]),
    }


def test_a_team_shows_its_leader_its_society_and_who_agreed(world: World) -> None:
    team_id = a_team_of_two(world)

    seen = seen_by(world, "盐湖厂马工", team_id)

    assert isinstance(seen, dict)
    ids = member_ids(world, team_id)
    common = {"professional_title": "", "organization_name": "", "is_me": False, "consented_at": "2026-11-23T01:00:00Z"}
    leader = {"id": ids[LEADER], "expert_id": expert(world, LEADER), "name": LEADER, "is_leader": True}
    member = {"id": ids[MEMBER], "expert_id": expert(world, MEMBER), "name": MEMBER, "is_leader": False}
    assert seen == content(world) | {
        "id": team_id,
        "version": 1,
        "kind_label": "科技专家服务队",
        "leader": LEADER,
        "society": "青海省盐湖学会（演示数据）",
        "region": "青海省/海西蒙古族藏族自治州/格尔木市",
        "term_runs": True,
        "members": [leader | common, member | common],
        "may_edit": False,
    }


def test_the_lead_society_and_staff_of_the_region_found_teams_and_nobody_else(world: World) -> None:
    for name in (SECRETARY, "格尔木赵静", "海西州李强", "省科协王敏"):
        seen = seen_by(world, name, found(world, name, name=f"{name}的服务队"))
        assert isinstance(seen, dict)
        assert seen["may_edit"]

    for name in ("西宁孙浩", "保密办周正", "盐湖厂马工", OTHER_SECRETARY, LEADER):
        with pytest.raises(Forbidden, match="组建服务团队"):
            found(world, name)


def test_what_makes_no_team_is_refused_in_words(world: World) -> None:
    refusals: tuple[tuple[dict[str, object], type[AppError], str], ...] = (
        ({"term_until": "2026-10-31"}, Invalid, "结束日期早于开始日期"),
        ({"name": "——"}, Invalid, "要有文字"),
        ({"name": "盐湖\u200b服务队"}, Invalid, "看不见的字符"),
        ({"region_code": "999999"}, Invalid, "区划"),
        ({"leader_id": "x"}, Invalid, "没有找到这位专家"),
        ({"society_id": "x"}, Invalid, "只能选学会"),
        ({"profile": "某装备配套（机密★长期）"}, SecrecySuspected, "密级标志"),
        ({"name": "机密★长期服务队"}, SecrecySuspected, "密级标志"),
    )

    for changes, error, told in refusals:
        with pytest.raises(error, match=told):
            found(world, "格尔木赵静", **changes)

    assert listed_for(world, "省科协王敏") == []


def test_a_team_is_led_by_a_verified_expert_and_a_verified_society(world: World) -> None:
    fresh = a_society(world, "路人吴芳", "青海省新学会（演示数据）", "52630000MADEM0023Y", verified=False)

    with pytest.raises(Invalid, match="已核验的专家"):
        found(world, "格尔木赵静", leader_id=expert(world, UNVERIFIED))
    with pytest.raises(Invalid, match="还没有核验通过"):
        found(world, "格尔木赵静", society_id=fresh)
    with pytest.raises(Invalid, match="只能选学会"):
        found(world, "格尔木赵静", society_id=world.company.id)


def test_two_teams_never_have_the_same_name(world: World) -> None:
    found(world)
    other = found(world, name="海西卤水净化服务团")

    with pytest.raises(Conflict, match="已经有同名"):
        found(world, "格尔木赵静", name=" 格尔木盐湖提锂服务队 ")
    with pytest.raises(Conflict, match="已经有同名"):
        save(world, SECRETARY, other)


def test_saving_over_somebody_elses_change_shows_it(world: World) -> None:
    team_id = found(world)
    save(world, "格尔木赵静", team_id, version=1, profile="只做吸附剂再生", term_until="2027-12-31")

    with pytest.raises(Stale) as refused:
        save(world, SECRETARY, team_id, version=1)

    assert refused.value.details == {
        "version": 2,
        "theirs": {"profile": "只做吸附剂再生", "term_until": "2027-12-31"},
    }


def test_only_those_who_manage_a_team_change_it_and_invite(world: World) -> None:
    team_id = a_team_of_two(world)

    for name in ("西宁孙浩", "盐湖厂马工", OTHER_SECRETARY, LEADER, MEMBER):
        with pytest.raises(Forbidden):
            save(world, name, team_id, profile="改")
        with pytest.raises(Forbidden):
            invite(world, team_id, UNVERIFIED, by=name)
        with pytest.raises(Forbidden):
            remove(world, name, team_id, member_ids(world, team_id)[MEMBER])


def test_nobody_moves_a_team_to_where_they_could_not_have_founded_it(world: World) -> None:
    team_id = found(world)

    with pytest.raises(Forbidden):
        save(world, SECRETARY, team_id, society_id=world.people["青海省农学会（演示数据）"])
    save(world, "格尔木赵静", team_id, society_id=world.people["青海省农学会（演示数据）"])
    with pytest.raises(Forbidden):
        save(world, "格尔木赵静", team_id, region_code="630100")


def test_a_profile_can_be_corrected_while_the_leader_pauses(world: World) -> None:
    team_id = a_team_of_two(world)
    act_on_expert(world, LEADER, expert(world, LEADER), "sleep")

    save(world, SECRETARY, team_id, profile="卤水净化")

    seen = seen_by(world, "盐湖厂马工", team_id)
    assert isinstance(seen, dict)
    assert (seen["profile"], seen["leader"]) == ("卤水净化", LEADER)


def test_after_its_term_a_team_is_known_to_its_own_people_only_and_takes_nobody_in(world: World) -> None:
    team_id = found(world)
    answer(world, LEADER, team_id, "consent")

    with stopped_at(AFTER_THE_TERM):
        names = (SECRETARY, "格尔木赵静", "省科协王敏", LEADER, "西宁孙浩", "盐湖厂马工", MEMBER)
        assert [isinstance(seen_by(world, name, team_id), dict) for name in names] == [True] * 4 + [False] * 3
        assert [bool(listed_for(world, name)) for name in names] == [True] * 4 + [False] * 3
        assert seen_by(world, "盐湖厂马工", team_id) is NotFound
        with pytest.raises(Conflict, match="2027 年 10 月 31 日结束"):
            invite(world, team_id, MEMBER)
        save(world, SECRETARY, team_id, term_until="2028-10-31")
        invite(world, team_id, MEMBER)


def test_a_term_includes_its_first_and_its_last_day_in_beijing(world: World) -> None:
    team_id = found(world)

    seen = {}
    # In UTC; in Beijing it is eight hours later, which is the next day.
    for evening in ("2026-10-30", "2026-10-31", "2027-10-30", "2027-10-31"):
        with stopped_at(datetime.fromisoformat(f"{evening}T16:30:00+00:00")):
            shown = isinstance(seen_by(world, "盐湖厂马工", team_id), dict)
            seen[evening] = (shown, bool(listed_for(world, "盐湖厂马工")))

    assert seen == {
        "2026-10-30": (False, False),
        "2026-10-31": (True, True),
        "2027-10-30": (True, True),
        "2027-10-31": (False, False),
    }


def test_what_is_listed_is_what_may_be_seen(world: World) -> None:
    for number, region in enumerate(("630000", "630100", "632800", "632801", "632802", "632321")):
        for term in ({"term_until": "2026-11-22"}, {"term_since": "2026-11-24"}, {}):
            name = f"{number}{sorted(term)}"
            found(world, "省科协王敏", name=name, region_code=region, leader_id=expert(world, LEADER), **term)

    with world.services.database.reading() as session:
        rows = session.exec(select(Team)).all()
        for actor in [STRANGER, *(world.actor(session, name) for name in accounts(world))]:
            listed = {team.id for team in session.exec(visible_teams(actor))}
            assert listed == {team.id for team in rows if is_allowed(actor, "team.view", teams.case_of(session, team))}
    assert [len(listed_for(world, name)) for name in ("省科协王敏", "海西州李强", "格尔木赵静", "路人吴芳")] == [
        18,
        12,
        8,
        6,
    ]


def accounts(world: World) -> list[str]:
    with world.services.database.reading() as session:
        ids = set(session.exec(select(User.id)))
    return [name for name, found_id in world.people.items() if found_id in ids]


def test_a_list_of_three_asks_the_database_no_more_than_a_list_of_one(world: World) -> None:
    def questions() -> int:
        with world.services.database.reading() as session:
            actor = world.actor(session, "格尔木赵静")
            with counted(session) as statements:
                teams.page_of(session, actor)
            return len(statements)

    found(world)
    with_one = questions()
    found(world, name="海西卤水净化服务团", region_code="632800")
    found(world, name="西宁光伏服务队", society_id=world.people["青海省农学会（演示数据）"], by="省科协王敏")

    assert questions() == with_one == 3


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    statements: list[str] = []
    engine = session.get_bind()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)
