"""What is over goes after its time; what is not over, history and audit stay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import SQLModel, select

from service.clock import stopped_at
from service.jobs import enqueue
from service.models import (
    ApiToken,
    AuditEntry,
    Job,
    MailedLink,
    MailPurpose,
    Notice,
    OneTimeSlip,
    SignInAttempt,
    StatusChange,
    UserSession,
)
from service.usecases.pruning import PRUNED, prune
from tests.service.notices.notice_steps import has_mail, tell
from tests.service.steps import a_submitted_need
from tests.service.world import World

KEPT = 400


def counts(world: World, tables: Iterable[type[SQLModel]]) -> dict[str, int]:
    with world.services.database.reading() as session:
        return {table.__name__: session.exec(select(func.count()).select_from(table)).one() for table in tables}


def fill(world: World, ends: datetime) -> None:
    """One of everything that ends at this moment."""
    user_id: Any = world.people["盐湖厂马工"]
    digest = str(ends.timestamp())
    with world.services.database.writing() as session:
        session.add_all(
            [
                SignInAttempt(account="a", network="n", at=ends),
                UserSession(user_id=user_id, token_digest=digest, last_seen_at=ends, expires_at=ends),
                ApiToken(user_id=user_id, name="t", token_digest=digest, scopes="need.list", expires_at=ends),
                OneTimeSlip(user_id=user_id, code_digest=digest, issued_by_id=user_id, expires_at=ends),
                MailedLink(user_id=user_id, purpose=MailPurpose.RESET, mail="a@b.cn", expires_at=ends),
                Job(name="old", key="", done_at=ends),
            ]
        )


def test_only_what_has_been_over_for_long_enough_is_deleted(world: World, monday: datetime) -> None:
    fill(world, monday)
    tables = (SignInAttempt, UserSession, ApiToken, OneTimeSlip, MailedLink)

    with stopped_at(monday + timedelta(days=7)):
        prune(world.services)
    assert counts(world, tables) == {table.__name__: 1 for table in tables}

    with stopped_at(monday + timedelta(days=30, seconds=1)):
        fill(world, monday + timedelta(days=30))
        prune(world.services)
    assert counts(world, tables) == {table.__name__: 1 for table in tables}
    with world.services.database.reading() as session:
        assert len(session.exec(select(Job).where(Job.name == "old")).all()) == 1


def test_history_audit_and_unfinished_work_are_never_deleted(world: World, monday: datetime) -> None:
    has_mail(world, "格尔木赵静", "zhao@kx.example.cn")
    tell(world, f"need:{a_submitted_need(world)}")
    with world.services.database.writing() as session:
        enqueue(session, "failed", key="for good")
    tables = (AuditEntry, StatusChange, Job)
    before = counts(world, tables)

    with stopped_at(monday + timedelta(days=KEPT)):
        found = prune(world.services)

    assert counts(world, tables) == before
    assert found == dict.fromkeys(PRUNED, 0) | {"notices": 1}
    assert counts(world, [Notice]) == {"Notice": 0}
