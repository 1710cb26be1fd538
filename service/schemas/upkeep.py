"""What administrators see of the machinery and of the audit log."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class StuckJob(BaseModel):
    """A background job that failed. reason: in words; error: as the program said it. is_given_up: it is not tried
    again by itself."""

    seq: int
    name: str
    label: str
    attempts: int
    reason: str
    error: str
    run_after: datetime
    is_given_up: bool


class JobsOut(BaseModel):
    """waiting: due and not done; oldest: since when the first of them waits; failed: the newest of failed_total."""

    waiting: int
    later: int
    oldest: datetime | None
    newest_done_at: datetime | None
    failed: list[StuckJob]
    failed_total: int


class RetriedOut(BaseModel):
    """How many are tried again."""

    retried: int


class IndexOut(BaseModel):
    """documents: people and teams that can be found. known: False if this process has not ranked since its start.

    wanted: how many there should be. is_rebuilding: it waits to be read anew, or is.
    """

    known: bool
    version: str
    documents: int
    wanted: int
    by_meaning: bool
    last_matched_at: datetime | None
    is_rebuilding: bool


class Parameter(BaseModel):
    """A setting of the environment that people ask about. setting: the variable it is changed with."""

    label: str
    value: str
    setting: str


class AuditLine(BaseModel):
    """subject: its title, if the reader may see it; path: of its page. is_hidden: it has one, but not for this reader;
    accounts, sessions and the like have none.
    """

    seq: int
    at: datetime
    actor: str
    act: str
    about: str
    subject: str
    path: str
    is_hidden: bool
