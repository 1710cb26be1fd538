"""Experts and teams: who can be asked, for what, how often, and whether they agreed to be."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import JSON, CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field

from service.models.base import LogRow, Moment, Row, Text, choice
from service.models.spelling import Spelled


class ExpertState(StrEnum):
    """UNCLAIMED: entered by others, the person has not yet said a word. LEFT: never again."""

    UNCLAIMED = "unclaimed"
    CLAIMED = "claimed"
    VERIFIED = "verified"
    DORMANT = "dormant"
    LEFT = "left"


class Expert(Row, Spelled, table=True):
    """user_id: of the account, None for who works by signed links alone. name_key: as in Organization.

    society_id: the 学会 that named or vouches for the expert; branch_id: the one of its 专委会 they belong to.
    takes_part: 参与推荐, the expert's own switch.
    monthly_capacity: consultations a month; paused_until: last day of a pause. service_types: codes, empty = all;
    regions: region codes served, empty = everywhere. recommended_consent_at: when consent to be recommended was given.
    """

    __table_args__ = (CheckConstraint("monthly_capacity >= 0", name="monthly_capacity"),)
    is_person: ClassVar[bool] = True

    user_id: str | None = Field(default=None, foreign_key="user.id", unique=True)
    created_by_id: str = Field(foreign_key="user.id")
    name: str = Field(sa_type=Text, max_length=50)
    name_key: str = Field(sa_type=Text, index=True, max_length=50)
    professional_title: str = Field(default="", sa_type=Text, max_length=50)
    organization_name: str = Field(default="", sa_type=Text, max_length=100)
    region_code: str = Field(sa_type=Text, index=True, max_length=6)
    association_id: str = Field(foreign_key="association.id", index=True)
    association_path: str = Field(sa_type=Text, index=True, max_length=200)
    society_id: str | None = Field(default=None, foreign_key="organization.id", index=True)
    branch_id: str | None = Field(default=None, foreign_key="society_branch.id", index=True)
    profile: str = Field(default="", sa_type=Text, max_length=20_000)
    mobile: str = Field(default="", sa_type=Text, max_length=20)
    mail: str = Field(default="", sa_type=Text, max_length=200)
    state: ExpertState = Field(default=ExpertState.UNCLAIMED, sa_type=choice(ExpertState), index=True)
    entered_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    takes_part: bool = False
    recommended_consent_at: datetime | None = Field(default=None, sa_type=Moment)
    monthly_capacity: int = 2
    paused_until: date | None = None
    service_types: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    regions: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class Employment(Row, table=True):
    """任职经历: conflicts of interest are judged by these, so they have dates. until: None while it lasts."""

    expert_id: str = Field(foreign_key="expert.id", index=True)
    organization_name: str = Field(sa_type=Text, max_length=100)
    organization_key: str = Field(sa_type=Text, index=True, max_length=100)
    position: str = Field(default="", sa_type=Text, max_length=50)
    since: date
    until: date | None = None


class WorkKind(StrEnum):
    PAPER = "paper"
    PATENT = "patent"
    PROJECT = "project"
    STANDARD = "standard"
    PRODUCT = "product"
    SERVICE = "service"
    AWARD = "award"


class Work(Row, table=True):
    """One thing the expert has done; each is matched on its own."""

    expert_id: str = Field(foreign_key="expert.id", index=True)
    kind: WorkKind = Field(sa_type=choice(WorkKind))
    year: int | None = None
    title: str = Field(sa_type=Text, max_length=200)
    text: str = Field(default="", sa_type=Text, max_length=5_000)


class TeamKind(StrEnum):
    SQUAD = "squad"
    CORPS = "corps"
    VOLUNTEER = "volunteer"
    VILLAGE_GROUP = "village_group"


class Team(Row, Spelled, table=True):
    """科技服务团/服务队: a leader, a lead society, a term. term_until: its last day."""

    name: str = Field(sa_type=Text, unique=True, max_length=100)
    kind: TeamKind = Field(sa_type=choice(TeamKind))
    leader_id: str = Field(foreign_key="expert.id", index=True)
    society_id: str = Field(foreign_key="organization.id", index=True)
    region_code: str = Field(sa_type=Text, index=True, max_length=6)
    profile: str = Field(default="", sa_type=Text, max_length=20_000)
    term_since: date
    term_until: date


class TeamMember(Row, table=True):
    """consented_at: None until the expert agreed to be a member."""

    __table_args__ = (UniqueConstraint("team_id", "expert_id"),)

    team_id: str = Field(foreign_key="team.id", index=True)
    expert_id: str = Field(foreign_key="expert.id", index=True)
    consented_at: datetime | None = Field(default=None, sa_type=Moment)
    left_at: datetime | None = Field(default=None, sa_type=Moment)


class ReadEntry(LogRow, table=True):
    """Somebody read what is not for everybody. reader_id: the account, or the expert who came by a link.

    what: of an expert the fields of contact data, separated by blanks; of a need "full", or "file:ID" or "text:ID" with
    the id of an attachment.
    """

    reader_id: str = Field(sa_type=Text, index=True, max_length=32)
    subject_kind: str = Field(sa_type=Text, max_length=32)
    subject_id: str = Field(sa_type=Text, index=True, max_length=32)
    what: str = Field(sa_type=Text, max_length=100)
