"""Accounts, sessions, tokens and slips as they come in and go out. Nothing that goes out holds a digest or a hash."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field, SecretStr

from service.models import MembershipRole, PostRole
from service.schemas.common import Input, Line, Note

# Of what may be typed at all; what a password must be is said by passwords.weakness, in words.
_PASSWORD_CHARS = 1_000


class SignInInput(Input):
    name: Line = Field(min_length=1, description="手机号、邮箱或用户名")
    password: SecretStr = Field(max_length=_PASSWORD_CHARS, description="密码")


class UserInput(Input):
    """手机号、邮箱、用户名至少填一项。"""

    name: Line = Field(description="姓名")
    mobile: Line = Field("", description="手机号")
    mail: Line = Field("", description="邮箱")
    user_name: Line = Field("", description="用户名，可用汉字、字母、数字和 . _ -")


class RegisterInput(UserInput):
    """手机号、邮箱、用户名至少填一项。"""

    password: SecretStr = Field(max_length=_PASSWORD_CHARS, description="密码，至少 10 个字符")


class FindUserInput(Input):
    name: Line = Field(min_length=1, description="本人登录用的手机号、邮箱或用户名，须完整")


class PasswordInput(Input):
    old_password: SecretStr = Field(max_length=_PASSWORD_CHARS, description="现在的密码")
    new_password: SecretStr = Field(max_length=_PASSWORD_CHARS, description="新密码，至少 10 个字符")


class SlipInput(Input):
    """One of the two."""

    user_id: str = Field("", max_length=32, description="用户编号")
    expert_id: str = Field("", max_length=32, description="专家编号，用于学会替本会专家打印")


class RedeemInput(Input):
    code: SecretStr = Field(max_length=100, description="登录单上的登录码，大小写和横线不限")
    new_password: SecretStr = Field(max_length=_PASSWORD_CHARS, description="新密码，至少 10 个字符")


class ForgotInput(Input):
    name: Line = Field(min_length=1, description="手机号、邮箱或用户名")


class LinkInput(Input):
    token: SecretStr = Field(max_length=100, description="链接的最后一段")


class ResetInput(LinkInput):
    password: SecretStr = Field(max_length=_PASSWORD_CHARS, description="新密码，至少 10 个字符")


class TokenInput(Input):
    name: Line = Field(description="令牌名称，写明给哪个程序用")
    scopes: list[str] = Field(max_length=100, description="令牌可以做的事，见 GET /me/token-scopes")
    days: int = Field(90, description="有效天数，1—365")


class NoteInput(Input):
    note: Note = Field(description="原因")


class MessageOut(BaseModel):
    message: str


class SessionOpenedOut(BaseModel):
    """The secret itself is in the cookie only."""

    user_id: str
    name: str
    expires_at: datetime
    idle_minutes: int
    must_change_password: bool


class SessionOut(BaseModel):
    id: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    is_current: bool


class PostOut(BaseModel):
    association_id: str
    department: str
    role: PostRole


class MembershipOut(BaseModel):
    organization_id: str
    role: MembershipRole


class OwnAccountOut(BaseModel):
    """scopes: null without a token."""

    id: str
    name: str
    user_name: str | None
    mobile: str | None
    mobile_confirmed: bool
    mail: str | None
    must_change_password: bool
    is_administrator: bool
    posts: list[PostOut]
    organizations: list[MembershipOut]
    scopes: list[str] | None


class UserOut(BaseModel):
    """Of somebody else: mobile and mail are masked."""

    id: str
    name: str
    user_name: str | None
    mobile: str
    mobile_confirmed: bool
    mail: str
    has_password: bool
    is_active: bool


class SlipOut(BaseModel):
    """code: shown this once."""

    user_id: str
    name: str
    code: str
    expires_at: datetime


class TokenOut(BaseModel):
    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime


class NewTokenOut(TokenOut):
    """token: shown this once."""

    token: str


class ScopeOut(BaseModel):
    name: str
    title: str
