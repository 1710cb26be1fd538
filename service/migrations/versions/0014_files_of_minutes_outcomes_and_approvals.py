"""Files of minutes, outcomes and 审签; former texts and addenda of minutes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_SUBJECTS = "subject_kind IN ('need', 'minutes', 'outcome', 'approval')"


def upgrade() -> None:
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_attachment_uploaded_by_id_user"), type_="foreignkey")
        batch_op.alter_column(
            "uploaded_by_id", new_column_name="uploaded_by", existing_type=sa.String(), existing_nullable=False
        )
        batch_op.alter_column(
            "subject_kind", type_=sa.String(length=24), existing_type=sa.String(), existing_nullable=False
        )
        batch_op.create_check_constraint(batch_op.f("ck_attachment_file_subject"), _SUBJECTS)
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.drop_column("attachment_id")

    op.create_table(
        "former_minutes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("minutes_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("fk_former_minutes_minutes_id_minutes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_minutes")),
    )
    with op.batch_alter_table("former_minutes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_former_minutes_minutes_id"), ["minutes_id"], unique=False)

    op.create_table(
        "minutes_addendum",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("minutes_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("fk_minutes_addendum_minutes_id_minutes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_addendum")),
    )
    with op.batch_alter_table("minutes_addendum", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_minutes_addendum_minutes_id"), ["minutes_id"], unique=False)
    with op.batch_alter_table("minutes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("written_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE minutes SET written_at = created_at")
    with op.batch_alter_table("minutes", schema=None) as batch_op:
        batch_op.alter_column("written_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("minutes", schema=None) as batch_op:
        batch_op.drop_column("written_at")
    with op.batch_alter_table("minutes_addendum", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_minutes_addendum_minutes_id"))

    op.drop_table("minutes_addendum")
    with op.batch_alter_table("former_minutes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_former_minutes_minutes_id"))

    op.drop_table("former_minutes")
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.add_column(sa.Column("attachment_id", sa.String(), nullable=True))
    # Before, only needs had files, and only accounts handed them in.
    op.execute("DELETE FROM attachment WHERE subject_kind <> 'need'")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_attachment_file_subject"), type_="check")
        batch_op.alter_column(
            "subject_kind", type_=sa.String(), existing_type=sa.String(length=24), existing_nullable=False
        )
        batch_op.alter_column(
            "uploaded_by", new_column_name="uploaded_by_id", existing_type=sa.String(), existing_nullable=False
        )
        batch_op.create_foreign_key(batch_op.f("fk_attachment_uploaded_by_id_user"), "user", ["uploaded_by_id"], ["id"])
