"""派成员: a team's leader names members for a consultation, who then work on it, and takes them off again."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlmodel import select

from service.clock import stopped_at
from service.errors import AppError, Conflict, Forbidden, Gone, Invalid, NotFound, Stale
from service.migrations.run import downgrade, upgrade
from service.models import (
    AuditEntry,
    Consultation,
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
from service.services import Services
from service.usecases import consultation_members, minutes, notices, own_data, ratings
from service.usecases.announcements import announce
from service.usecases.audit_search import in_words
from service.usecases.consultation_cases import find
from service.usecases.erasure_effects import erase
from service.usecases.signed_links import actor_by_address, address, link_to
from tests.service.consultations.member_steps import (
    ALL,
    NOTHING,
    PROXY,
    TASK,
    Team,
    by_own_link,
    name,
    named,
    sees,
    take_off,
)
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
    a_world_of_teams,
    answer,
    expert,
    invite,
    member_ids,
    remove,
)


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


def test_a_consultation_that_no_team_serves_has_no_members_to_name(services: Services, monday: datetime) -> None:
    world = a_world_of_teams(services)
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
