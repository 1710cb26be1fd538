"""Self-offers (自荐) as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from service.models import OffererKind, PartySource, SelfOfferState
from service.schemas.common import ActionOut, Input, ProxyInput

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=4_000)]


class SelfOfferInput(Input):
    """谁来做，做什么，凭什么，什么时候。"""

    party_kind: OffererKind = Field(description="谁来做：expert 专家、team 团队、society 学会")
    party_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")] = Field(description="哪一位、哪一支、哪一家")
    plan: Said = Field(description="我能做什么：打算怎样解决，至少 10 个字")
    evidence: Said = Field(description="依据：做过的类似项目、论文、专利、产品，至少 10 个字")
    timing: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)] = Field(
        description="什么时候可以开始、多久能完成"
    )

    proxy: ProxyInput | None = Field(None, description="代别人自荐时填写")

    def texts(self) -> dict[str, str]:
        return {"我能做什么": self.plan, "依据": self.evidence, "时间": self.timing}


class OfferedText(BaseModel):
    """What a party said; the company reads it once it was put forward."""

    plan: str
    evidence: str
    timing: str


class SelfOfferOut(OfferedText):
    """need_title: None where this reader may not (or no longer) read it. answer_reason, answer_note: what was said."""

    id: str
    version: int
    state: SelfOfferState
    state_label: str
    turn: str
    due_at: datetime | None
    need_id: str
    need_number: str | None
    need_title: str | None
    party_kind: OffererKind
    party_id: str
    party_name: str
    answer_reason: str
    answer_note: str
    created_at: datetime
    actions: list[ActionOut]


class OfferBeside(OfferedText):
    """An open offer beside the machine's list. gone: this party cannot be recommended now, in words."""

    id: str
    version: int
    source: PartySource = Field(PartySource.SELF_OFFER, description="自荐")
    party_kind: OffererKind
    party_id: str
    party_name: str
    due_at: datetime | None
    gone: str | None
