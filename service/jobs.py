"""Promised work: written in the transaction that causes it, done later by a worker, each job by one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

import sqlalchemy
from sqlalchemy import ColumnElement, Select, Table, Update, bindparam, exists, inspect, text, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from service.clock import now
from service.models import Job, Schedule, new_id
from service.models.base import Moment

MOST_ATTEMPTS = 5
# Any number will do, as long as nothing else in the database takes the same lock.
_LOCK = 7_063_003


@dataclass(frozen=True)
class Claim:
    """One run: all jobs of this name and key that were due; key "" where it makes no difference. count: of the jobs."""

    id: str
    name: str
    key: str
    count: int


@dataclass(frozen=True)
class Periodic:
    """A job promised again each time so much time has passed, by whichever worker comes first."""

    name: str
    every: timedelta


def enqueue(session: Session, name: str, *, key: str, run_after: datetime | None = None) -> None:
    """Repeats are merged when claimed, not here: merging into a job already running would lose this change."""
    session.add(Job(name=name, key=key, run_after=run_after or now()))


def is_due(session: Session, merging: Mapping[str, bool]) -> bool:
    """Whether `claim` would find something. merging: as there."""
    return session.execute(_statements(*_wanted(merging)).first, {"moment": now()}).first() is not None


def claim(session: Session, merging: Mapping[str, bool], lease: timedelta) -> Claim | None:
    """The job promised first, with its equals. Nobody else gets them, or others about the same thing, before it ends.

    merging: names of the jobs wanted → whether one run does all of the name, whatever their keys.
    """
    if session.get_bind().dialect.name == "postgresql":
        # SQLite has one writer at a time anyway; here two workers could take two jobs about the same thing.
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    moment, statements = now(), _statements(*_wanted(merging))
    session.flush()
    first = session.execute(statements.first, {"moment": moment}).first()
    if first is None:
        return None
    name, key = first
    claim_id, merges_all = new_id(), merging[name]
    values = {"moment": moment, "of_name": name, "new_claim": claim_id, "until": moment + lease}
    if merges_all:
        taken = session.connection().execute(statements.take_all, values)
    else:
        taken = session.connection().execute(statements.take, values | {"of_key": key})
    return Claim(claim_id, name, "" if merges_all else key, taken.rowcount)


def keep(session: Session, claimed: Claim, lease: timedelta) -> None:
    """The run goes on."""
    session.exec(update(Job).where(col(Job.claim) == claimed.id).values(claimed_until=now() + lease))


def finish(session: Session, claimed: Claim, failure: str) -> None:
    """failure: "" if done; otherwise it is tried again, later each time. Jobs that others took over stay theirs."""
    ours = update(Job).where(col(Job.claim) == claimed.id).execution_options(synchronize_session=False)
    if not failure:
        freed = {"attempts": col(Job.attempts) + 1, "error": "", "claim": "", "claimed_until": None}
        session.exec(ours.values(freed | {"done_at": now()}))
        return
    for job in session.exec(select(Job).where(Job.claim == claimed.id)):
        job.attempts += 1
        job.error = failure[:2_000]
        job.claim, job.claimed_until = "", None
        job.run_after = now() + timedelta(seconds=10 * 2**job.attempts)
        session.add(job)


def release_all(session: Session) -> None:
    """Whoever claimed something is known to be dead."""
    session.exec(update(Job).where(col(Job.claim) != "").values(claim="", claimed_until=None))


def promise_due(session: Session, periodic: Periodic) -> None:
    """Promise the job if its time has come; the next time counts from now. Safe for several workers."""
    following = now() + periodic.every
    of_name = col(Schedule.name) == periodic.name
    moved = session.exec(update(Schedule).where(of_name, col(Schedule.next_at) <= now()).values(next_at=following))
    if moved.rowcount == 0:
        if session.exec(select(Schedule.id).where(of_name)).first():
            return
        session.add(Schedule(name=periodic.name, next_at=following))
        session.flush()
    enqueue(session, periodic.name, key="")


def next_times(session: Session) -> dict[str, datetime]:
    """When each periodic job is due, as far as it ever was promised."""
    return {schedule.name: schedule.next_at for schedule in session.exec(select(Schedule))}


@dataclass(frozen=True)
class _Statements:
    """first: (name, key) of the job that is due first. take, take_all: claims its equals."""

    first: Select[*tuple[Any, ...]]
    take: Update
    take_all: Update


def _wanted(merging: Mapping[str, bool]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(names, those of which one run does all)."""
    return tuple(sorted(merging)), tuple(sorted(name for name, merges_all in merging.items() if merges_all))


@cache
def _statements(names: tuple[str, ...], merged: tuple[str, ...]) -> _Statements:
    """Put together once: that takes many times longer than to run them, and they run before and after every job."""
    table, free = cast(Table, inspect(Job).local_table), _is_free(names, merged)
    first = sqlalchemy.select(col(Job.name), col(Job.key)).where(free).order_by(col(Job.seq)).limit(1)
    of_name, of_key = col(Job.name) == bindparam("of_name"), col(Job.key) == bindparam("of_key")

    def taking(*equal: ColumnElement[bool]) -> Update:
        # The condition looks at the table it changes; the rows are found first, then changed.
        found = sqlalchemy.select(col(Job.seq)).where(free, *equal).scalar_subquery()
        values = {"claim": bindparam("new_claim"), "claimed_until": bindparam("until", type_=Moment)}
        return sqlalchemy.update(table).where(table.c.seq.in_(found)).values(values)

    return _Statements(first, taking(of_name, of_key), taking(of_name))


def _is_free(names: tuple[str, ...], merged: tuple[str, ...]) -> ColumnElement[bool]:
    """Due, in nobody's hands, and nobody is at work on the same thing."""
    moment, other = bindparam("moment", type_=Moment), aliased(Job)
    same = (col(other.name) == col(Job.name)) & or_(col(other.key) == col(Job.key), col(Job.name).in_(merged))
    at_work = exists().where(same, col(other.done_at).is_(None), col(other.claimed_until) > moment)
    return (
        col(Job.name).in_(names)
        & col(Job.done_at).is_(None)
        & (col(Job.run_after) <= moment)
        & (col(Job.attempts) < MOST_ATTEMPTS)
        & ~at_work
    )
