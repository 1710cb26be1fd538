"""Consents as JSON."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from service.schemas.common import Input, ProxyInput


class ConsentInput(Input):
    purpose: str = Field(max_length=32, description="哪一项，见 GET /me/consents")
    given: bool = Field(description="同意，或者不同意（撤回）")
    text_version: str = Field(default="", max_length=16, description="您看到的授权说明的版本；同意时必填")


class EnteredConsent(ConsentInput):
    """工作人员代为登记。"""

    proxy: ProxyInput = Field(description="受谁委托、什么方式、什么时候")
    confirmed: bool = Field(
        default=False, description="已核实：说明已读给本人听或交本人看，有签字或已回拨；登记同意时必须核实"
    )


class ConsentOut(BaseModel):
    """unless_withdrawn：办理所必需，不答复视为可以，可随时关闭。decided_at：没有答复过为空。"""

    purpose: str
    title: str
    text: str
    text_version: str
    given: bool
    unless_withdrawn: bool
    decided_at: datetime | None
    decided_version: str | None
    channel: str | None
    entered_by: str | None
