"""The settings of the service, read once from the environment (prefix ``KC_``); see .env.example."""

from __future__ import annotations

from datetime import date
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Deadlines(BaseSettings):
    """Clocks, in working days unless the name says otherwise. Defaults: docs/workflows.md."""

    model_config = SettingsConfigDict(env_prefix="KC_DEADLINE_", frozen=True)

    verify_organization: int = Field(default=2, ge=1)
    verify_expert: int = Field(default=5, ge=1)
    review_need: int = Field(default=3, ge=1)
    complete_need: int = Field(default=10, ge=1)
    review_match: int = Field(default=2, ge=1)
    review_achievement: int = Field(default=3, ge=1)
    accept_referral: int = Field(default=2, ge=1)
    answer_invitation: int = Field(default=5, ge=1)
    review_approval: int = Field(default=2, ge=1)
    issue_approval: int = Field(default=2, ge=1)
    choose_party: int = Field(default=5, ge=1)
    send_invitation: int = Field(default=2, ge=1)
    broker_offer: int = Field(default=10, ge=1)
    answer_self_offer: int = Field(default=5, ge=1)
    call_back: int = Field(default=1, ge=1)
    first_contact: int = Field(default=3, ge=1)
    arrange_meeting: int = Field(default=10, ge=1)
    write_minutes: int = Field(default=3, ge=1)
    settle_dispute: int = Field(default=5, ge=1)
    erase_person: int = Field(default=15, ge=1)
    answer_ranking_objection: int = Field(default=15, ge=1)
    serve_calendar_days: int = Field(default=90, ge=1)
    confirm_closing_calendar_days: int = Field(default=10, ge=1)


class MailSettings(BaseSettings):
    """host: of the SMTP server; without one no mail is sent and notices stay in the app. sender: a mail address.

    security: tls (from the first byte), starttls, or none for a server on the same machine.
    """

    model_config = SettingsConfigDict(env_prefix="KC_MAIL_", frozen=True)

    host: str = ""
    port: int = Field(default=587, ge=1, le=65_535)
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = Field(default="", pattern=r"^$|^[^@\s<>]+@[^@\s<>]+$")
    security: Literal["tls", "starttls", "none"] = "starttls"
    timeout_seconds: int = Field(default=20, ge=1)

    @model_validator(mode="after")
    def _names_a_sender(self) -> Self:
        if self.host and not self.sender:
            raise ValueError("设置了 KC_MAIL_HOST，请同时设置 KC_MAIL_SENDER（发件邮箱）。")
        return self


class SmsSettings(BaseSettings):
    """url: of a gateway that takes {"mobile", "text"} as JSON; without one no SMS is sent."""

    model_config = SettingsConfigDict(env_prefix="KC_SMS_", frozen=True)

    url: str = Field(default="", pattern=r"^$|^https?://")
    token: SecretStr = SecretStr("")
    timeout_seconds: int = Field(default=20, ge=1)


class SiteSettings(BaseSettings):
    """What every page says of whoever runs this installation. name: of the platform; association: 本会名称;
    record_number: 备案号."""

    model_config = SettingsConfigDict(env_prefix="KC_SITE_", frozen=True)

    name: str = "科创揭榜台"
    association: str = ""
    organizer: str = ""
    support: str = ""
    phone: str = ""
    record_number: str = ""


class CalendarDay(BaseModel):
    """name: of the holiday, or why it is worked."""

    model_config = ConfigDict(frozen=True)

    day: date
    is_off: bool
    name: str = ""


class CalendarYear(BaseModel):
    """A year whose whole arrangement stands among the days. source: the notice it was taken from."""

    model_config = ConfigDict(frozen=True)

    year: int
    source: str


class CalendarSettings(BaseModel):
    """Days off and days worked besides what the program and the file of work_calendar know."""

    model_config = ConfigDict(frozen=True)

    days: tuple[CalendarDay, ...] = ()
    years: tuple[CalendarYear, ...] = ()


class Word(BaseModel):
    """A change to a dictionary (rules.vocabulary): another label, an addition, or not to be chosen any more."""

    model_config = ConfigDict(frozen=True)

    code: str
    label: str
    is_offered: bool = True


class KeepSettings(BaseSettings):
    """How many days what is over is kept before it is deleted. History and audit are kept for ever."""

    model_config = SettingsConfigDict(env_prefix="KC_KEEP_", frozen=True)

    jobs_days: int = Field(default=30, ge=1)
    attempts_days: int = Field(default=7, ge=1)
    answers_days: int = Field(default=1, ge=1)
    sign_ins_days: int = Field(default=30, ge=1)
    autosaves_days: int = Field(default=90, ge=1)
    notices_days: int = Field(default=365, ge=30)


class Settings(BaseSettings):
    """What the environment says. What holds at this moment is read with service.stored_settings.

    data_dir: database, attachments, models and indexes live below it.

    database_url: empty for a SQLite file in data_dir; ``postgresql+psycopg://…`` for PostgreSQL.
    public_url: how people reach the platform: for links in mails and on paper, and whether cookies need TLS.
    allow_http: take an address without TLS that is not of this machine; whoever listens in can sign in as anybody.
    max_upload_mb: of one file; max_attachments: of one need, minutes, outcome or 审签. keep_removed_attachments_days:
    until the file is deleted.
    force_password_change: whoever has a password that somebody else set must change it before anything else.
    approval_kinds: acts that must be drafted, reviewed and issued first; names from workflow.approvals.KINDS.
    free_disk_mb: with less than this on the disk of data_dir, /readyz says no.
    province: the two digits of the province whose 科协 runs this platform, part of every number it gives out.
    demo: the world is invented: every page says so, and one click signs anybody in.
    most_call_requests_a_day: 请您打电话, of one person.
    delivery_retry_minutes: how long after each failed attempt a mail or SMS is tried again; then it is given up.
    calendar, industry_fields, service_types (changes to the dictionaries) and skipped_steps (of 开始使用) are kept on
    pages as a rule.
    """

    model_config = SettingsConfigDict(env_prefix="KC_", frozen=True, extra="ignore")

    data_dir: Path = Path("var")
    database_url: str = ""
    province: str = Field(default="63", pattern=r"^\d{2}$")
    work_calendar: Path | None = None
    session_idle_minutes: int = Field(default=30, ge=1)
    session_hours: int = Field(default=12, ge=1)
    public_url: str = Field(default="http://127.0.0.1:8000", pattern=r"^https?://[^/\s]+/?$")
    allow_http: bool = False
    sign_in_failures: int = Field(default=5, ge=1)
    sign_in_lock_minutes: int = Field(default=15, ge=1)
    slip_hours: int = Field(default=48, ge=1)
    max_upload_mb: int = Field(default=20, ge=1, le=200)
    max_attachments: int = Field(default=10, ge=1)
    keep_removed_attachments_days: int = Field(default=30, ge=0)
    force_password_change: bool = False
    secrecy_officer: str = "科协保密办"
    approval_kinds: tuple[str, ...] = ()
    free_disk_mb: int = Field(default=500, ge=0)
    deadlines: Deadlines = Field(default_factory=Deadlines)
    site: SiteSettings = Field(default_factory=SiteSettings)
    demo: bool = False
    mail: MailSettings = Field(default_factory=MailSettings)
    sms: SmsSettings = Field(default_factory=SmsSettings)
    delivery_retry_minutes: tuple[int, ...] = (1, 5, 30, 120, 480, 1440)
    reset_link_minutes: int = Field(default=30, ge=5)
    confirm_link_days: int = Field(default=7, ge=1)
    confirm_proxy_days: int = Field(default=30, ge=1)
    keep: KeepSettings = Field(default_factory=KeepSettings)
    most_open_invitations: int = Field(default=3, ge=1)
    unmerge_days: int = Field(default=7, ge=1)
    reopen_closed_days: int = Field(default=180, ge=1)
    reopen_expired_days: int = Field(default=30, ge=1)
    follow_up_days: tuple[int, ...] = (30, 90, 180)
    follow_up_again_days: int = Field(default=7, ge=1)
    follow_up_phone_days: int = Field(default=14, ge=1)
    most_call_requests_a_day: int = Field(default=5, ge=1)
    rate_by_link_days: int = Field(default=30, ge=1)
    change_rating_days: int = Field(default=7, ge=1)
    calendar: CalendarSettings = Field(default_factory=CalendarSettings)
    industry_fields: tuple[Word, ...] = ()
    service_types: tuple[Word, ...] = ()
    skipped_steps: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_reached_safely(self) -> Self:
        if not (self.has_tls or self.allow_http or _is_loopback(self.public_url)):
            raise ValueError(
                f"KC_PUBLIC_URL 是 {self.public_url}：没有加密，登录会被旁人截取。请改用 https；"
                "只在可信内网使用、确实没有证书的，另设 KC_ALLOW_HTTP=1。"
            )
        return self

    @property
    def has_tls(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def session_cookie(self) -> str:
        """Its name; with the prefix, browsers take it from this host over TLS only."""
        return "__Host-kc_session" if self.has_tls else "kc_session"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'kechuang.db'}"


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@cache
def settings() -> Settings:
    return Settings()
