"""成效 and 回访 as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from service.models import OutcomeKind, OutcomeState, Side
from service.schemas.common import Input, Note, ProxyInput

MONEY = (OutcomeKind.NEW_SALES, OutcomeKind.COST_SAVED)
_MOST_FEN = 10**13
_MOST = 10**7


class OutcomeInput(Input):
    """一项成效。"""

    kind: OutcomeKind = Field(
        description="problem_solved 解决的难题、transfer 成果转化、common_tech 共性技术推广、startup 创业项目、"
        "trained 培养人次、new_sales 新增销售、cost_saved 节约成本、farm_households 带动农户"
    )
    quantity: int = Field(0, ge=0, le=_MOST, description="数量：项、家、人次、户；只填上次之后新增的")
    amount_fen: int = Field(0, ge=0, le=_MOST_FEN, description="金额，分；只用于新增销售、节约成本，只填上次之后新增的")
    text: Note = Field("", description="说明和佐证；共性技术推广写明推广到哪几家")

    @model_validator(mode="after")
    def _says_how_much(self) -> Self:
        if self.kind in MONEY and (self.amount_fen == 0 or self.quantity):
            raise ValueError("新增销售、节约成本请填金额，不填数量。")
        if self.kind not in MONEY and (self.quantity == 0 or self.amount_fen):
            raise ValueError("这一项请填数量，不填金额。")
        if self.kind is OutcomeKind.COMMON_TECH and not self.text:
            raise ValueError("共性技术推广请写明推广到哪几家。")
        return self


class ReportInput(Input):
    side: Side = Field(description="谁填报：owner 需求方、holder 承接方")
    occasion: Annotated[str, StringConstraints(max_length=8)] = Field(
        description="什么时候的成效：closing 办结时，30、90、180 第几天回访"
    )
    outcomes: list[OutcomeInput] = Field(min_length=1, max_length=20, description="成效")
    proxy: ProxyInput | None = Field(None, description="代办时填写")


class CorrectedOutcome(OutcomeInput):
    version: int = Field(description="您看到的版本号")
    proxy: ProxyInput | None = Field(None, description="代办时填写")


class VerifyOutcomeInput(Input):
    version: int = Field(description="您看到的版本号")
    verified: bool = Field(description="是否属实")
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)] = Field(
        description="怎样核实的，或为什么不予认定"
    )


class OutcomeOut(BaseModel):
    """verified_by: the name of who verified or refused it."""

    id: str
    version: int
    consultation_id: str
    occasion: str
    side: Side
    kind: OutcomeKind
    kind_label: str
    quantity: int
    amount_fen: int
    text: str
    state: OutcomeState
    state_label: str
    verified_by: str | None
    verified_at: datetime | None
    verify_note: str
    attachments: int = Field(description="佐证材料有几个")
    created_at: datetime


class FollowUpOutcome(OutcomeInput):
    consultation_id: str = Field("", max_length=32, description="哪一次对接咨询；只有一次的可以不填")


class FollowUpInput(Input):
    version: int = Field(description="您看到的版本号")
    still_works: bool = Field(description="解决办法是否还在用、还有效")
    note: Note = Field("", description="说明")
    outcomes: list[FollowUpOutcome] = Field(default_factory=list, max_length=20, description="成效，可以不填")
    proxy: ProxyInput | None = Field(None, description="代办时填写")


class FollowUpOut(BaseModel):
    """days: after closing. still_works: None until it was asked."""

    id: str
    version: int
    need_id: str
    need_number: str | None
    need_title: str
    organization: str
    days: int
    due_on: date
    done_at: datetime | None
    still_works: bool | None
    note: str
