"""Self-offers, achievements, and what fits what"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "self_offer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column(
            "party_kind",
            sa.Enum(
                "expert",
                "team",
                "society",
                name="offerer_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("party_id", sa.String(), nullable=False),
        sa.Column("created_by_id", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "put_forward",
                "not_chosen",
                "withdrawn",
                name="self_offer_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("timing", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_self_offer_created_by_id_user")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_self_offer_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_offer")),
    )
    with op.batch_alter_table("self_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_self_offer_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_self_offer_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_self_offer_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_self_offer_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_self_offer_open",
            ["need_id", "party_kind", "party_id"],
            unique=True,
            sqlite_where=sa.text("state = 'offered'"),
            postgresql_where=sa.text("state = 'offered'"),
        )

    _create_achievements()
    _create_results()


def _create_achievements() -> None:
    op.create_table(
        "achievement",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("organization_id", sa.String(), nullable=True),
        sa.Column("expert_id", sa.String(), nullable=True),
        sa.Column("created_by_id", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "more_info",
                "published",
                "rejected",
                "withdrawn",
                name="achievement_state",
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
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("ip_status", sa.String(), nullable=False),
        sa.Column("industry_field", sa.String(), nullable=False),
        sa.Column("trl9", sa.Integer(), nullable=True),
        sa.Column("cooperation_modes", sa.JSON(), nullable=False),
        sa.Column("price_low_fen", sa.BigInteger(), nullable=True),
        sa.Column("price_high_fen", sa.BigInteger(), nullable=True),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("submitted_content_version", sa.Integer(), nullable=True),
        sa.Column("no_secrets_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(organization_id IS NULL) <> (expert_id IS NULL)", name=op.f("ck_achievement_one_owner")),
        sa.CheckConstraint("trl9 IS NULL OR trl9 BETWEEN 1 AND 9", name=op.f("ck_achievement_trl9")),
        sa.CheckConstraint("price_low_fen IS NULL OR price_low_fen >= 0", name=op.f("ck_achievement_price_low")),
        sa.CheckConstraint(
            "price_high_fen IS NULL OR price_high_fen >= price_low_fen", name=op.f("ck_achievement_price_high")
        ),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_achievement_association_id_association")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_achievement_created_by_id_user")),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_achievement_expert_id_expert")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_achievement_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_achievement")),
        sa.UniqueConstraint("number", name=op.f("uq_achievement_number")),
    )
    with op.batch_alter_table("achievement", schema=None) as batch_op:
        for column in ("association_id", "association_path", "due_at", "expert_id", "organization_id", "state"):
            batch_op.create_index(batch_op.f(f"ix_achievement_{column}"), [column], unique=False)


def _create_results() -> None:
    op.create_table(
        "achievement_result",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("achievement_id", sa.String(), nullable=False),
        sa.Column("achievement_content_version", sa.Integer(), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievement.id"], name=op.f("fk_achievement_result_achievement_id_achievement")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["match_run.id"], name=op.f("fk_achievement_result_run_id_match_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_achievement_result")),
        sa.UniqueConstraint("run_id", "achievement_id", name=op.f("uq_achievement_result_run_id_achievement_id")),
        sa.UniqueConstraint("run_id", "rank", name=op.f("uq_achievement_result_run_id_rank")),
    )
    with op.batch_alter_table("achievement_result", schema=None) as batch_op:
        for column in ("achievement_id", "run_id"):
            batch_op.create_index(batch_op.f(f"ix_achievement_result_{column}"), [column], unique=False)
    op.create_table(
        "need_result",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("achievement_id", sa.String(), nullable=False),
        sa.Column("achievement_content_version", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("need_content_version", sa.Integer(), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievement.id"], name=op.f("fk_need_result_achievement_id_achievement")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_result_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_result")),
        sa.UniqueConstraint("achievement_id", "need_id", name=op.f("uq_need_result_achievement_id_need_id")),
        sa.UniqueConstraint("achievement_id", "rank", name=op.f("uq_need_result_achievement_id_rank")),
    )
    with op.batch_alter_table("need_result", schema=None) as batch_op:
        for column in ("achievement_id", "need_id"):
            batch_op.create_index(batch_op.f(f"ix_need_result_{column}"), [column], unique=False)


def downgrade() -> None:
    for table in ("need_result", "achievement_result", "achievement"):
        op.drop_table(table)
    with op.batch_alter_table("self_offer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_self_offer_open",
            sqlite_where=sa.text("state = 'offered'"),
            postgresql_where=sa.text("state = 'offered'"),
        )
        batch_op.drop_index(batch_op.f("ix_self_offer_state"))
        batch_op.drop_index(batch_op.f("ix_self_offer_party_id"))
        batch_op.drop_index(batch_op.f("ix_self_offer_need_id"))
        batch_op.drop_index(batch_op.f("ix_self_offer_due_at"))

    op.drop_table("self_offer")
