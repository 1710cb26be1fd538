"""What administrators set on pages instead of the environment"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_setting",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("changed_by_id", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["user.id"], name=op.f("fk_stored_setting_changed_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_setting")),
        sa.UniqueConstraint("name", name=op.f("uq_stored_setting_name")),
    )
    op.create_index(op.f("ix_stored_setting_changed_by_id"), "stored_setting", ["changed_by_id"], unique=False)


def downgrade() -> None:
    op.drop_table("stored_setting")
