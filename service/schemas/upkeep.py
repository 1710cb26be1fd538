"""What administrators see of the machinery and of the audit log."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class StuckJob(BaseModel):
    """A background job that failed. is_given_up: it is not tried again."""

    name: str
    attempts: int
    error: str
    run_after: datetime
    is_given_up: bool


class JobsOut(BaseModel):
    """waiting: due and not done; oldest: since when the first of them waits; failed: the newest ones."""

    waiting: int
    later: int
    oldest: datetime | None
    newest_done_at: datetime | None
    failed: list[StuckJob]


class IndexOut(BaseModel):
    """documents: people and teams that can be found. known: False if this process has not ranked since its start.

    wanted: how many there should be. mode: by_meaning or by_words.
    """

    known: bool
    version: str
    documents: int
    wanted: int
    by_meaning: bool
    last_matched_at: datetime | None


class Parameter(BaseModel):
    """A setting that people ask about. setting: the variable it is changed with."""

    label: str
    value: str
    setting: str


class AuditLine(BaseModel):
    """subject: its title, if the reader may see it; path: of its page."""

    seq: int
    at: datetime
    actor: str
    act: str
    about: str
    subject: str
    path: str
