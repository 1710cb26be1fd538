"""Answers to acts that a person may ask for twice: a double click, a lost connection, a program that tries again."""

from __future__ import annotations

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field

from service.models.base import Row, Text


class IdempotencyKey(Row, table=True):
    """Written with the effect itself. route: name of the operation; body_hash: of everything the request says.

    answer: the body as it was sent, byte for byte.
    """

    __table_args__ = (UniqueConstraint("user_id", "route", "key"),)

    user_id: str = Field(foreign_key="user.id")
    route: str = Field(sa_type=Text, max_length=64)
    key: str = Field(sa_type=Text, max_length=64)
    body_hash: str = Field(sa_type=Text, max_length=64)
    status: int
    answer: bytes = Field(sa_type=LargeBinary)
