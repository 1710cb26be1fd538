"""What came of calls; and finding steps and audit entries by who made them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_INDEXED = ("subject_id", "need_id", "called_by_id")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    op.create_table(
        "call_note",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("call_kind", "invitation", "first_contact", "follow_up", "rating"), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("called_by_id", sa.String(), nullable=False),
        sa.Column("result", _choice("call_result", "reached", "no_answer", "later", "wrong_number"), nullable=False),
        sa.Column("again_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_call_note_need_id_need")),
        sa.ForeignKeyConstraint(["called_by_id"], ["user.id"], name=op.f("fk_call_note_called_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_note")),
    )
    for column in _INDEXED:
        op.create_index(op.f(f"ix_call_note_{column}"), "call_note", [column], unique=False)
    for table in ("status_change", "audit_entry"):
        op.create_index(op.f(f"ix_{table}_actor_id"), table, ["actor_id"], unique=False)


def downgrade() -> None:
    for table in ("status_change", "audit_entry"):
        op.drop_index(op.f(f"ix_{table}_actor_id"), table_name=table)
    op.drop_table("call_note")
