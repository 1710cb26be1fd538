"""Settings that administrators keep, the working calendar, the dictionaries and 开始使用, as JSON."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from service.schemas.common import Input

Value = int | str | list[int] | list[str]
_Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=50)]


class VersionInput(Input):
    version: int = Field(description="您看到的版本号")


class SettingInput(VersionInput):
    value: Value = Field(description="新的值：整数、文字，或者几个整数、几个代码")


class ChangeOut(BaseModel):
    """Who stored it last, and when; version 0: nobody ever did."""

    version: int = 0
    changed_by: str = ""
    changed_at: datetime | None = None


class SettingOut(ChangeOut):
    """default: what the environment says; value: what holds. is_stored: an administrator set it."""

    name: str
    label: str
    group: str
    kind: str
    unit: str
    help: str
    least: int
    most: int
    choices: dict[str, str]
    default: Value
    value: Value
    default_words: str
    value_words: str
    is_stored: bool


class CalendarDaysInput(VersionInput):
    since: date = Field(description="从哪天")
    until: date | None = Field(None, description="到哪天，含当天；只有一天就不填")
    kind: Literal["off", "work"] = Field(description="放假还是上班：off 放假、work 上班")
    name: _Name = Field(description="名称：如 春节、那达慕、调休上班")


class CalendarDayInput(VersionInput):
    day: date = Field(description="哪一天")


class CalendarYearInput(VersionInput):
    year: int = Field(ge=2001, le=2050, description="年份")
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)] = Field(
        description="依据：通知的名称或文号"
    )


class CalendarYearChosen(VersionInput):
    year: int = Field(ge=2001, le=2050, description="年份")


class CalendarDayOut(BaseModel):
    day: date
    is_off: bool
    name: str


class CalendarYearOut(BaseModel):
    """is_known: its arrangement is known; source: of the notice entered on the page, "" if the program brought it."""

    year: int
    is_known: bool
    source: str


class CalendarOut(ChangeOut):
    days: list[CalendarDayOut]
    years: list[CalendarYearOut]
    warning: str


class DictionaryName(StrEnum):
    INDUSTRY_FIELDS = "industry_fields"
    SERVICE_TYPES = "service_types"


class WordInput(VersionInput):
    code: str = Field("", max_length=32, description="代码；新增的不填")
    label: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=40)] = Field(
        description="名称"
    )
    is_offered: bool = Field(False, description="可以选用")


class WordOut(BaseModel):
    """shipped: the label that the program brought, "" for an addition."""

    code: str
    label: str
    shipped: str
    is_offered: bool


class DictionaryOut(ChangeOut):
    name: DictionaryName
    label: str
    words: list[WordOut]


class ReasonsOut(BaseModel):
    """What a step of a lifecycle asks to choose from."""

    label: str
    reasons: list[str]


class StepOfStart(BaseModel):
    """One step of 开始使用. told: what is there, or what is missing; address: of the page that does it."""

    key: str
    label: str
    told: str
    address: str
    is_done: bool
    is_skipped: bool


class StartOut(ChangeOut):
    steps: list[StepOfStart]
    left: int


class SkipInput(VersionInput):
    key: str = Field(max_length=32, description="哪一步")
    is_skipped: bool = Field(description="跳过；否则重新列出")
