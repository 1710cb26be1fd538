"""The level of a society (学会), and its branches (专业委员会) that experts belong to"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_LEVELS = ("national", "provincial", "city", "county")


def upgrade() -> None:
    level = sa.Enum(*_LEVELS, name="society_level", native_enum=False, create_constraint=True, length=24)
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.add_column(sa.Column("society_level", level, nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_organization_level_of_society"), "society_level IS NULL OR kind = 'society'"
        )
    op.create_table(
        "society_branch",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("society_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["society_id"], ["organization.id"], name=op.f("fk_society_branch_society_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_society_branch")),
        sa.UniqueConstraint("society_id", "name", name=op.f("uq_society_branch_society_id_name")),
    )
    op.create_index(op.f("ix_society_branch_society_id"), "society_branch", ["society_id"], unique=False)
    with op.batch_alter_table("expert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("branch_id", sa.String(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_expert_branch_id_society_branch"), "society_branch", ["branch_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_expert_branch_id"), ["branch_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("expert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_expert_branch_id"))
        batch_op.drop_constraint(batch_op.f("fk_expert_branch_id_society_branch"), type_="foreignkey")
        batch_op.drop_column("branch_id")
    op.drop_table("society_branch")
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_organization_level_of_society"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_organization_society_level"), type_="check")
        batch_op.drop_column("society_level")
