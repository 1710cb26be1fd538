"""审签: what has to be drafted, reviewed and issued by three people before an act may be done."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field

from service.models.base import Moment, Row, Text, choice


class ApprovalState(StrEnum):
    DRAFTED = "drafted"
    REVIEWED = "reviewed"
    RETURNED = "returned"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


class Approval(Row, table=True):
    """kind: the act it is for, see workflow.approvals.KINDS; subject: the one thing that act would be done to.

    need_id: of the need the subject hangs on, if it does. association_path: of the 科协 whose staff decide.
    document_number: 文号.
    """

    __table_args__ = (
        Index(
            "ix_approval_open",
            "kind",
            "subject_kind",
            "subject_id",
            unique=True,
            sqlite_where=text("state IN ('drafted', 'reviewed', 'returned')"),
            postgresql_where=text("state IN ('drafted', 'reviewed', 'returned')"),
        ),
    )

    kind: str = Field(sa_type=Text, max_length=64)
    subject_kind: str = Field(sa_type=Text, max_length=32)
    subject_id: str = Field(sa_type=Text, index=True, max_length=32)
    need_id: str | None = Field(default=None, foreign_key="need.id", index=True)
    association_path: str = Field(sa_type=Text, index=True, max_length=200)
    title: str = Field(sa_type=Text, max_length=200)
    state: ApprovalState = Field(default=ApprovalState.DRAFTED, sa_type=choice(ApprovalState), index=True)
    entered_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    drafter_id: str = Field(foreign_key="user.id", index=True)
    reviewer_id: str | None = Field(default=None, foreign_key="user.id")
    issuer_id: str | None = Field(default=None, foreign_key="user.id")
    issued_on: date | None = None
    document_number: str | None = Field(default=None, sa_type=Text, unique=True, max_length=40)
