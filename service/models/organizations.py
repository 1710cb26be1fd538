"""Organisations: 企业, 学会, 高校院所, 合作社, 村集体 …, and who works for them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from service.models.base import Moment, Row, Text, choice
from service.models.spelling import Spelled


class OrganizationKind(StrEnum):
    ENTERPRISE = "enterprise"
    COOPERATIVE = "cooperative"
    VILLAGE = "village"
    HOUSEHOLD = "household"
    PARK = "park"
    GOVERNMENT = "government"
    UNIVERSITY = "university"
    INSTITUTE = "institute"
    HOSPITAL = "hospital"
    SOCIETY = "society"
    OTHER = "other"


class SocietyLevel(StrEnum):
    """全国学会、省级学会、市州级学会、县级学会."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    CITY = "city"
    COUNTY = "county"


class OrganizationState(StrEnum):
    """UNVERIFIED may write and save; handing in waits for VERIFIED."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    REFUSED = "refused"


class Organization(Row, Spelled, table=True):
    """credit_code: 统一社会信用代码; without one, why_no_code and guarantor say why and who vouches.

    name_key: the name as compared, so that 清华大学 and 清華大學 are one. society_level: of a 学会, None for others.
    """

    __table_args__ = (CheckConstraint("society_level IS NULL OR kind = 'society'", name="level_of_society"),)

    kind: OrganizationKind = Field(sa_type=choice(OrganizationKind))
    society_level: SocietyLevel | None = Field(default=None, sa_type=choice(SocietyLevel))
    name: str = Field(sa_type=Text, max_length=100)
    name_key: str = Field(sa_type=Text, unique=True, max_length=100)
    credit_code: str | None = Field(default=None, sa_type=Text, unique=True, max_length=18)
    why_no_code: str = Field(default="", sa_type=Text, max_length=200)
    guarantor: str = Field(default="", sa_type=Text, max_length=100)
    region_code: str = Field(sa_type=Text, index=True, max_length=6)
    state: OrganizationState = Field(default=OrganizationState.UNVERIFIED, sa_type=choice(OrganizationState))
    entered_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    association_id: str = Field(foreign_key="association.id", index=True)


class SocietyBranch(Row, table=True):
    """专业委员会、分支机构 of a society, to which experts belong. closed_at: takes no more, and keeps those it has."""

    __table_args__ = (UniqueConstraint("society_id", "name"),)

    society_id: str = Field(foreign_key="organization.id", index=True)
    name: str = Field(sa_type=Text, max_length=100)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class MembershipRole(StrEnum):
    """CONTACT writes and answers for the organisation; MANAGER also admits contacts."""

    MANAGER = "manager"
    CONTACT = "contact"


class Membership(Row, table=True):
    """A person is in an organisation once at a time; what has ended stays."""

    __table_args__ = (
        Index(
            "uq_membership_current",
            "user_id",
            "organization_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    user_id: str = Field(foreign_key="user.id", index=True)
    organization_id: str = Field(foreign_key="organization.id", index=True)
    role: MembershipRole = Field(sa_type=choice(MembershipRole))
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
