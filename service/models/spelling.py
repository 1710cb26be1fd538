"""How a name is said, kept beside it whenever it changes: whoever renames something need not think of it."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import event
from sqlmodel import Field, SQLModel

from service.models.base import Text
from service.rules import pinyin


class Spelled(SQLModel):
    """pinyin, initials: of the name, see rules.pinyin."""

    is_person: ClassVar[bool] = False
    pinyin: str = Field(default="", sa_type=Text, index=True)
    initials: str = Field(default="", sa_type=Text)


@event.listens_for(Spelled, "before_insert", propagate=True)
@event.listens_for(Spelled, "before_update", propagate=True)
def _spell(mapper: Any, connection: Any, row: Any) -> None:
    row.pinyin, row.initials = (pinyin.of_person if row.is_person else pinyin.of_name)(row.name)
