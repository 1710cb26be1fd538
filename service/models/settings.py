"""What administrators set on pages instead of the environment."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from service.clock import now
from service.models.base import Moment, Row, Text


class StoredSetting(Row, table=True):
    """name: of a field of Settings, with a dot for those within. value: as JSON; None: the environment's holds again.

    The row stays then, so that the next change collides with this one and everybody sees who took it back.
    """

    name: str = Field(sa_type=Text, unique=True, max_length=64)
    value: str | None = Field(default=None, sa_type=Text)
    changed_by_id: str | None = Field(default=None, foreign_key="user.id", index=True, max_length=32)
    changed_at: datetime = Field(default_factory=now, sa_type=Moment)
