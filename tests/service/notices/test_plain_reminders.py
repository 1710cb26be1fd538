"""Who is reminded of 回访 and of organisations that wait to be verified, when, and when no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from service.clock import now, stopped_at
from service.models import FollowUp, Membership, Need, Organization, OrganizationState
from service.rules.reminders import Asking, askings_at
from service.rules.work_calendar import BEIJING, national_calendar
from service.schemas.outcomes import FollowUpInput
from service.usecases import follow_ups, organizations
from service.usecases.plain_reminders import remind
from service.worker import Worker
from tests.service.consultations.steps import CLERK, OWNER, Served, a_served_need, at, until_completed
from tests.service.match_steps import PROXY
from tests.service.notices.notice_steps import forget_notices, notices_of, titles
from tests.service.steps import act
from tests.service.world import World

LEAD = "省科协王敏"
COMPANY = "青海湖东盐化有限公司（演示数据）"


def told_at(world: World, *moments: str) -> dict[str, dict[str, list[str]]]:
    """What is told at each moment that was not told before."""
    found = {}
    for moment in moments:
        with stopped_at(at(moment)):
            remind(world.services)
            remind(world.services)
        found[moment] = titles(world)
        forget_notices(world)
    return found


def a_closed_need(world: World, worker: Worker) -> Served:
    """Its follow-ups are on 23 December, 21 February and 22 May."""
    served = a_served_need(world)
    until_completed(served)
    worker.run_pending()
    forget_notices(world)
    return served


def answer(served: Served, who: str, **given_: object) -> None:
    world = served.world
    with world.services.database.writing() as session:
        row = session.exec(select(FollowUp).where(FollowUp.days == 30)).one()
        content = FollowUpInput.model_validate({"version": row.version, "still_works": True} | given_)
        follow_ups.answer(session, world.services, world.actor(session, who), row.id, content)


def test_the_company_is_asked_on_the_day_and_again_and_then_the_clerk_is_to_telephone(
    world: World, worker: Worker
) -> None:
    served = a_closed_need(world, worker)
    number = served.need.number

    told = told_at(
        world,
        "2026-12-23T08:59:59",
        "2026-12-23T09:00:00",
        "2026-12-29T18:00:00",
        "2026-12-30T09:00:00",
        "2027-01-06T08:59:59",
        "2027-01-06T09:00:00",
        "2027-02-01T09:00:00",
    )

    assert told == {
        "2026-12-23T08:59:59": {},
        "2026-12-23T09:00:00": {OWNER: [f"请答复回访：需求 {number} 办结满 30 天"]},
        "2026-12-29T18:00:00": {},
        "2026-12-30T09:00:00": {OWNER: [f"再次提醒，请答复回访：需求 {number} 办结满 30 天"]},
        "2027-01-06T08:59:59": {},
        "2027-01-06T09:00:00": {CLERK: [f"请电话回访，代为答复：需求 {number} 办结满 30 天，还没有回音"]},
        "2027-02-01T09:00:00": {},
    }
    # A Sunday: nobody acts on a reminder then.
    assert told_at(world, "2027-02-21T12:00:00", "2027-02-22T09:00:00")["2027-02-21T12:00:00"] == {}


def test_an_answer_ends_the_reminders(world: World, worker: Worker) -> None:
    served = a_closed_need(world, worker)
    told_at(world, "2026-12-23T09:00:00")
    with stopped_at(at("2026-12-24T10:00:00")):
        answer(served, CLERK, proxy=PROXY)

    assert told_at(world, "2026-12-30T09:00:00", "2027-01-06T09:00:00") == {
        "2026-12-30T09:00:00": {},
        "2027-01-06T09:00:00": {},
    }


def test_a_case_that_is_open_again_or_sealed_is_not_asked_about(world: World, worker: Worker) -> None:
    served = a_closed_need(world, worker)
    with world.services.database.writing() as session:
        session.get_one(Need, served.need_id).sealed_at = now()
    sealed = told_at(world, "2026-12-23T09:00:00")
    with world.services.database.writing() as session:
        session.get_one(Need, served.need_id).sealed_at = None
    opened = told_at(world, "2026-12-23T10:00:00")
    with stopped_at(at("2026-12-24T09:00:00")):
        act(world, OWNER, served.need_id, "reopen", note="又吸不动了")

    assert sealed == {"2026-12-23T09:00:00": {}}
    assert list(opened["2026-12-23T10:00:00"]) == [OWNER]
    assert told_at(world, "2027-01-06T09:00:00") == {"2027-01-06T09:00:00": {}}


def test_where_the_company_has_nobody_the_clerk_telephones_at_once(world: World, worker: Worker) -> None:
    served = a_closed_need(world, worker)
    with world.services.database.writing() as session:
        for membership in session.exec(select(Membership)):
            membership.ended_at = now()

    title = f"请电话回访，代为答复：需求 {served.need.number} 办结满 30 天，还没有回音"
    assert told_at(world, "2026-12-23T09:00:00") == {"2026-12-23T09:00:00": {CLERK: [title]}}


def test_who_could_not_be_reminded_for_weeks_is_reminded_once(world: World, worker: Worker) -> None:
    a_closed_need(world, worker)

    told = told_at(world, "2027-01-20T09:00:00")["2027-01-20T09:00:00"]

    assert {who: len(titles_) for who, titles_ in told.items()} == {OWNER: 1, CLERK: 1}
    assert told[OWNER][0].startswith("再次提醒")


def test_whoever_verifies_organisations_is_reminded_then_flagged_and_then_the_level_above_is_told(
    world: World,
) -> None:
    """Registered on Monday, 23 November: two working days."""
    told = told_at(
        world,
        "2026-11-23T18:00:00",
        "2026-11-24T09:00:00",
        "2026-11-25T09:00:00",
        "2026-11-26T08:59:59",
        "2026-11-26T09:00:00",
        "2026-11-30T09:00:00",
        "2026-12-30T09:00:00",
    )

    waiting = f"新登记的单位待核验：{COMPANY}"
    assert told == {
        "2026-11-23T18:00:00": {},
        "2026-11-24T09:00:00": {CLERK: [f"提醒：{waiting}，还剩 1 个工作日"]},
        "2026-11-25T09:00:00": {CLERK: [f"提醒：{waiting}，今天到期"]},
        "2026-11-26T08:59:59": {},
        "2026-11-26T09:00:00": {CLERK: [f"黄牌：{waiting}，已超期 1 个工作日"]},
        "2026-11-30T09:00:00": {LEAD: [f"红牌：{waiting}，已超期 3 个工作日"]},
        "2026-12-30T09:00:00": {},
    }


def test_once_verified_or_refused_nobody_is_reminded(world: World) -> None:
    with world.services.database.writing() as session:
        company = session.get_one(Organization, world.company.id)
        clerk = world.actor(session, CLERK)
        organizations.verify(
            session, world.services, clerk, company.id, verified=True, note="", version=company.version or 0
        )
        state = company.state
    forget_notices(world)

    assert state is OrganizationState.VERIFIED
    assert told_at(world, "2026-11-26T09:00:00") == {"2026-11-26T09:00:00": {}}


def test_nobody_is_reminded_to_verify_their_own_organisation(world: World) -> None:
    with world.services.database.writing() as session:
        session.add(
            Membership(user_id=world.people[CLERK], organization_id=world.company.id, role="contact")  # type: ignore[arg-type]
        )

    told = told_at(world, "2026-11-24T09:00:00")["2026-11-24T09:00:00"]
    assert list(told) == ["海西州李强"]


@given(
    st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    st.integers(1, 40),
    st.integers(1, 40),
    st.lists(st.integers(0, 24 * 100), max_size=6),
)
def test_askings_come_on_working_mornings_and_never_go_back(
    due_on: date, again: int, phone: int, hours: list[int]
) -> None:
    calendar = national_calendar()
    start = datetime(due_on.year, due_on.month, due_on.day, tzinfo=BEIJING)
    seen: Mapping[Asking, bool] = {}
    for hour in sorted(hours):
        moment = start + timedelta(hours=hour)
        reached = askings_at(calendar, due_on, moment, again_days=again, phone_days=phone)
        now_ = {each: each in reached or (each is Asking.DUE and Asking.AGAIN in reached) for each in Asking}
        assert all(now_[each] for each, was in seen.items() if was)
        for each, days in ((Asking.DUE, 0), (Asking.AGAIN, again), (Asking.BY_PHONE, phone)):
            morning = calendar.roll_forward(due_on + timedelta(days=days))
            is_time = (moment.date(), moment.hour) >= (morning, 9)
            assert now_[each] == is_time
        assert len([each for each in reached if each is not Asking.BY_PHONE]) <= 1
        seen = now_


def test_the_page_and_the_case_of_a_reminder(world: World, worker: Worker) -> None:
    served = a_closed_need(world, worker)
    with stopped_at(at("2026-12-23T09:00:00")):
        remind(world.services)

    notice = notices_of(world, OWNER)[0]
    assert (notice.path, notice.need_id, notice.calls) == ("/follow-ups", served.need_id, True)
    assert notice.text.splitlines()[0] == f"需求：{served.need.title}"
