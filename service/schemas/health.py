"""Whether the service runs, as JSON."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field


class AliveOut(BaseModel):
    status: str = Field(description="ok：程序在运行")


class ReadinessOut(BaseModel):
    can_read: bool = Field(description="数据库可以读")
    can_write: bool = Field(description="数据库可以写")
    free_disk_mb: int = Field(description="数据盘剩余空间，MB")
    has_room: bool = Field(description="剩余空间够用")
    oldest_waiting_seconds: int | None = Field(description="到期未办的后台任务，最久的等了多少秒；没有则为空")
    newest_done_at: datetime | None = Field(description="最近办完一项后台任务的时间")
    matching: str | None = Field(None, description="匹配方式：keyword 只按词、model 用编码模型；不在本程序匹配则为空")
