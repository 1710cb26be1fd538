"""Whether somebody asked for what was entered for them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("proxy_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("need_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("association_path", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("denied_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "checked_how",
                sa.Enum("signed", "call_back", "link", name="proxycheck", native_enum=False, length=24),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("checked_by_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("note", sa.String(), nullable=False, server_default=""))
        batch_op.create_foreign_key(batch_op.f("fk_proxy_entry_need_id_need"), "need", ["need_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_proxy_entry_checked_by_id_user"), "user", ["checked_by_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_proxy_entry_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proxy_entry_association_path"), ["association_path"], unique=False)
    with op.batch_alter_table("proxy_entry", schema=None) as batch_op:
        batch_op.alter_column("association_path", server_default=None)
        batch_op.alter_column("note", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("proxy_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proxy_entry_association_path"))
        batch_op.drop_index(batch_op.f("ix_proxy_entry_need_id"))
        batch_op.drop_constraint(batch_op.f("fk_proxy_entry_checked_by_id_user"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_proxy_entry_need_id_need"), type_="foreignkey")
        for column in ("note", "checked_by_id", "checked_how", "denied_at", "association_path", "need_id"):
            batch_op.drop_column(column)
