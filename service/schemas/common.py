"""Shapes shared by several nouns."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from service.workflow.engine import Transition

Item = TypeVar("Item")

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Paragraphs = Annotated[str, StringConstraints(max_length=20_000)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)]
RegionCode = Annotated[str, StringConstraints(pattern=r"^\d{6}$")]


class Input(BaseModel):
    """What comes in: unknown fields are an error, so that nobody believes to have set something."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _can_be_stored(cls, given: object) -> object:
        """PostgreSQL cannot even look for a text with NUL in it; fields within fields are looked at by themselves."""
        texts = given if isinstance(given, list | dict) else [given]
        if any(isinstance(text, str) and "\0" in text for text in texts):
            raise ValueError("有看不见、不能保存的字符（空字符）。请删去，或者重新输入这一项。")
        return given

    @field_validator("*")
    @classmethod
    def _is_a_moment_in_utc(cls, given: object) -> object:
        """The first and the last hours of the calendar leave it when they are told in UTC."""
        if isinstance(given, datetime):
            try:
                given.astimezone(UTC)
            except OverflowError:
                raise ValueError("时间太早或太晚，请核对。") from None
        return given


class Page(BaseModel, Generic[Item]):
    """One page of a list. total: of all pages."""

    items: list[Item]
    total: int
    page: int
    per_page: int


class Channel(StrEnum):
    """How somebody asked for something to be entered: 电话, 微信, 纸面, 当面."""

    PHONE = "phone"
    WECHAT = "wechat"
    PAPER = "paper"
    IN_PERSON = "in_person"


class ProxyInput(Input):
    """代录/代答：受谁委托、什么方式、什么时候。"""

    asked_by: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=50)] = Field(
        description="委托人姓名"
    )
    channel: Channel = Field(description="委托方式：phone 电话、wechat 微信、paper 纸面、in_person 当面")
    asked_at: AwareDatetime = Field(description="委托时间")


class ActionInput(Input):
    """version：您看到的版本号；别人先改过时会提示。"""

    version: int = Field(description="您看到的版本号")
    reason: str = Field("", max_length=32, description="理由代码")
    note: Note = Field("", description="说明")
    proxy: ProxyInput | None = Field(None, description="代录时填写")


class ActionOut(BaseModel):
    """One button."""

    action: str
    label: str
    reasons: dict[str, str]
    note_required: bool

    @classmethod
    def of(cls, transition: Transition[Any]) -> ActionOut:
        return cls(
            action=transition.action,
            label=transition.label,
            reasons=dict(transition.reasons),
            note_required=transition.note_required,
        )


class StepOut(BaseModel):
    """One step of the history."""

    at: datetime
    action: str
    label: str
    source: str
    target: str
    actor: str
    reason: str
    note: str
    due_at: datetime | None
