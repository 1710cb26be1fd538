"""Members of a team whom its leader named for a consultation"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consultation_member",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.String(), nullable=False),
        sa.Column("expert_id", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_consultation_member_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_consultation_member_expert_id_expert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_member")),
        sa.UniqueConstraint(
            "consultation_id", "expert_id", name=op.f("uq_consultation_member_consultation_id_expert_id")
        ),
    )
    for column in ("consultation_id", "expert_id"):
        op.create_index(op.f(f"ix_consultation_member_{column}"), "consultation_member", [column], unique=False)


def downgrade() -> None:
    # Their links would open nothing any more.
    op.execute(
        "UPDATE signed_link SET revoked_at = CURRENT_TIMESTAMP WHERE revoked_at IS NULL AND EXISTS (SELECT 1 FROM"
        " consultation_member WHERE consultation_member.consultation_id = signed_link.subject_id"
        " AND consultation_member.expert_id = signed_link.expert_id)"
    )
    op.drop_table("consultation_member")
