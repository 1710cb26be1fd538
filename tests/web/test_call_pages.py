"""今天要打的电话: who is on the list, whose number is shown to whom, and what came of the call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from service.clock import stopped_at
from service.models import CallNote, Expert, ReadEntry
from service.worker import Worker
from tests.service.match_steps import a_chosen_need, invite, ranking_by_words
from tests.service.world import World
from tests.web.conftest import SignIn, words


@pytest.fixture
def worker(world: World, tmp_path: Path) -> Worker:
    return ranking_by_words(world, tmp_path)


@contextmanager
def later(day: int) -> Iterator[None]:
    with stopped_at(datetime(2026, 11, day, 4, 0, tzinfo=UTC)):
        yield


def an_invited_expert(world: World, worker: Worker) -> tuple[str, str]:
    """(invitation, expert); sent on Monday 23 November, to be answered by the 30th."""
    need_id, listed = a_chosen_need(world, worker, "李锂")
    invitation_id = invite(world, "格尔木赵静", need_id, *listed)[0]
    with world.services.database.writing() as session:
        expert = session.exec(select(Expert).where(Expert.name == "李锂")).one()
        expert.mobile = "13909790001"
        return invitation_id, expert.id


def test_an_invitation_is_called_about_once_most_of_its_time_is_over(
    world: World, worker: Worker, browser_of: SignIn
) -> None:
    invitation_id, expert_id = an_invited_expert(world, worker)
    address = f"/calls/invitation/{invitation_id}"

    early = words(browser_of("格尔木赵静").get("/calls"))
    with later(30):
        listed = browser_of("格尔木赵静").get("/calls")
        shown = browser_of("格尔木赵静").get(address)
        others = [browser_of(name).get(address).status_code for name in ("西宁孙浩", "盐湖厂马工", "路人吴芳", "")]

    assert "今天没有要打的电话" in early
    assert "李锂 邀约快到期了，还没有答复 吸附剂用半年就吸不动锂了" in words(listed)
    assert 'href="tel:13909790001"' in shown.text
    assert others == [404, 403, 404, 303]
    with world.services.database.reading() as session:
        read = session.exec(select(ReadEntry).where(ReadEntry.subject_id == expert_id)).all()
    assert [(each.reader_id, each.what) for each in read] == [(world.people["格尔木赵静"], "mobile mail")]


def test_who_does_not_answer_is_called_again_on_the_next_working_day_and_who_does_is_entered(
    world: World, worker: Worker, browser_of: SignIn
) -> None:
    invitation_id, _ = an_invited_expert(world, worker)
    address, once = f"/calls/invitation/{invitation_id}", "d" * 32
    # Without an account and mail there is no other way than to call, from the first day on.
    with world.services.database.writing() as session:
        session.exec(select(Expert).where(Expert.name == "李锂")).one().user_id = None
    with later(25):
        clerk = browser_of("格尔木赵静")
        assert "没有账号，也没有邮箱，只能打电话" in words(clerk.get("/calls"))
        missed = [clerk.post(address, data={"result": "no_answer", "once": once}) for _ in range(2)]
        same_day = words(clerk.get("/calls"))
    with later(26):
        clerk = browser_of("格尔木赵静")
        next_day = words(clerk.get("/calls"))
        reached = clerk.post(address, data={"result": "reached"})

    assert [each.headers["location"] for each in missed] == ["/calls", "/calls"]
    assert "今天没有要打的电话" in same_day
    assert "已打过 1 次" in next_day
    assert reached.headers["location"] == f"/invitations/{invitation_id}?by=phone"
    with world.services.database.reading() as session:
        notes = session.exec(select(CallNote)).all()
    assert sorted((each.result, str(each.again_on)) for each in notes) == [
        ("no_answer", "2026-11-26"),
        ("reached", "None"),
    ]
