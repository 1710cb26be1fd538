"""A consultation from the first contact to the company's word, by whom, and what each side sees."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from service.actors import Actor
from service.clock import stopped_at
from service.errors import AppError, Conflict, Invalid, NotFound
from service.models import (
    AuditEntry,
    ConsentChannel,
    ConsultationState,
    Expert,
    FollowUp,
    Need,
    NeedState,
    ProxyEntry,
    ReadEntry,
    Resolution,
)
from service.rules.consent_purposes import CONTACT_TO_OWNER
from service.usecases import consultations
from service.usecases.consent_log import keep
from service.usecases.contacts import contacts
from tests.service.consultations.steps import (
    CLERK,
    HOLDER,
    OWNER,
    SECRETARY,
    STRANGER,
    SUMMARY,
    Served,
    at,
    by_link,
    do,
    need_state,
    seen_by,
    until_completed,
    until_to_confirm,
)
from tests.service.match_steps import PROXY

State = ConsultationState


def test_from_first_contact_to_the_companys_word(served: Served) -> None:
    begun = seen_by(served, HOLDER)
    states = [
        do(served, HOLDER, "contact"),
        do(served, HOLDER, "attest"),
        do(served, OWNER, "schedule"),
        do(served, HOLDER, "reschedule"),
    ]
    with stopped_at(at("2026-11-26T17:00:00")):
        states += [do(served, OWNER, "hold"), do(served, HOLDER, "write_minutes"), do(served, OWNER, "sign")]
        states += [do(served, HOLDER, "request_closing"), do(served, OWNER, "confirm")]
        ended = seen_by(served, OWNER)

    assert (begun["number"], begun["state_label"], begun["turn"], begun["days_left"]) == (
        "ZX-2026-63-00001",
        "待首次联系",
        "专家或承接单位",
        3,
    )
    assert states == [
        State.CONTACTED,
        State.CONTACTED,
        State.SCHEDULED,
        State.SCHEDULED,
        State.TO_MINUTE,
        State.ONGOING,
        State.ONGOING,
        State.TO_CONFIRM,
        State.COMPLETED,
    ]
    assert (ended["proposed"], ended["resolution"], ended["resolution_label"]) == (
        "solved",
        "partly_solved",
        "部分解决",
    )
    assert ended["first_contact"] == {
        "made_by": HOLDER,
        "made_at": "2026-11-23T01:00:00Z",
        "channel": "phone",
        "line": "约好周三看现场",
    }
    assert [(each["meeting"], each["held"], each["place"]) for each in ended["appointments"]] == [(1, True, "")]
    assert [(each["meeting"], each["text"], each["written_by"]) for each in ended["minutes"]] == [
        (1, "看了八台柱，三台结垢。", HOLDER)
    ]
    assert [(step["label"], step["actor"]) for step in ended["history"]] == [
        ("登记首次联系", HOLDER),
        ("作承诺", HOLDER),
        ("约定时间", OWNER),
        ("改期", HOLDER),
        ("已见面", OWNER),
        ("写纪要", HOLDER),
        ("登记签约", OWNER),
        ("办结申请", HOLDER),
        ("确认办结", OWNER),
    ]
    assert (ended["second_job"], ended["summary"]) == ("not_applicable_retired", SUMMARY)
    need = served.need
    assert (need.state, need.resolution, need.closed_at) == (
        NeedState.CLOSED,
        Resolution.PARTLY_SOLVED,
        at("2026-11-26T17:00:00"),
    )
    with served.world.services.database.reading() as session:
        due = session.exec(select(FollowUp).order_by(col(FollowUp.days))).all()
    assert [(each.days, str(each.due_on)) for each in due] == [
        (30, "2026-12-26"),
        (90, "2027-02-24"),
        (180, "2027-05-25"),
    ]


def test_everything_by_the_expert_comes_from_a_link_without_a_password(served: Served) -> None:
    with served.world.services.database.writing() as session:
        session.get_one(Expert, served.expert_id).user_id = None
    expert = by_link(served)

    until_to_confirm(served, expert)
    offered = [action["action"] for action in seen_by(served, expert)["actions"]]
    do(served, OWNER, "confirm")

    assert offered == []
    assert [action["action"] for action in seen_by(served, by_link(served))["actions"]] == ["rate"]
    assert [step["actor"] for step in seen_by(served, OWNER)["history"]] == [HOLDER, HOLDER, HOLDER, OWNER]


def test_on_the_phone_staff_and_the_society_act_for_either_side_and_say_who_asked(served: Served) -> None:
    with pytest.raises(Invalid, match="受谁委托"):
        do(served, SECRETARY, "contact")
    with pytest.raises(Invalid, match="受谁委托"):
        do(served, CLERK, "attest")
    do(served, SECRETARY, "contact", proxy=PROXY)
    do(served, CLERK, "attest", proxy=PROXY)
    do(served, SECRETARY, "schedule", proxy=PROXY)
    with stopped_at(at("2026-11-25T12:00:00")):
        do(served, CLERK, "hold", proxy=PROXY)
        do(served, CLERK, "write_minutes", proxy=PROXY)
        do(served, CLERK, "sign", proxy=PROXY)
        do(served, SECRETARY, "request_closing", proxy=PROXY)
        with pytest.raises(Invalid, match="受谁委托"):
            do(served, CLERK, "confirm")
        do(served, CLERK, "confirm", proxy=PROXY | {"asked_by": "马工"})

    with served.world.services.database.reading() as session:
        kept = session.exec(select(ProxyEntry).where(ProxyEntry.subject_id == served.id)).all()
    people = {user_id: name for name, user_id in served.world.people.items()}
    assert sorted((each.act, people[each.entered_by_id], each.asked_by) for each in kept) == sorted(
        [
            ("contact", SECRETARY, HOLDER),
            ("attest", CLERK, HOLDER),
            ("schedule", SECRETARY, HOLDER),
            ("hold", CLERK, HOLDER),
            ("write_minutes", CLERK, HOLDER),
            ("sign", CLERK, HOLDER),
            ("request_closing", SECRETARY, HOLDER),
            ("confirm", CLERK, "马工"),
        ]
    )
    assert need_state(served) is NeedState.CLOSED


def test_signing_is_the_companys_to_say_once_and_opens_what_it_kept(served: Served) -> None:
    with served.world.services.database.writing() as session:
        session.get_one(Need, served.need_id).levels = {"situation": "signed"}
    do(served, HOLDER, "contact")
    do(served, HOLDER, "attest")
    before = seen_by(served, by_link(served))["need"]["hidden"]

    do(served, OWNER, "sign")

    assert before == {"situation": "signed"}
    assert seen_by(served, by_link(served))["need"]["hidden"] == {}
    assert served.row.signed_at == at("2026-11-23T09:00:00")
    with pytest.raises(Conflict, match="已经登记过"):
        do(served, OWNER, "sign")


def test_contact_data_is_for_the_other_side_while_they_work_together_and_every_reading_is_kept(
    served: Served,
) -> None:
    def read(who: str | Actor) -> list[tuple[str, str, str]] | type[AppError]:
        with served.world.services.database.writing() as session:
            actor = served.world.actor(session, who) if isinstance(who, str) else who
            try:
                return [(each.side, each.name, each.mobile) for each in contacts(session, actor, served.id)]
            except AppError as error:
                return type(error)

    expert, owner = ("holder", HOLDER, "13997012345"), ("owner", OWNER, "13897098765")
    assert [read(who) for who in (OWNER, by_link(served), CLERK, STRANGER)] == [
        [expert],
        [owner],
        [expert, owner],
        NotFound,
    ]
    until_completed(served)
    assert [read(who) for who in (OWNER, HOLDER)] == [Conflict, Conflict]
    assert read(CLERK) == [expert, owner]

    with served.world.services.database.reading() as session:
        entries = session.exec(select(ReadEntry).order_by(col(ReadEntry.seq))).all()
    people = served.world.people
    whose = {served.expert_id: "holder", people[OWNER]: "owner"}
    assert {each.what for each in entries} == {"mobile mail"}
    assert [(each.reader_id, whose[each.subject_id]) for each in entries] == [
        (people[OWNER], "holder"),
        (served.expert_id, "owner"),
        *[(people[CLERK], side) for side in ("holder", "owner", "holder", "owner")],
    ]


def test_an_expert_who_takes_back_the_consent_is_reached_through_staff_only(served: Served) -> None:
    with served.world.services.database.writing() as session:
        expert = session.get_one(Expert, served.expert_id)
        keep(session, expert, CONTACT_TO_OWNER, given=False, channel=ConsentChannel.WEB, by=expert.user_id)

    with served.world.services.database.writing() as session:
        with pytest.raises(Conflict, match="没有同意"):
            contacts(session, served.world.actor(session, OWNER), served.id)
        assert len(contacts(session, served.world.actor(session, CLERK), served.id)) == 2


def test_the_list_shows_ones_own_and_what_one_handles(served: Served) -> None:
    def listed(name: str, which: consultations.Which) -> list[str]:
        with served.world.services.database.reading() as session:
            actor = served.world.actor(session, name)
            rows, total = consultations.page_of(session, actor, which=which)
            assert total == len(rows)
            return [row.id for row in rows]

    which = consultations.Which
    shown = {
        name: [bool(listed(name, each)) for each in (which.ALL, which.MINE, which.HANDLED)]
        for name in (OWNER, HOLDER, SECRETARY, CLERK, "西宁孙浩", STRANGER)
    }
    assert shown == {
        OWNER: [True, True, False],
        HOLDER: [True, True, False],
        SECRETARY: [True, True, False],
        CLERK: [True, False, True],
        "西宁孙浩": [False, False, False],
        STRANGER: [False, False, False],
    }


def test_who_may_do_what_now_is_offered_and_nothing_else(served: Served) -> None:
    def offered(who: str) -> list[str]:
        return [action["action"] for action in seen_by(served, who)["actions"]]

    assert (offered(HOLDER), offered(OWNER), offered(CLERK)) == (
        ["contact", "attest"],
        [],
        ["contact", "abort", "attest"],
    )
    do(served, HOLDER, "contact")
    assert (offered(HOLDER), offered(OWNER)) == (
        ["schedule", "request_closing", "attest"],
        ["schedule", "sign"],
    )


def test_every_act_is_audited_without_words(served: Served) -> None:
    until_completed(served)

    with served.world.services.database.reading() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.subject_id == served.id)).all()
    assert [each.act for each in entries] == [
        f"consultation.{act}" for act in ("attest", "contact", "request_closing", "confirm")
    ]
