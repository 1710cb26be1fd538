"""Needs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "number_series",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_series")),
        sa.UniqueConstraint("series", name=op.f("uq_number_series_series")),
    )
    op.create_table(
        "proxy_entry",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("entered_by_id", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user.id"], name=op.f("fk_proxy_entry_entered_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxy_entry")),
    )
    with op.batch_alter_table("proxy_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proxy_entry_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "need",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.Column("created_by_id", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "more_info",
                "rejected",
                "accepted",
                "matching",
                "broker",
                "recommended",
                "to_invite",
                "inviting",
                "engaged",
                "closed",
                "expired",
                "withdrawn",
                "merged",
                name="need_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("association_id", sa.String(), nullable=False),
        sa.Column("association_path", sa.String(), nullable=False),
        sa.Column("origin_path", sa.String(), nullable=False),
        sa.Column("handler_id", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("scene", sa.String(), nullable=False),
        sa.Column("situation", sa.String(), nullable=False),
        sa.Column("targets", sa.String(), nullable=False),
        sa.Column("restrictions", sa.String(), nullable=False),
        sa.Column("tried", sa.String(), nullable=False),
        sa.Column("industry_field", sa.String(), nullable=False),
        sa.Column("service_type", sa.String(), nullable=False),
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("budget_low_fen", sa.BigInteger(), nullable=True),
        sa.Column("budget_high_fen", sa.BigInteger(), nullable=True),
        sa.Column("wanted_by", sa.Date(), nullable=True),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("submitted_content_version", sa.Integer(), nullable=True),
        sa.Column("no_secrets_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("similar_found", sa.Integer(), nullable=False),
        sa.Column("duplicate_answer", sa.String(), nullable=False),
        sa.Column("duplicate_checked_version", sa.Integer(), nullable=True),
        sa.Column("merged_into_id", sa.String(), nullable=True),
        sa.Column("unmerge_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_delegated", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("broker_id", sa.String(), nullable=True),
        sa.Column(
            "resolution",
            sa.Enum(
                "solved",
                "partly_solved",
                "direction_given",
                "to_challenge",
                "other_channel",
                "owner_withdrew",
                "unsolvable",
                "lost_contact",
                "unconfirmed",
                name="resolution",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "budget_high_fen IS NULL OR budget_high_fen >= budget_low_fen", name=op.f("ck_need_budget_high")
        ),
        sa.CheckConstraint("budget_low_fen IS NULL OR budget_low_fen >= 0", name=op.f("ck_need_budget_low")),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_need_association_id_association")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_need_created_by_id_user")),
        sa.ForeignKeyConstraint(["broker_id"], ["user.id"], name=op.f("fk_need_broker_id_user")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["need.id"], name=op.f("fk_need_merged_into_id_need")),
        sa.ForeignKeyConstraint(["handler_id"], ["user.id"], name=op.f("fk_need_handler_id_user")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_need_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("number", name=op.f("uq_need_number")),
    )
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_association_id"), ["association_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_association_path"), ["association_path"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_broker_id"), ["broker_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_handler_id"), ["handler_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_organization_id"), ["organization_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_origin_path"), ["origin_path"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_state"), ["state"], unique=False)

    op.create_table(
        "sub_problem",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_sub_problem_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_problem")),
    )
    with op.batch_alter_table("sub_problem", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sub_problem_need_id"), ["need_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sub_problem", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sub_problem_need_id"))

    op.drop_table("sub_problem")
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_state"))
        batch_op.drop_index(batch_op.f("ix_need_origin_path"))
        batch_op.drop_index(batch_op.f("ix_need_organization_id"))
        batch_op.drop_index(batch_op.f("ix_need_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_need_handler_id"))
        batch_op.drop_index(batch_op.f("ix_need_broker_id"))
        batch_op.drop_index(batch_op.f("ix_need_due_at"))
        batch_op.drop_index(batch_op.f("ix_need_association_path"))
        batch_op.drop_index(batch_op.f("ix_need_association_id"))

    op.drop_table("need")
    with op.batch_alter_table("proxy_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proxy_entry_subject_id"))

    op.drop_table("proxy_entry")
    op.drop_table("number_series")
