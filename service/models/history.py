"""Who moved what, when and why; and the chained audit log, which holds ids and digests but no words of people."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from service.models.base import LogRow, Moment, Text


class StatusChange(LogRow, table=True):
    """One step of a lifecycle. source and target: states; reason: a code, note: the person's words."""

    subject_kind: str = Field(sa_type=Text, max_length=32)
    subject_id: str = Field(sa_type=Text, index=True, max_length=32)
    action: str = Field(sa_type=Text, max_length=32)
    source: str = Field(sa_type=Text, max_length=24)
    target: str = Field(sa_type=Text, max_length=24)
    actor_id: str | None = Field(default=None, sa_type=Text, index=True, max_length=32)
    reason: str = Field(default="", sa_type=Text, max_length=32)
    note: str = Field(default="", sa_type=Text, max_length=2000)
    due_at: datetime | None = Field(default=None, sa_type=Moment)


class AuditEntry(LogRow, table=True):
    """digest = SHA-256 of the digest before and of this entry's canonical JSON; see service/audit.py."""

    actor_id: str | None = Field(default=None, sa_type=Text, index=True, max_length=32)
    act: str = Field(sa_type=Text, max_length=64)
    subject_kind: str = Field(sa_type=Text, max_length=32)
    subject_id: str = Field(sa_type=Text, index=True, max_length=32)
    content_digest: str = Field(default="", sa_type=Text, max_length=64)
    previous_digest: str = Field(sa_type=Text, max_length=64)
    digest: str = Field(sa_type=Text, unique=True, max_length=64)
