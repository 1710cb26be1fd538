"""Consultations as JSON: what may be sent."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from service.models import ContactChannel
from service.schemas.common import Input, Line, Note, Paragraphs, ProxyInput
from service.schemas.outcomes import OutcomeInput
from service.schemas.ratings import Marks

_VERSION = "您看到的版本号"
_PROXY = "代办时填写"


class SecondJob(StrEnum):
    """兼职报备."""

    YES = "yes"
    NOT_APPLICABLE_RETIRED = "not_applicable_retired"
    NOT_APPLICABLE = "not_applicable"


class Step(Input):
    """Every act on a consultation says what was seen and, if it is done for somebody, who asked."""

    version: int = Field(description=_VERSION)
    proxy: ProxyInput | None = Field(None, description=_PROXY)


class AttestInput(Step):
    no_conflict: bool = Field(description="确认与需求方无利益冲突")
    confidential: bool = Field(description="承诺对需求方的信息保密")
    second_job: SecondJob = Field(
        description="兼职报备：yes 已报备、not_applicable_retired 不适用（已退休）、not_applicable 不适用"
    )


class FirstContactInput(Step):
    made_by: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=50)] = Field(
        description="谁联系的"
    )
    made_at: AwareDatetime = Field(description="什么时候联系的")
    channel: ContactChannel = Field(description="方式：phone 电话、online 线上、visit 到场")
    line: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)] = Field(
        description="一句话：说了什么"
    )


class ScheduleInput(Step):
    starts_at: AwareDatetime = Field(description="开始时间")
    ends_at: AwareDatetime = Field(description="结束时间")
    place: Line = Field("", description="地点；线上会议可以不填")
    online_link: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s<>\"]+)?$", max_length=500)] = Field(
        "", description="线上会议链接，以 http:// 或 https:// 开头"
    )

    @model_validator(mode="after")
    def _is_a_meeting(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("结束时间应晚于开始时间。")
        if not (self.place or self.online_link):
            raise ValueError("请填写地点或线上会议链接，至少填一项。")
        return self


class RescheduleInput(ScheduleInput):
    note: Note = Field(description="改期的原因")


class HoldInput(Step):
    pass


class MissInput(Step):
    reason: str = Field(max_length=32, description="谁未到场：owner 需求方、holder 承接方、both 双方")
    note: Note = Field(description="说明")


class MinutesInput(Step):
    text: Annotated[Paragraphs, StringConstraints(strip_whitespace=True, min_length=2)] = Field(description="纪要")


class CorrectedMinutes(Step):
    version: int = Field(description="您看到的纪要的版本号")
    text: Annotated[Paragraphs, StringConstraints(strip_whitespace=True, min_length=2)] = Field(
        description="更正后的纪要，全文"
    )
    reason: Annotated[Note, StringConstraints(min_length=2)] = Field(description="更正的原因")


class NamedMember(Input):
    """One member of the team and what they do; who is named already is given another task."""

    expert_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")] = Field(description="成员")
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)] = Field(
        description="做什么，例如：看现场，取样"
    )


class NameMembersInput(Step):
    members: list[NamedMember] = Field(min_length=1, max_length=8, description="派哪几位，每位做什么")

    @model_validator(mode="after")
    def _names_nobody_twice(self) -> Self:
        if len({each.expert_id for each in self.members}) < len(self.members):
            raise ValueError("同一位成员写了两次，请合并成一条。")
        return self


class TakeOffInput(Step):
    version: int = Field(description="您看到的这位成员的版本号")
    note: Note = Field("", description="说明")


class AddendumInput(Input):
    text: Annotated[Paragraphs, StringConstraints(strip_whitespace=True, min_length=2)] = Field(
        description="办结以后的补充说明"
    )
    proxy: ProxyInput | None = Field(None, description=_PROXY)


class SignInput(Step):
    signed_on: date = Field(description="签约日期")
    note: Note = Field("", description="说明，例如合同名称、编号")


class RequestClosingInput(Step):
    reason: str = Field(max_length=32, description="建议的办结类型")
    summary: Annotated[Paragraphs, StringConstraints(strip_whitespace=True, min_length=2)] = Field(
        description="做了什么、结果如何"
    )
    outcomes: list[OutcomeInput] = Field(default_factory=list, max_length=20, description="成效，可以不填")


class ConfirmInput(Step):
    reason: str = Field(max_length=32, description="办结类型，以需求方说的为准")
    note: Note = Field("", description="说明")
    rating: Marks | None = Field(None, description="对承接方的评价，可以不填")
    outcomes: list[OutcomeInput] = Field(default_factory=list, max_length=20, description="成效，可以不填")
