"""Who asks to be called, calls made because of it; and finding the jobs that are not done"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_KINDS = ("invitation", "first_contact", "follow_up", "rating")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def _kinds(*values: str) -> None:
    """What a call may be about."""
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("call_note", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_call_note_call_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_call_note_call_kind"), f"kind IN ({listed})")


def upgrade() -> None:
    _kinds(*_KINDS, "request")
    op.create_table(
        "call_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject_kind", _choice("call_subject", "invitation", "consultation", "need"), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("wish", _choice("call_wish", "call", "do_for_me"), nullable=False),
        sa.Column("society_id", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("free_at", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_call_request_need_id_need")),
        sa.ForeignKeyConstraint(
            ["society_id"], ["organization.id"], name=op.f("fk_call_request_society_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_request")),
    )
    for column in ("need_id", "asked_by", "society_id"):
        op.create_index(op.f(f"ix_call_request_{column}"), "call_request", [column], unique=False)
    op.create_index(
        "ix_call_request_open",
        "call_request",
        ["subject_id", "asked_by"],
        unique=True,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(
        "ix_job_open",
        "job",
        ["seq"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_job_open", table_name="job")
    op.drop_table("call_request")
    op.execute("DELETE FROM call_note WHERE kind = 'request'")
    _kinds(*_KINDS)
