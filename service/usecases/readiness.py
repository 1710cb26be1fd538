"""Whether this process can serve: what a load balancer and whoever is on call ask."""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, func, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from service.clock import now
from service.models import Job
from service.services import Services

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Readiness:
    """oldest_waiting_seconds: since when the oldest job that is due waits, None if none does.

    Late jobs make nothing unready: people can work, and another process might be the worker.
    """

    can_read: bool
    can_write: bool
    free_disk_mb: int
    has_room: bool
    oldest_waiting_seconds: int | None = None
    newest_done_at: datetime | None = None

    @property
    def is_ready(self) -> bool:
        return self.can_read and self.can_write and self.has_room


def readiness(services: Services) -> Readiness:
    """Never raises. Writing is judged by opening a transaction that could write, not by writing."""
    database, free = services.database, _free_mb(services.settings.data_dir)
    can_read, can_write = _answers(database.read_engine), _answers(database.write_engine)
    has_room = free >= services.settings.free_disk_mb
    if not can_read:
        return Readiness(can_read, can_write, free, has_room)
    with database.reading() as session:
        return Readiness(can_read, can_write, free, has_room, _oldest_waiting(session), _newest_done(session))


def _answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        log.error("readiness.database", extra={"reason": type(error).__name__})
        return False
    return True


def _free_mb(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free >> 20
    except OSError as error:
        log.error("readiness.disk", extra={"reason": type(error).__name__})
        return 0


def _oldest_waiting(session: Session) -> int | None:
    due = select(func.min(Job.run_after)).where(col(Job.done_at).is_(None), col(Job.run_after) <= now())
    oldest = session.exec(due).one()
    return None if oldest is None else int((now() - oldest).total_seconds())


def _newest_done(session: Session) -> datetime | None:
    return session.exec(select(func.max(Job.done_at))).one()
