"""Followers and further owners of needs, and what is being typed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "need_follower",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.Column("created_by_id", sa.String(), nullable=False),
        sa.Column("moved_from_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_need_follower_created_by_id_user")),
        sa.ForeignKeyConstraint(["moved_from_id"], ["need.id"], name=op.f("fk_need_follower_moved_from_id_need")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_follower_need_id_need")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_need_follower_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_follower")),
        sa.UniqueConstraint("need_id", "organization_id", name=op.f("uq_need_follower_need_id_organization_id")),
    )
    with op.batch_alter_table("need_follower", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_follower_moved_from_id"), ["moved_from_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_follower_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_follower_organization_id"), ["organization_id"], unique=False)

    op.create_table(
        "need_owner",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_owner_need_id_need")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_need_owner_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_owner")),
        sa.UniqueConstraint("need_id", "organization_id", name=op.f("uq_need_owner_need_id_organization_id")),
    )
    with op.batch_alter_table("need_owner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_owner_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_owner_organization_id"), ["organization_id"], unique=False)

    op.create_table(
        "need_autosave",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_autosave_need_id_need")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_need_autosave_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_autosave")),
        sa.UniqueConstraint("need_id", "user_id", name=op.f("uq_need_autosave_need_id_user_id")),
    )
    with op.batch_alter_table("need_autosave", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_autosave_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_autosave_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("need_autosave", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_autosave_user_id"))
        batch_op.drop_index(batch_op.f("ix_need_autosave_need_id"))

    op.drop_table("need_autosave")
    with op.batch_alter_table("need_owner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_owner_organization_id"))
        batch_op.drop_index(batch_op.f("ix_need_owner_need_id"))

    op.drop_table("need_owner")
    with op.batch_alter_table("need_follower", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_follower_organization_id"))
        batch_op.drop_index(batch_op.f("ix_need_follower_need_id"))
        batch_op.drop_index(batch_op.f("ix_need_follower_moved_from_id"))

    op.drop_table("need_follower")
