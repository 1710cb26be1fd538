"""Answers to repeated requests, and 审签"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_idempotency_key_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint("user_id", "route", "key", name=op.f("uq_idempotency_key_user_id_route_key")),
    )

    op.create_table(
        "approval",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=True),
        sa.Column("association_path", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "drafted",
                "reviewed",
                "returned",
                "issued",
                "withdrawn",
                name="approval_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drafter_id", sa.String(), nullable=False),
        sa.Column("reviewer_id", sa.String(), nullable=True),
        sa.Column("issuer_id", sa.String(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("document_number", sa.String(), nullable=True),
        sa.Column("attachment_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["drafter_id"], ["user.id"], name=op.f("fk_approval_drafter_id_user")),
        sa.ForeignKeyConstraint(["issuer_id"], ["user.id"], name=op.f("fk_approval_issuer_id_user")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_approval_need_id_need")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["user.id"], name=op.f("fk_approval_reviewer_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("document_number", name=op.f("uq_approval_document_number")),
    )
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_association_path"), ["association_path"], unique=False)
        batch_op.create_index(batch_op.f("ix_approval_drafter_id"), ["drafter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_approval_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_approval_need_id"), ["need_id"], unique=False)
        batch_op.create_index(
            "ix_approval_open",
            ["kind", "subject_kind", "subject_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('drafted', 'reviewed', 'returned')"),
            postgresql_where=sa.text("state IN ('drafted', 'reviewed', 'returned')"),
        )
        batch_op.create_index(batch_op.f("ix_approval_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_approval_subject_id"), ["subject_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approval_subject_id"))
        batch_op.drop_index(batch_op.f("ix_approval_state"))
        batch_op.drop_index(
            "ix_approval_open",
            sqlite_where=sa.text("state IN ('drafted', 'reviewed', 'returned')"),
            postgresql_where=sa.text("state IN ('drafted', 'reviewed', 'returned')"),
        )
        batch_op.drop_index(batch_op.f("ix_approval_need_id"))
        batch_op.drop_index(batch_op.f("ix_approval_due_at"))
        batch_op.drop_index(batch_op.f("ix_approval_drafter_id"))
        batch_op.drop_index(batch_op.f("ix_approval_association_path"))

    op.drop_table("approval")
    op.drop_table("idempotency_key")
