"""Work promised in the transaction that made it necessary, so that neither can be lost alone."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from service.clock import now
from service.models.base import LogRow, Moment, Text


class Job(LogRow, table=True):
    """key: what it is about, "need:…"; equal jobs waiting together are done once. error: why the last try failed."""

    name: str = Field(sa_type=Text, index=True, max_length=64)
    key: str = Field(sa_type=Text, max_length=80)
    run_after: datetime = Field(default_factory=now, sa_type=Moment, index=True)
    attempts: int = 0
    error: str = Field(default="", sa_type=Text, max_length=2000)
    done_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
