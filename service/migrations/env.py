"""What alembic runs; the connection comes from run.py."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import service.models  # noqa: F401 -- makes the tables known
from service.models.base import Moment, Text


def plain_type(kind: str, found: Any, _: AutogenContext) -> str | Literal[False]:  # alembic hands over anything
    """Revisions name the database's types, not ours, which may change after them."""
    if kind == "type" and isinstance(found, (AutoString, Text)):
        return "sa.String()"
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(found, Moment) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=plain_type,
    include_object=context.config.attributes.get("include_object"),
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
