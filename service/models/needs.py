"""Needs: the technical problem of an organisation, from draft to the end."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field

from service.models.base import Moment, Row, Text, choice


class NeedState(StrEnum):
    """RECOMMENDED: the company chooses. TO_INVITE: it has chosen. BROKER: 暂无合适, a 技术经理人 looks further."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    MORE_INFO = "more_info"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    MATCHING = "matching"
    BROKER = "broker"
    RECOMMENDED = "recommended"
    TO_INVITE = "to_invite"
    INVITING = "inviting"
    ENGAGED = "engaged"
    CLOSED = "closed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class PublicityLevel(StrEnum):
    """Who may read a field: everybody, those invited, or only who has signed."""

    PUBLIC = "public"
    INVITED = "invited"
    SIGNED = "signed"


class Resolution(StrEnum):
    """办结类型. UNCONFIRMED: 办结（企业未确认）, closed without the company's word and never counted as solved."""

    SOLVED = "solved"
    PARTLY_SOLVED = "partly_solved"
    DIRECTION_GIVEN = "direction_given"
    TO_CHALLENGE = "to_challenge"
    OTHER_CHANNEL = "other_channel"
    OWNER_WITHDREW = "owner_withdrew"
    UNSOLVABLE = "unsolvable"
    LOST_CONTACT = "lost_contact"
    UNCONFIRMED = "unconfirmed"


class Need(Row, table=True):
    """number: given when it is first handed in, never used twice. levels: field name → PublicityLevel.

    association_id: the 科协 that handles it now, association_path its path; origin_path: of the 科协 it entered at.
    handler_id: 经办人. budget in 分, both None if open to negotiation. sealed_at: suspected to be secret and hidden
    from everyone but the secrecy officer. content_version: rises with every change of what the need says.
    similar_found: how many very similar needs were shown at the last check; duplicate_answer: what was said to that,
    “still_submit” or “follow:<need id>”, about the content of duplicate_checked_version.
    merged_into_id: the 共性需求 that took this one in; unmerge_until: until when that can be undone.
    is_delegated: 委托科协代邀, said when posting. round: 1, and one more each time it is reopened or taken up again.
    """

    __table_args__ = (
        CheckConstraint("budget_low_fen IS NULL OR budget_low_fen >= 0", name="budget_low"),
        CheckConstraint("budget_high_fen IS NULL OR budget_high_fen >= budget_low_fen", name="budget_high"),
        # The order of lists: a page is read from its end, without sorting all there is.
        Index("ix_need_created_at_id", "created_at", "id"),
    )

    number: str | None = Field(default=None, sa_type=Text, unique=True, max_length=24)
    organization_id: str = Field(foreign_key="organization.id", index=True)
    created_by_id: str = Field(foreign_key="user.id")
    state: NeedState = Field(default=NeedState.DRAFT, sa_type=choice(NeedState), index=True)
    entered_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    association_id: str = Field(foreign_key="association.id", index=True)
    association_path: str = Field(sa_type=Text, index=True, max_length=200)
    origin_path: str = Field(sa_type=Text, index=True, max_length=200)
    handler_id: str | None = Field(default=None, foreign_key="user.id", index=True)

    title: str = Field(default="", sa_type=Text, max_length=200)
    scene: str = Field(default="", sa_type=Text, max_length=20_000)
    situation: str = Field(default="", sa_type=Text, max_length=20_000)
    targets: str = Field(default="", sa_type=Text, max_length=20_000)
    restrictions: str = Field(default="", sa_type=Text, max_length=20_000)
    tried: str = Field(default="", sa_type=Text, max_length=20_000)
    industry_field: str = Field(default="", sa_type=Text, max_length=3)
    service_type: str = Field(default="", sa_type=Text, max_length=32)
    region_code: str = Field(default="", sa_type=Text, max_length=6)
    budget_low_fen: int | None = Field(default=None, sa_type=BigInteger)
    budget_high_fen: int | None = Field(default=None, sa_type=BigInteger)
    wanted_by: date | None = None
    levels: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    content_version: int = 1
    submitted_content_version: int | None = None
    no_secrets_confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    sealed_at: datetime | None = Field(default=None, sa_type=Moment)
    similar_found: int = 0
    duplicate_answer: str = Field(default="", sa_type=Text, max_length=40)
    duplicate_checked_version: int | None = None
    merged_into_id: str | None = Field(default=None, foreign_key="need.id", index=True)
    unmerge_until: datetime | None = Field(default=None, sa_type=Moment)
    is_delegated: bool = False
    round: int = 1
    broker_id: str | None = Field(default=None, foreign_key="user.id", index=True)
    resolution: Resolution | None = Field(default=None, sa_type=choice(Resolution))
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class SubProblem(Row, table=True):
    need_id: str = Field(foreign_key="need.id", index=True)
    place: int
    text: str = Field(sa_type=Text, max_length=2000)


class NeedFollower(Row, table=True):
    """跟随: an organisation with the same problem goes along. moved_from_id: the merged need it followed before."""

    __table_args__ = (UniqueConstraint("need_id", "organization_id"),)

    need_id: str = Field(foreign_key="need.id", index=True)
    organization_id: str = Field(foreign_key="organization.id", index=True)
    created_by_id: str = Field(foreign_key="user.id")
    moved_from_id: str | None = Field(default=None, foreign_key="need.id", index=True)


class NeedOwner(Row, table=True):
    """A further owner of a 共性需求, besides the organisation that wrote it: its own need was merged into this one."""

    __table_args__ = (UniqueConstraint("need_id", "organization_id"),)

    need_id: str = Field(foreign_key="need.id", index=True)
    organization_id: str = Field(foreign_key="organization.id", index=True)


class NeedAutosave(Row, table=True):
    """What somebody was typing, as it stood in the form, until they save: nothing of it has been checked.

    need_version: of the need the form was filled from.
    """

    __table_args__ = (UniqueConstraint("need_id", "user_id"),)

    need_id: str = Field(foreign_key="need.id", index=True)
    user_id: str = Field(foreign_key="user.id", index=True)
    need_version: int
    saved_at: datetime = Field(sa_type=Moment)
    content: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class ProxyCheck(StrEnum):
    """How it is known whether somebody asked for it: by their signature, by calling back, or by their own link."""

    SIGNED = "signed"
    CALL_BACK = "call_back"
    LINK = "link"


class ProxyEntry(Row, table=True):
    """Something entered for somebody else: who asked, how and when; confirmed once they agreed, denied if they did not.

    need_id: of the need it hangs on, if any. association_path: where whoever entered it works, "" for who holds no
    post. checked_by_id: who called back. note: what was said then.
    """

    subject_kind: str = Field(sa_type=Text, max_length=32)
    subject_id: str = Field(sa_type=Text, index=True, max_length=32)
    act: str = Field(sa_type=Text, max_length=32)
    entered_by_id: str = Field(foreign_key="user.id")
    asked_by: str = Field(sa_type=Text, max_length=50)
    channel: str = Field(sa_type=Text, max_length=16)
    asked_at: datetime = Field(sa_type=Moment)
    need_id: str | None = Field(default=None, foreign_key="need.id", index=True)
    association_path: str = Field(default="", sa_type=Text, index=True, max_length=400)
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    denied_at: datetime | None = Field(default=None, sa_type=Moment)
    checked_how: ProxyCheck | None = Field(default=None, sa_type=choice(ProxyCheck))
    checked_by_id: str | None = Field(default=None, foreign_key="user.id")
    note: str = Field(default="", sa_type=Text, max_length=2_000)


class NumberSeries(Row, table=True):
    """The last number given out in one series, e.g. XQ-2026-63."""

    series: str = Field(sa_type=Text, unique=True, max_length=20)
    last: int = 0
