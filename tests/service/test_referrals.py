"""派单: who is given a need, what they answer, what is refused, on both databases."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlmodel import col, select

from service.clock import now
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, SecrecySuspected, Stale
from service.models import (
    AuditEntry,
    Membership,
    MembershipRole,
    Need,
    Referral,
    User,
)
from service.schemas.common import ActionInput
from service.schemas.referrals import ReferralInput
from service.services import Services
from service.usecases import referral_acts, referrals
from tests.service import referral_steps as steps
from tests.service.referral_steps import (
    CLERK,
    FARM,
    LEADER,
    OTHER_SECRETARY,
    OWNER,
    SALT,
    SECRETARY,
    actions_of,
    answer,
    consultations,
    need_state,
    nominate,
    read_by,
    seen_by,
    send,
    to_society,
)
from tests.service.steps import a_submitted_need
from tests.service.world import World


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    return steps.a_world_of_referrals(services)


def test_a_need_is_given_to_a_society_with_a_number_a_clock_and_the_right_to_read(world: World) -> None:
    need_id = steps.a_matched_need(world)

    referral_id = send(
        world, need_id, to_society(world, note="请安排提锂方向的专家", supporting_ids=[world.people[FARM]])
    )

    seen = seen_by(world, SECRETARY, referral_id)
    shown = ("number", "state_label", "turn", "due_at", "days_left", "receiver", "fee_label", "note", "supporting")
    assert {name: seen[name] for name in shown} == {
        "number": "DJ-2026-63-00001",
        "state_label": "待接单",
        "turn": "接单单位",
        "due_at": "2026-11-25T15:59:59Z",
        "days_left": 2,
        "receiver": SALT,
        "fee_label": "公益免费",
        "note": "请安排提锂方向的专家",
        "supporting": [{"id": world.people[FARM], "name": FARM}],
    }
    assert [step["label"] for step in seen["history"]] == ["发出"]
    assert seen["need"]["situation"].startswith("运行六个月后")
    assert [each["action"] for each in seen["actions"]] == ["accept", "decline", "nominate", "reassign"]
    assert (need_state(world, need_id), read_by(world, SECRETARY, need_id)) == ("inviting", "invited")


def test_who_sees_a_referral_and_what_each_may_do(world: World) -> None:
    referral_id = send(world, steps.a_matched_need(world), to_society(world))

    assert actions_of(world, CLERK, referral_id) == ["accept", "decline", "withdraw", "nominate", "reassign"]
    assert actions_of(world, OWNER, referral_id) == []
    for name in (OTHER_SECRETARY, "西宁孙浩", "路人吴芳", LEADER):
        with pytest.raises(NotFound):
            seen_by(world, name, referral_id)
        with pytest.raises(NotFound):
            answer(world, name, referral_id, "accept")
    with pytest.raises(Forbidden):
        answer(world, OWNER, referral_id, "accept")
    with pytest.raises(Forbidden):
        answer(world, SECRETARY, referral_id, "withdraw", note="不想接")


def test_accepting_opens_one_consultation_held_by_the_receiver(world: World) -> None:
    need_id = steps.a_matched_need(world)
    referral_id = send(world, need_id, to_society(world))

    assert answer(world, SECRETARY, referral_id, "accept") == "accepted"

    assert consultations(world, need_id) == [("to_contact", "society", world.people[SALT])]
    assert (need_state(world, need_id), read_by(world, SECRETARY, need_id)) == ("engaged", "invited")
    assert seen_by(world, SECRETARY, referral_id)["consultation_id"]
    with pytest.raises(Conflict, match="已接单"):
        answer(world, SECRETARY, referral_id, "decline", reason="time")


def test_two_people_of_the_receiver_who_accept_at_once_open_one_consultation(world: World) -> None:
    need_id = steps.a_matched_need(world)
    referral_id = send(world, need_id, to_society(world))
    with world.services.database.writing() as session:
        session.add(
            Membership(
                user_id=world.people["路人吴芳"], organization_id=world.people[SALT], role=MembershipRole.CONTACT
            )
        )

    def accept(name: str, seconds: float = 0) -> str:
        with world.services.database.writing() as session:
            actor = world.actor(session, name)
            given = ActionInput.model_validate({"version": 1})
            referral_acts.act(session, world.services, actor, referral_id, "accept", given)
            # Until the other one waits for the first; coming later it is refused as well.
            time.sleep(seconds)
        return name

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(accept, SECRETARY, 0.4)
        time.sleep(0.1)
        second = pool.submit(accept, "路人吴芳")
        assert first.result(timeout=20) == SECRETARY
        with pytest.raises(Conflict):
            second.result(timeout=20)

    assert consultations(world, need_id) == [("to_contact", "society", world.people[SALT])]


def test_two_clerks_who_give_a_need_to_one_society_at_once_make_one_referral(world: World) -> None:
    need_id = steps.a_matched_need(world)
    send(world, need_id, to_society(world, FARM))
    with world.services.database.reading() as session:
        version = session.get_one(Need, need_id).version

    with ThreadPoolExecutor(1) as pool:
        with world.services.database.writing() as session:
            given = ReferralInput.model_validate(to_society(world) | {"version": version})
            referrals.send(session, world.services, world.actor(session, "海西州李强"), need_id, given)
            other = pool.submit(send, world, need_id, to_society(world), version=version)
            # Until the other one waits for the first; coming later it is refused as well.
            time.sleep(0.4)
        with pytest.raises(Conflict):
            other.result(timeout=20)

    with world.services.database.reading() as session:
        sent = session.exec(select(Referral.receiver_id).order_by(col(Referral.number))).all()
    assert sent == [world.people[FARM], world.people[SALT]]


def test_declining_needs_a_reason_ends_the_reading_and_the_need_is_matched_again(world: World) -> None:
    need_id = steps.a_matched_need(world)
    referral_id = send(world, need_id, to_society(world))
    with pytest.raises(Invalid, match="理由"):
        answer(world, SECRETARY, referral_id, "decline")

    answer(world, SECRETARY, referral_id, "decline", reason="time", note="年底换届")

    assert (need_state(world, need_id), read_by(world, SECRETARY, need_id)) == ("accepted", None)
    seen = seen_by(world, SECRETARY, referral_id)
    assert [(step["label"], step["reason"]) for step in seen["history"]] == [("发出", ""), ("拒单", "time")]
    assert (seen["need"]["situation"], seen["turn"], seen["due_at"]) == (None, "无人", None)


def test_while_somebody_else_is_asked_a_refusal_changes_nothing_for_the_need(world: World) -> None:
    need_id = steps.a_matched_need(world)
    first, second = send(world, need_id, to_society(world)), send(world, need_id, to_society(world, FARM))

    answer(world, SECRETARY, first, "decline", reason="time")
    assert need_state(world, need_id) == "inviting"
    steps.expire(world, second)
    referral_acts.follow_up(world.services, second)

    assert (need_state(world, need_id), read_by(world, OTHER_SECRETARY, need_id)) == ("accepted", None)


def test_a_company_that_was_choosing_goes_on_choosing_after_a_refusal(world: World) -> None:
    need_id = steps.a_matched_need(world)
    nominated, other = send(world, need_id, to_society(world)), None
    nominate(world, SECRETARY, nominated, LEADER)
    other = send(world, need_id, to_society(world, FARM))
    assert need_state(world, need_id) == "inviting"

    answer(world, OTHER_SECRETARY, other, "decline", reason="far")

    assert need_state(world, need_id) == "recommended"


def test_an_act_on_what_has_changed_meanwhile_is_refused(world: World) -> None:
    need_id = steps.a_matched_need(world)
    with pytest.raises(Stale):
        send(world, need_id, to_society(world), version=1)
    referral_id = send(world, need_id, to_society(world))

    for attempt in (
        lambda: answer(world, SECRETARY, referral_id, "accept", version=7),
        lambda: nominate(world, SECRETARY, referral_id, LEADER, version=7),
        lambda: steps.reassign(world, SECRETARY, referral_id, "society", world.people[FARM], version=7),
    ):
        with pytest.raises(Stale):
            attempt()


def test_marks_of_secrecy_are_stored_nowhere(world: World) -> None:
    need_id = steps.a_matched_need(world)
    referral_id = send(world, need_id, to_society(world))
    marked, farm = "机密★10年 附表三", world.people[FARM]

    for attempt in (
        lambda: send(world, need_id, to_society(world, FARM, note=marked)),
        lambda: answer(world, SECRETARY, referral_id, "decline", reason="time", note=marked),
        lambda: nominate(world, SECRETARY, referral_id, LEADER, note=marked),
        lambda: steps.reassign(world, SECRETARY, referral_id, "society", farm, note=marked),
    ):
        with pytest.raises(SecrecySuspected):
            attempt()

    with world.services.database.reading() as session:
        assert [each.note for each in session.exec(select(Referral))] == [""]


def test_only_who_handles_the_need_gives_it_away_and_only_once_it_is_matched(world: World) -> None:
    with pytest.raises(Conflict, match="先办完受理和匹配"):
        send(world, a_submitted_need(world), to_society(world))


@pytest.mark.parametrize(("by", "error"), [(OWNER, Forbidden), ("西宁孙浩", NotFound), (SECRETARY, NotFound)])
def test_who_may_not_give_a_need_away(world: World, by: str, error: type[AppError]) -> None:
    need_id = steps.a_matched_need(world)

    with pytest.raises(error):
        send(world, need_id, to_society(world), by=by)


def test_every_step_is_audited_by_whom_and_without_words(world: World) -> None:
    referral_id = send(world, steps.a_matched_need(world), to_society(world, note="请安排"))
    answer(world, SECRETARY, referral_id, "decline", reason="time", note="年底换届")

    with world.services.database.reading() as session:
        wanted = select(AuditEntry).where(AuditEntry.subject_id == referral_id).order_by(col(AuditEntry.seq))
        entries = session.exec(wanted).all()
        names = {user.id: user.name for user in session.exec(select(User))}
    assert [(each.act, names[each.actor_id or ""]) for each in entries] == [
        ("referral.send", CLERK),
        ("referral.decline", SECRETARY),
    ]
    assert all(len(each.content_digest) == 64 and each.at <= now() for each in entries)
