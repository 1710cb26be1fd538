"""What silence leads to: reminders, each once, and the steps that the clock takes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from service.actors import SYSTEM
from service.clock import stopped_at
from service.models import (
    FeeKind,
    HolderKind,
    Invitation,
    InvitationState,
    Job,
    Need,
    NeedState,
    PostRole,
    Referral,
    ReferralState,
    StatusChange,
    User,
)
from service.schemas.needs import SavedNeed
from service.services import Services
from service.usecases import associations, need_acts
from service.usecases.deadlines import pass_deadlines, remind, warn_of_calendar
from service.usecases.needs import find, save
from service.worker import Worker
from tests.service.match_steps import invite
from tests.service.notices.notice_steps import a_released_need, forget_notices, notices_of, titles
from tests.service.steps import CONTENT, a_submitted_need, act
from tests.service.world import World

NUMBER = "XQ-2026-63-00001"


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@contextmanager
def clock_at(world: World, text: str) -> Iterator[None]:
    """At this moment in Beijing the clock has just ticked, in whichever order the two jobs come."""
    with stopped_at(beijing(text)):
        pass_deadlines(world.services)
        remind(world.services)
        pass_deadlines(world.services)
        yield


def state_of(world: World, need_id: str) -> NeedState:
    with world.services.database.reading() as session:
        return session.get_one(Need, need_id).state


def a_returned_need(world: World) -> str:
    need_id = a_submitted_need(world)
    act(world, "格尔木赵静", need_id, "return", reason="unclear", note="请补充卤水成分")
    return need_id


def reminders_of(world: World, name: str) -> list[str]:
    return [notice.title for notice in notices_of(world, name) if notice.key.startswith("remind:")]


def test_the_clerk_is_reminded_twice_then_flagged_and_at_twice_the_time_the_lead_is_told(world: World) -> None:
    need_id = a_submitted_need(world)
    with world.services.database.writing() as session:
        associations.appoint(
            session,
            world.services,
            SYSTEM,
            user_id=world.people["路人吴芳"],
            association_id=world.county.id,
            department="学会部",
            role=PostRole.LEAD,
            since=date(2026, 1, 1),
        )

    # Three working days from a Monday.
    for moment in ("2026-11-24 23:00", "2026-11-25 08:59", "2026-11-25 09:00", "2026-11-25 15:00"):
        with clock_at(world, moment):
            pass
    with clock_at(world, "2026-11-26 09:00"), clock_at(world, "2026-11-27 00:01"), clock_at(world, "2026-11-27 09:10"):
        pass
    assert reminders_of(world, "格尔木赵静") == [
        f"提醒：需求 {NUMBER}待审核，还剩 1 个工作日",
        f"提醒：需求 {NUMBER}待审核，今天到期",
        f"黄牌：需求 {NUMBER}待审核，已超期 1 个工作日",
    ]
    with clock_at(world, "2026-12-02 09:00"), clock_at(world, "2026-12-05 09:00"):
        pass

    assert titles(world) == {
        "格尔木赵静": sorted(reminders_of(world, "格尔木赵静")),
        "路人吴芳": [f"红牌：需求 {NUMBER}待审核，已超期 4 个工作日"],
    }
    assert len(reminders_of(world, "格尔木赵静")) == 3
    assert state_of(world, need_id) is NeedState.SUBMITTED


def test_a_reminder_says_what_is_to_be_done_until_when(world: World) -> None:
    a_returned_need(world)

    with clock_at(world, "2026-11-30 09:00"):
        [notice] = notices_of(world, "盐湖厂马工")

    assert (notice.title, notice.calls) == (f"提醒：需求 {NUMBER}退回补正，还剩 5 个工作日", True)
    assert notice.text.split("\n") == [
        "需求：吸附剂用半年就吸不动锂了",
        "现在：退回补正，轮到您",
        "请在2026年12月7日（周一）24:00 前办理。还剩 5 个工作日。",
        "您可以：重新提交、撤回。",
    ]


def test_each_time_it_comes_back_the_clock_begins_anew(world: World) -> None:
    need_id = a_returned_need(world)
    with clock_at(world, "2026-11-30 09:00"):
        with world.services.database.writing() as session:
            actor = world.actor(session, "盐湖厂马工")
            version = find(session, actor, need_id).version
            changed = dict(CONTENT) | {"tried": "换过两家", "version": version}
            save(session, world.services, actor, need_id, SavedNeed.model_validate(changed))
        act(world, "盐湖厂马工", need_id, "resubmit")
        act(world, "格尔木赵静", need_id, "return", reason="unclear", note="还差卤水成分")

    with clock_at(world, "2026-12-07 09:00"):
        pass

    assert reminders_of(world, "盐湖厂马工") == [f"提醒：需求 {NUMBER}退回补正，还剩 5 个工作日"] * 2


def test_a_need_expires_after_two_reminders_and_can_be_taken_up_again(world: World) -> None:
    need_id = a_returned_need(world)
    for moment in ("2026-11-30 09:00", "2026-12-03 09:00", "2026-12-07 23:59"):
        with clock_at(world, moment):
            assert state_of(world, need_id) is NeedState.MORE_INFO

    with clock_at(world, "2026-12-08 00:00:00"):
        assert state_of(world, need_id) is NeedState.EXPIRED
        with world.services.database.reading() as session:
            need = session.get_one(Need, need_id)
            [change] = session.exec(select(StatusChange).where(StatusChange.action == "expire"))
            jobs = session.exec(select(Job.key).where(Job.name == "notify").order_by(col(Job.seq).desc())).first()
    assert (need.closed_at, change.actor_id, jobs) == (beijing("2026-12-08 00:00:00"), None, f"need:{need_id}")
    with stopped_at(beijing("2026-12-09 09:00")):
        assert act(world, "盐湖厂马工", need_id, "take_up") is NeedState.SUBMITTED


def test_who_could_not_be_reminded_in_time_is_reminded_first(world: World) -> None:
    need_id = a_returned_need(world)

    # Nothing ran for weeks.
    for moment in (
        "2026-12-25 10:00",
        "2026-12-26 10:00",
        "2026-12-28 00:01",
        "2026-12-28 09:00",
        "2026-12-29 00:01",
    ):
        with clock_at(world, moment):
            assert state_of(world, need_id) is NeedState.MORE_INFO
    told = reminders_of(world, "盐湖厂马工") + reminders_of(world, "省科协王敏")
    with clock_at(world, "2026-12-29 09:00"):
        assert state_of(world, need_id) is NeedState.EXPIRED

    assert told == [
        f"已超期：需求 {NUMBER}退回补正，已超期 14 个工作日",
        f"已超期：需求 {NUMBER}退回补正，已超期 15 个工作日",
        f"红牌：需求 {NUMBER}退回补正，已超期 14 个工作日",
    ]


def test_a_sealed_need_stands_still(world: World) -> None:
    need_id = a_returned_need(world)
    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, "格尔木赵静"), need_id, note="疑似涉密")

    for moment in ("2026-11-30 09:00", "2026-12-03 09:00", "2026-12-08 09:00", "2026-12-10 09:00"):
        with clock_at(world, moment):
            pass

    assert state_of(world, need_id) is NeedState.MORE_INFO
    assert titles(world) == {}


def test_an_unanswered_invitation_expires_and_promises_the_next(world: World, worker: Worker) -> None:
    need_id, listed = a_released_need(world, worker, "李锂", "赵风")
    forget_notices(world)
    [invitation_id] = invite(world, "格尔木赵静", need_id, listed[0])
    for moment in ("2026-11-26 09:00", "2026-11-27 09:00", "2026-11-30 23:59"):
        with clock_at(world, moment):
            pass
    assert reminders_of(world, "专家李锂") == [
        f"提醒：邀约（需求 {NUMBER}）已发出，待答复，还剩 2 个工作日",
        f"提醒：邀约（需求 {NUMBER}）已发出，待答复，还剩 1 个工作日",
    ]

    with clock_at(world, "2026-12-01 00:00:30"):
        worker.run_pending()

    with world.services.database.reading() as session:
        invitations = session.exec(select(Invitation).order_by(col(Invitation.created_at))).all()
    assert [each.state for each in invitations] == [InvitationState.EXPIRED, InvitationState.SENT]
    assert invitations[0].id == invitation_id
    assert f"李锂的邀约（需求 {NUMBER}）：逾期未答" in titles(world)["格尔木赵静"]
    assert f"邀约（需求 {NUMBER}）：请您答复" in titles(world)["专家赵风"]


def a_referral(session: Session, need_id: str, number: str, receiver_id: str) -> str:
    referral = Referral(
        number=number,
        need_id=need_id,
        round=1,
        receiver_kind=HolderKind.ASSOCIATION,
        receiver_id=receiver_id,
        fee_kind=FeeKind.FREE,
        entered_at=beijing("2026-11-23 09:00"),
        due_at=beijing("2026-11-25 23:59:59"),
    )
    session.add(referral)
    session.flush()
    return referral.id


def two_referrals(world: World) -> tuple[str, str]:
    need_id = a_submitted_need(world)
    with world.services.database.writing() as session:
        return (
            a_referral(session, need_id, "DJ-1", world.other_city.id),
            a_referral(session, need_id, "DJ-2", world.city.id),
        )


def referral_states(world: World) -> list[ReferralState]:
    with world.services.database.reading() as session:
        return [each.state for each in session.exec(select(Referral).order_by(Referral.number))]


def test_one_that_fails_does_not_keep_the_others_from_being_done(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = two_referrals(world)

    def fails(_: Session, __: Services, referral_id: str) -> None:
        if referral_id == first:
            raise RuntimeError("broken")
        done.append(referral_id)

    done: list[str] = []
    with stopped_at(beijing("2026-11-26 00:00:00")):
        assert pass_deadlines(world.services, {("referral", "expire"): fails}) == 1

    assert done == [second]
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == ["deadline.failed"]


def test_several_clocks_at_once_do_each_step_once(world: World) -> None:
    two_referrals(world)
    with stopped_at(beijing("2026-11-26 00:00:00")):
        threads = [threading.Thread(target=pass_deadlines, args=(world.services,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert referral_states(world) == [ReferralState.EXPIRED] * 2
    with world.services.database.reading() as session:
        assert len(session.exec(select(StatusChange).where(StatusChange.action == "expire")).all()) == 2
        assert len(session.exec(select(Job).where(Job.name == "referral.next")).all()) == 2


def test_the_last_second_of_a_deadline_still_belongs_to_it(world: World) -> None:
    two_referrals(world)

    with stopped_at(beijing("2026-11-25 23:59:59") + timedelta(milliseconds=900)):
        assert pass_deadlines(world.services) == 0
    with stopped_at(beijing("2026-11-26 00:00:00")):
        assert pass_deadlines(world.services) == 2


def test_receivers_are_reminded_of_what_was_referred_to_them(world: World) -> None:
    two_referrals(world)

    with clock_at(world, "2026-11-25 09:00"):
        pass

    assert reminders_of(world, "西宁孙浩") == ["提醒：派单 DJ-1待接单，今天到期"]
    assert reminders_of(world, "海西州李强") == ["提醒：派单 DJ-2待接单，今天到期"]


def test_administrators_are_warned_once_a_week_while_next_years_calendar_is_missing(world: World) -> None:
    with world.services.database.writing() as session:
        session.get_one(User, world.people["路人吴芳"]).is_administrator = True
    calendar = replace(world.services.clockwork.calendar, published=frozenset({2026}))
    services = replace(world.services, clockwork=replace(world.services.clockwork, calendar=calendar))

    for moment in ("2026-10-30 09:00", "2026-11-23 09:00", "2026-11-25 09:00", "2026-11-30 09:00"):
        with stopped_at(beijing(moment)):
            warn_of_calendar(services)

    assert titles(world) == {"路人吴芳": ["工作日历需要更新"] * 2}
    assert "2027 年放假调休安排尚未录入" in notices_of(world, "路人吴芳")[0].text
