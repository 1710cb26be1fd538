"""What is going on around a need."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class ProgressLine(BaseModel):
    """One 邀约, 派单 or 对接咨询. path: of its page."""

    kind: str
    path: str
    who: str
    state_label: str
    turn: str
    due_at: datetime | None
    days_left: int | None
