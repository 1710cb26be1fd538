"""派成员: a team's leader names members for a consultation, who then work on it, and takes them off again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from service.actors import Actor
from service.clock import stopped_at
from service.errors import AppError, Conflict, Forbidden, Gone, Invalid, NotFound, Stale
from service.migrations.run import downgrade, upgrade
from service.models import (
    AuditEntry,
    Consultation,
    ConsultationMember,
    ConsultationState,
    ErasureRequest,
    Expert,
    HolderKind,
    LinkPurpose,
    Notice,
    ProxyEntry,
    PublicityLevel,
    Reservation,
    User,
)
from service.permissions import is_allowed
from service.schemas.consultations import NameMembersInput, TakeOffInput
from service.services import Services
from service.usecases import consultation_members, minutes, notices, own_data, ratings, today
from service.usecases.announcements import announce
from service.usecases.audit_search import in_words
from service.usecases.consultation_cases import case_of, find
from service.usecases.consultations import Which, page_of
from service.usecases.erasure_effects import erase
from service.usecases.signed_links import actor_by_address, address, link_to
from tests.service.consultations.steps import (
    CLERK,
    OWNER,
    Served,
    a_matching_need,
    by_link,
    do,
    seen_by,
    served_by_referral,
)
from tests.service.team_steps import (
    AFTER_THE_TERM,
    LEADER,
    MEMBER,
    SECRETARY,
    a_team_of_two,
    a_world_of_teams,
    an_expert,
    answer,
    expert,
    invite,
    member_ids,
    remove,
)
from tests.service.world import World

TASK = "看现场，取样"
PROXY = {"asked_by": LEADER, "channel": "phone", "asked_at": "2026-11-23T00:30:00+00:00"}


Seen = tuple[bool, PublicityLevel | None, bool, list[str]]
NOTHING: Seen = (False, None, False, [])
ALL: Seen = (True, PublicityLevel.INVITED, True, ["请首次联系企业"])


@dataclass(frozen=True)
class Team:
    """A need that the team of 才让·多杰 and 马晓云 serves."""

    served: Served
    id: str

    @property
    def world(self) -> World:
        return self.served.world


@pytest.fixture
def world(services: Services, monday: object) -> World:
    return a_world_of_teams(services)


@pytest.fixture
def team(world: World) -> Team:
    team_id, need_id = a_team_of_two(world), a_matching_need(world)
    consultation_id = served_by_referral(world, need_id, HolderKind.TEAM, team_id)
    return Team(Served(world, need_id, consultation_id, expert(world, LEADER)), team_id)


def name(team: Team, by: str | Actor = LEADER, *who: str, note: str = TASK, **given: object) -> None:
    with team.world.services.database.writing() as session:
        actor = team.world.actor(session, by) if isinstance(by, str) else by
        version = session.get_one(Consultation, team.served.id).version
        members = [{"expert_id": expert(team.world, each), "note": note} for each in who or (MEMBER,)]
        content = NameMembersInput.model_validate({"version": version, "members": members} | given)
        consultation_members.name_members(session, team.world.services, actor, team.served.id, content)


def take_off(team: Team, by: str = LEADER, **given: object) -> None:
    row = named(team)[0]
    with team.world.services.database.writing() as session:
        content = TakeOffInput.model_validate({"version": row.version} | given)
        consultation_members.take_off(session, team.world.services, team.world.actor(session, by), row.id, content)


def named(team: Team) -> list[ConsultationMember]:
    with team.world.services.database.reading() as session:
        return list(session.exec(select(ConsultationMember).order_by(col(ConsultationMember.created_at))))


def sees(team: Team, who: str | Actor = MEMBER) -> Seen:
    """(the consultation, how far the need, listed, what waits)."""
    world = team.world
    with world.services.database.reading() as session:
        actor = world.actor(session, who) if isinstance(who, str) else who
        seen = is_allowed(actor, "consultation.view", case_of(session, session.get_one(Consultation, team.served.id)))
        listed, waits = False, []
        if actor.is_signed_in:
            listed = bool(page_of(session, actor, which=Which.MINE)[0])
            waits = [each.what for each in today.waiting_for(session, world.services, actor)]
        return seen, actor.grants.get(team.served.need_id), listed, waits


def by_own_link(team: Team, who: str = MEMBER) -> Actor:
    with team.world.services.database.reading() as session:
        link = link_to(session, LinkPurpose.CONSULTATION, team.served.id, expert(team.world, who))
        assert link is not None
    return actor_by_address(team.world.services, address(team.world.services, link).partition("/r/")[2])


def test_a_named_member_reads_what_the_team_reads_until_taken_off_and_again_when_named_again(team: Team) -> None:
    assert sees(team) == NOTHING

    name(team)
    assert sees(team) == sees(team, LEADER) == ALL
    take_off(team, note="出差")
    assert sees(team) == NOTHING
    name(team, note="写再生方案")

    assert sees(team) == ALL
    assert [(row.expert_id, row.note, row.ended_at) for row in named(team)] == [
        (expert(team.world, MEMBER), "写再生方案", None)
    ]
    shown = seen_by(team.served, OWNER)
    assert [(each["name"], each["note"]) for each in shown["members"]] == [(MEMBER, "写再生方案")]
    assert [(each["label"], each["actor"], each["note"]) for each in shown["history"]] == [
        ("派成员", LEADER, f"{MEMBER}：{TASK}"),
        ("撤下成员", LEADER, f"{MEMBER}：出差"),
        ("派成员", LEADER, f"{MEMBER}：写再生方案"),
    ]
    with team.world.services.database.reading() as session:
        acts = session.exec(select(AuditEntry.act).where(AuditEntry.subject_kind == "consultation_member")).all()
        assert session.exec(select(Reservation)).all() == []
    assert [in_words(act) for act in acts[:2]] == [("对接咨询的成员", "派来做"), ("对接咨询的成员", "撤下")]
    assert acts == ["consultation_member.name", "consultation_member.take_off", "consultation_member.name"]


def test_a_member_does_the_work_and_the_leader_gives_the_teams_word(team: Team) -> None:
    name(team)
    offered = {each["action"] for each in seen_by(team.served, MEMBER)["actions"]}
    assert offered == {"contact"}
    assert {each["action"] for each in seen_by(team.served, LEADER)["actions"]} == {
        "contact",
        "attest",
        "name_members",
        "take_off_member",
    }

    do(team.served, MEMBER, "contact", made_by=MEMBER)
    for act in ("attest", "request_closing"):
        with pytest.raises(Forbidden):
            do(team.served, MEMBER, act)
    with pytest.raises(Forbidden):
        name(team, MEMBER)
    do(team.served, LEADER, "attest")
    do(team.served, MEMBER, "schedule", starts_at="2026-11-23T09:00:00+08:00", ends_at="2026-11-23T09:30:00+08:00")
    do(team.served, MEMBER, "hold")
    assert do(team.served, MEMBER, "write_minutes") is ConsultationState.ONGOING

    assert sees(team)[3] == ["正在服务，办完请告诉负责人"]
    assert sees(team, LEADER)[3] == ["正在服务，办完请申请办结"]
    assert {each["action"] for each in seen_by(team.served, MEMBER)["actions"]} == {"schedule", "correct_minutes"}
    with team.world.services.database.reading() as session:
        # Nothing was 代办.
        assert session.exec(select(ProxyEntry)).all() == []
        written = minutes.of_consultation(session, session.get_one(Consultation, team.served.id))
        assert [each.written_by for each in written] == [team.world.people[MEMBER]]


def test_signing_lets_the_member_read_as_far_as_the_team_and_the_end_ends_it(team: Team) -> None:
    name(team)
    do(team.served, LEADER, "attest")
    do(team.served, MEMBER, "contact", made_by=MEMBER)
    do(team.served, OWNER, "sign")
    assert sees(team)[1] is sees(team, LEADER)[1] is PublicityLevel.SIGNED

    do(team.served, LEADER, "request_closing")
    do(team.served, OWNER, "confirm", rating={"skill": 5})

    # As for the leader: what was done stays to be seen, the need's own words do not.
    assert sees(team)[:2] == sees(team, LEADER)[:2] == (True, None)
    with team.world.services.database.reading() as session:
        actor = team.world.actor(session, MEMBER)
        case = find(session, actor, team.served.id)
        assert [each.skill for each in ratings.listed(session, actor, case)] == [5]
        assert not is_allowed(actor, "consultation.commit", case)
    with pytest.raises(Conflict, match="已经办结"):
        name(team)


def test_the_term_of_the_team_bounds_the_member_too(team: Team) -> None:
    name(team)

    with stopped_at(AFTER_THE_TERM):
        assert sees(team)[:3] == sees(team, LEADER)[:3] == (False, None, False)


def test_a_member_without_an_account_works_by_a_link_of_their_own(team: Team) -> None:
    with team.world.services.database.writing() as session:
        session.get_one(Expert, expert(team.world, MEMBER)).user_id = None
    before = by_link(team.served)
    name(team, by_own_link(team, LEADER))
    member = by_own_link(team)

    assert (before.expert_id, member.expert_id) == (expert(team.world, LEADER), expert(team.world, MEMBER))
    assert sees(team, member)[:2] == ALL[:2]
    assert do(team.served, member, "contact", made_by=MEMBER) is ConsultationState.CONTACTED
    announce(team.world.services, f"consultation_member:{named(team)[0].id}")
    with team.world.services.database.writing() as session:
        notice = session.exec(select(Notice).where(Notice.recipient_id == member.expert_id, Notice.calls)).one()
        link = link_to(session, LinkPurpose.CONSULTATION, team.served.id, member.expert_id)
        assert link is not None
        own = address(team.world.services, link)
        told = notices.hand_out(session, team.world.services, team.world.actor(session, CLERK), notice.id)
    assert (notice.text, told.endswith(f" {own}")) == (f"请您做：{TASK}", True)

    take_off(team)
    with pytest.raises(Gone):
        actor_by_address(team.world.services, own.partition("/r/")[2])
    assert sees(team, member)[0]  # as it was when the link was opened
    assert by_own_link(team, LEADER).expert_id == expert(team.world, LEADER)


def test_both_sides_and_staff_are_told_and_later_steps_reach_the_member(team: Team) -> None:
    name(team)
    key = f"consultation:{team.served.id}"
    announce(team.world.services, key)
    announce(team.world.services, f"consultation_member:{named(team)[0].id}")
    announce(team.world.services, f"consultation_member:{named(team)[0].id}")
    do(team.served, LEADER, "contact", made_by=LEADER)
    announce(team.world.services, key)
    take_off(team)
    announce(team.world.services, f"consultation_member:{named(team)[0].id}")

    told = titles(team)
    thing = f"对接咨询 {team.served.row.number}（格尔木盐湖提锂服务队）"
    assert f"{thing}：派了成员" in told[OWNER]
    assert f"{thing}：派了成员" in told[CLERK]
    assert told[f"专家{MEMBER}"].count(f"{thing}：请您来做") == 1
    assert f"{thing}：登记首次联系" in told[f"专家{MEMBER}"]
    assert f"{thing}：不用您再做了" in told[f"专家{MEMBER}"]


def titles(team: Team) -> dict[str, list[str]]:
    with team.world.services.database.reading() as session:
        names = {each.id: f"专家{each.name}" for each in session.exec(select(Expert))}
        names |= {each.id: each.name for each in session.exec(select(User))}
        found: dict[str, list[str]] = {}
        for notice in session.exec(select(Notice)):
            found.setdefault(names[notice.recipient_id], []).append(notice.title)
        return found


def test_staff_and_the_leaders_society_name_for_the_leader_and_say_who_asked(team: Team) -> None:
    with pytest.raises(Invalid, match="受谁委托"):
        name(team, CLERK)
    name(team, CLERK, proxy=PROXY)
    take_off(team, CLERK, proxy=PROXY)

    with team.world.services.database.reading() as session:
        assert [(each.act, each.asked_by) for each in session.exec(select(ProxyEntry)).all()] == [
            ("name_members", LEADER),
            ("take_off_member", LEADER),
        ]


@pytest.mark.parametrize(("who", "error"), [(OWNER, Forbidden), ("西宁孙浩", NotFound), ("路人吴芳", NotFound)])
def test_nobody_else_names_or_learns_who_could_be(team: Team, who: str, error: type[AppError]) -> None:
    with pytest.raises(error):
        name(team, who)
    with pytest.raises(error), team.world.services.database.reading() as session:
        consultation_members.candidates(session, team.world.actor(session, who), team.served.id)
    assert named(team) == []


def offered(team: Team) -> dict[str, str]:
    with team.world.services.database.reading() as session:
        found = consultation_members.candidates(session, team.world.actor(session, LEADER), team.served.id)
        return {each.name: each.obstacle for each in found}


def change(team: Team, **changes: object) -> None:
    with team.world.services.database.writing() as session:
        row = session.get_one(Expert, expert(team.world, MEMBER))
        for key, value in changes.items():
            setattr(row, key, value)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"paused_until": date(2026, 12, 1)}, "本人暂停接受邀约"),
        ({"organization_name": "青海湖东盐化有限公司（演示数据）"}, "是需求方自己的人"),
    ],
)
def test_who_pauses_or_works_for_the_owner_cannot_be_named(team: Team, changes: dict[str, Any], told: str) -> None:
    change(team, **changes)

    assert offered(team) == {MEMBER: told}
    with pytest.raises(Invalid, match=told):
        name(team)
    assert named(team) == []


def test_capacity_regions_and_being_recommended_are_not_asked(team: Team) -> None:
    change(team, monthly_capacity=0, regions=["110000"], takes_part=False)

    assert offered(team) == {MEMBER: ""}
    name(team)
    assert sees(team) == ALL


def test_only_who_consented_is_offered_and_not_the_leader(team: Team) -> None:
    team.world.people["专家罗江"] = ""
    with team.world.services.database.writing() as session:
        user = User(name="罗江", user_name="罗江")
        session.add(user)
        team.world.people["罗江"] = user.id
    team.world.people["专家罗江"] = an_expert(team.world, "罗江")
    invite(team.world, team.id, "罗江")
    assert offered(team) == {MEMBER: ""}
    for who in ("罗江", LEADER):
        with pytest.raises(Invalid, match="已经同意加入"):
            name(team, LEADER, who)

    answer(team.world, "罗江", team.id, "consent")
    name(team, LEADER, "罗江", MEMBER)

    assert sorted(each["name"] for each in seen_by(team.served, LEADER)["members"]) == sorted(["罗江", MEMBER])


def test_who_leaves_the_team_or_is_taken_out_of_it_works_on_it_no_more(team: Team) -> None:
    name(team)
    answer(team.world, MEMBER, team.id, "leave")
    assert sees(team) == NOTHING
    invite(team.world, team.id, MEMBER)
    answer(team.world, MEMBER, team.id, "consent")
    assert sees(team)[:3] == NOTHING[:3]
    name(team)
    remove(team.world, SECRETARY, team.id, member_ids(team.world, team.id)[MEMBER])

    assert sees(team) == NOTHING
    last = seen_by(team.served, LEADER)["history"][-1]
    assert (last["label"], last["note"]) == ("撤下成员", f"{MEMBER}：不再是团队成员")


def test_an_old_page_is_told_so_and_nobody_is_taken_off_twice(team: Team) -> None:
    with pytest.raises(Stale):
        name(team, version=99)
    name(team)
    with pytest.raises(Stale):
        take_off(team, version=99)
    take_off(team)
    with pytest.raises(Conflict, match="已经撤下"):
        take_off(team)


def test_a_consultation_that_no_team_serves_has_no_members_to_name(world: World) -> None:
    need_id = a_matching_need(world)
    alone = served_by_referral(world, need_id, HolderKind.EXPERT, expert(world, LEADER))
    served = Served(world, need_id, alone, expert(world, LEADER))

    assert "name_members" not in {each["action"] for each in seen_by(served, LEADER)["actions"]}
    with pytest.raises(Conflict, match="没有成员可派"):
        name(Team(served, ""))


def test_their_download_shows_it_and_erasing_ends_it_and_takes_the_name_out(team: Team) -> None:
    name(team, note=f"{MEMBER}带队看现场")
    with team.world.services.database.writing() as session:
        data = own_data.export(session, team.world.actor(session, MEMBER))
        shown = next(each for each in data.sections if each.title == "服务团派我做的对接咨询")
        user_id, expert_id = team.world.people[MEMBER], expert(team.world, MEMBER)
        request = ErasureRequest(user_id=user_id, expert_id=expert_id, requested_by_id=user_id)
        session.add(request)
        session.flush()
        erase(session, team.world.services, request)

    assert [row["做什么"] for row in shown.rows] == [f"{MEMBER}带队看现场"]
    left = seen_by(team.served, OWNER)
    assert left["members"] == []
    assert [each["label"] for each in left["history"]] == ["派成员"]
    assert MEMBER not in left["history"][0]["note"]
    assert [(MEMBER in row.note, row.ended_at is None) for row in named(team)] == [(False, False)]


def test_the_schema_goes_down_and_up_again_and_no_link_is_left_open(team: Team) -> None:
    name(team)
    database = team.world.services.database

    downgrade(database, "0021")
    with database.write_engine.connect() as connection:
        counted = "SELECT expert_id FROM signed_link WHERE revoked_at IS NULL AND purpose = 'consultation'"
        open_for = [row[0] for row in connection.execute(text(counted))]
    upgrade(database)

    assert open_for == [expert(team.world, LEADER)]
    assert named(team) == []
