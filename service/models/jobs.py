"""Work promised in the transaction that made it necessary, so that neither can be lost alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from service.clock import now
from service.models.base import LogRow, Moment, Row, Text


class Job(LogRow, table=True):
    """key: what it is about, "need:…"; equal jobs waiting together are done once. error: why the last try failed.

    claim: the run that does it now; its worker is taken for dead once claimed_until is past.
    """

    # What is done stays for a month: whoever looks for what is not must not pass it all.
    __table_args__ = (
        Index(
            "ix_job_open",
            "seq",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    name: str = Field(sa_type=Text, index=True, max_length=64)
    key: str = Field(sa_type=Text, max_length=80)
    run_after: datetime = Field(default_factory=now, sa_type=Moment, index=True)
    attempts: int = 0
    error: str = Field(default="", sa_type=Text, max_length=2000)
    done_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    claim: str = Field(default="", sa_type=Text, index=True, max_length=32)
    claimed_until: datetime | None = Field(default=None, sa_type=Moment)


class Schedule(Row, table=True):
    """When the job of this name is to be promised next."""

    name: str = Field(sa_type=Text, unique=True, max_length=64)
    next_at: datetime = Field(sa_type=Moment)
