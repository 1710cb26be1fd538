"""Who works for an organisation, as JSON."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from service.models import MembershipRole
from service.schemas.common import Input, ProxyInput


class NewMembership(Input):
    user_id: str = Field(max_length=32, description="本人的账号")
    role: MembershipRole = Field(MembershipRole.CONTACT, description="角色：manager 管理员、contact 联系人")
    proxy: ProxyInput | None = Field(None, description="科协代办时填写")


class ChangedMembership(Input):
    version: int = Field(description="您看到的版本号")
    role: MembershipRole = Field(description="角色：manager 管理员、contact 联系人")
    proxy: ProxyInput | None = Field(None, description="科协代办时填写")


class LeftMembership(Input):
    version: int = Field(description="您看到的版本号")


class EndedMembership(LeftMembership):
    proxy: ProxyInput | None = Field(None, description="科协代办时填写")


class MembershipOut(BaseModel):
    """since: when the person was admitted."""

    id: str
    version: int
    user_id: str
    name: str
    role: MembershipRole
    since: datetime
