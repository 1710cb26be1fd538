"""Matchings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "match_run",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("need_content_version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "to_review",
                "reviewed",
                "outdated",
                name="match_run_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("calibrated", sa.Boolean(), nullable=False),
        sa.Column("no_good_match", sa.Boolean(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("index_version", sa.String(), nullable=False),
        sa.Column("excluded", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_match_run_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_run")),
    )
    with op.batch_alter_table("match_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_run_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_match_run_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_match_run_state"), ["state"], unique=False)

    op.create_table(
        "match_result",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column(
            "party_kind",
            sa.Enum("expert", "team", name="party_kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("party_id", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("band", sa.String(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["match_run.id"], name=op.f("fk_match_result_run_id_match_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_result")),
        sa.UniqueConstraint(
            "run_id", "party_kind", "party_id", name=op.f("uq_match_result_run_id_party_kind_party_id")
        ),
        sa.UniqueConstraint("run_id", "rank", name=op.f("uq_match_result_run_id_rank")),
    )
    with op.batch_alter_table("match_result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_result_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_match_result_run_id"), ["run_id"], unique=False)

    op.create_table(
        "match_review",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("reviewer_id", sa.String(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "adopt",
                "replace",
                "supplement",
                "none",
                name="review_verdict",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["reviewer_id"], ["user.id"], name=op.f("fk_match_review_reviewer_id_user")),
        sa.ForeignKeyConstraint(["run_id"], ["match_run.id"], name=op.f("fk_match_review_run_id_match_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_review")),
        sa.UniqueConstraint("run_id", name=op.f("uq_match_review_run_id")),
    )
    with op.batch_alter_table("match_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_review_reviewer_id"), ["reviewer_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("match_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_review_reviewer_id"))

    op.drop_table("match_review")
    with op.batch_alter_table("match_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_result_run_id"))
        batch_op.drop_index(batch_op.f("ix_match_result_party_id"))

    op.drop_table("match_result")
    with op.batch_alter_table("match_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_run_state"))
        batch_op.drop_index(batch_op.f("ix_match_run_need_id"))
        batch_op.drop_index(batch_op.f("ix_match_run_due_at"))

    op.drop_table("match_run")
