"""Failed jobs are tried again by who looks after the machine, and the index is built anew when asked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from service.clock import now
from service.errors import Conflict, Forbidden, NotFound
from service.jobs import MOST_ATTEMPTS
from service.models import AuditEntry, Job
from service.tasks import tasks_of
from service.usecases import upkeep
from service.usecases.job_words import JOBS, reason_of
from service.worker import Task, Worker
from tests.service.administration.steps import look, make_administrator, write
from tests.service.match_steps import matcher_by_words
from tests.service.world import World


def a_failed_job(world: World, key: str = "need:1", attempts: int = MOST_ATTEMPTS, **more: Any) -> int:
    with world.services.database.writing() as session:
        job = Job(name="match.suggest", key=key, attempts=attempts, error="OSError: No space left on device", **more)
        session.add(job)
        session.flush()
        return job.seq or 0


def test_a_job_that_was_given_up_is_done_when_it_is_tried_again(world: World) -> None:
    make_administrator(world)
    seq = a_failed_job(world)
    done: list[str] = []
    worker = Worker(world.services, {"match.suggest": Task(done.append)})
    worker.run_pending()
    before = list(done)

    told = write(world, lambda session, _, actor: upkeep.retry_job(session, actor, seq))
    worker.run_pending()

    assert (before, done) == ([], ["need:1"])
    assert (told.label, told.reason) == ("匹配专家", "磁盘满了。请腾出空间，然后再试。")
    with world.services.database.reading() as session:
        job = session.get_one(Job, seq)
        entry = session.exec(select(AuditEntry).where(AuditEntry.act == "job.retry")).one()
    assert (job.attempts, job.error, job.done_at) == (1, "", now())
    assert (entry.subject_kind, entry.subject_id) == ("job", str(seq))


def test_all_that_failed_are_tried_again_and_nothing_else(world: World) -> None:
    make_administrator(world)
    failed = [a_failed_job(world, f"need:{number}", attempts) for number, attempts in enumerate((1, MOST_ATTEMPTS))]
    at_work = a_failed_job(world, "need:7", claim="x", claimed_until=now() + timedelta(minutes=1))
    done = a_failed_job(world, "need:8", done_at=now())

    count = write(world, lambda session, _, actor: upkeep.retry_all(session, actor))

    assert count == 2
    with world.services.database.reading() as session:
        attempts = {seq: session.get_one(Job, seq).attempts for seq in (*failed, at_work, done)}
    assert attempts == {failed[0]: 0, failed[1]: 0, at_work: MOST_ATTEMPTS, done: MOST_ATTEMPTS}
    for seq in (at_work, done):
        with pytest.raises(Conflict, match="已经办好，或者正在办"):
            write(world, lambda session, _, actor, seq=seq: upkeep.retry_job(session, actor, seq))  # type: ignore[misc]


@pytest.mark.parametrize("seq", [0, -1, 999_999, 2**31, 2**80])
def test_what_there_is_not_is_not_found(world: World, seq: int) -> None:
    make_administrator(world)

    with pytest.raises(NotFound):
        write(world, lambda session, _, actor: upkeep.retry_job(session, actor, seq))


def test_only_administrators_try_again(world: World) -> None:
    seq = a_failed_job(world)

    with pytest.raises(Forbidden):
        write(world, lambda session, _, actor: upkeep.retry_job(session, actor, seq), "省科协王敏")
    with pytest.raises(Forbidden):
        write(world, lambda session, _, actor: upkeep.rebuild_index(session, actor), "省科协王敏")


def test_the_index_is_read_anew_by_the_worker(world: World, tmp_path: Path) -> None:
    make_administrator(world)
    matcher = matcher_by_words(tmp_path)

    write(world, lambda session, _, actor: upkeep.rebuild_index(session, actor))
    with pytest.raises(Conflict, match="已经在重建了"):
        write(world, lambda session, _, actor: upkeep.rebuild_index(session, actor))
    waiting = look(world, lambda session, _, actor: upkeep.index_health(session, actor, matcher))
    Worker(world.services, {"index.rebuild": tasks_of(world.services, matcher)["index.rebuild"]}).run_pending()
    after = look(world, lambda session, _, actor: upkeep.index_health(session, actor, matcher))

    assert (waiting.known, waiting.is_rebuilding) == (False, True)
    assert (after.known, after.documents, after.is_rebuilding) == (True, 0, False)


def test_every_job_of_the_worker_has_a_name_for_people(world: World, tmp_path: Path) -> None:
    assert set(tasks_of(world.services, matcher_by_words(tmp_path))) == set(JOBS)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("Conflict: 刚才有别人改动了这条记录。", "刚才有别人改动了这条记录。"),
        ("OperationalError: (sqlite3.OperationalError) database is locked", "数据库当时正忙"),
        ("SMTPAuthenticationError: (535, b'5.7.8 no')", "不接受用户名或密码"),
        ("gaierror: [Errno -2] Name or service not known", "邮件服务器连不上"),
        ("ConnectionRefusedError: [Errno 111] Connection refused", "网络或对方服务器连不上"),
        ("ZeroDivisionError: division by zero", "请把下面的原文发给技术支持"),
    ],
)
def test_a_reason_is_said_in_words(error: str, said: str) -> None:
    assert said in reason_of(error)


@given(st.text(max_size=200))
def test_always_some_reason_is_said_in_chinese(error: str) -> None:
    assert any("一" <= char <= "鿿" for char in reason_of(error))
