"""Recommendations, invitations and referrals"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referral",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "receiver_kind",
            sa.Enum(
                "expert",
                "team",
                "society",
                "association",
                "tech_manager",
                "outside",
                name="holder_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("receiver_id", sa.String(), nullable=False),
        sa.Column("outside_name", sa.String(), nullable=False),
        sa.Column("created_by_id", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "accepted",
                "nominated",
                "declined",
                "expired",
                "reassigned",
                "withdrawn",
                name="referral_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column(
            "fee_kind",
            sa.Enum(
                "free", "filed", "negotiated", name="fee_kind", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_referral_created_by_id_user")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_referral_need_id_need")),
        sa.ForeignKeyConstraint(["parent_id"], ["referral.id"], name=op.f("fk_referral_parent_id_referral")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("number", name=op.f("uq_referral_number")),
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_referral_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referral_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(
            "ix_referral_pending",
            ["need_id", "receiver_kind", "receiver_id", "outside_name"],
            unique=True,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index(batch_op.f("ix_referral_receiver_id"), ["receiver_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referral_state"), ["state"], unique=False)
    op.create_table(
        "supporting_party",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.String(), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_supporting_party_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_supporting_party_referral_id_referral")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supporting_party")),
        sa.UniqueConstraint(
            "referral_id", "organization_id", name=op.f("uq_supporting_party_referral_id_organization_id")
        ),
    )
    with op.batch_alter_table("supporting_party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supporting_party_organization_id"), ["organization_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_supporting_party_referral_id"), ["referral_id"], unique=False)
    op.create_table(
        "recommendation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("review_id", sa.String(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "to_choose",
                "chosen",
                "delegated",
                "refused",
                "replaced",
                name="recommendation_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_recommendation_need_id_need")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["match_review.id"], name=op.f("fk_recommendation_review_id_match_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation")),
        sa.UniqueConstraint("review_id", name=op.f("uq_recommendation_review_id")),
    )
    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recommendation_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_recommendation_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recommendation_state"), ["state"], unique=False)
    op.create_table(
        "recommended_party",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column(
            "party_kind",
            sa.Enum("expert", "team", name="party_kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("party_id", sa.String(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "matched",
                "added",
                "nominated",
                "self_offer",
                name="party_source",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("referral_id", sa.String(), nullable=True),
        sa.Column(
            "choice",
            sa.Enum(
                "waiting",
                "picked",
                "rejected",
                name="party_choice",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
            name=op.f("fk_recommended_party_recommendation_id_recommendation"),
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_recommended_party_referral_id_referral")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommended_party")),
        sa.UniqueConstraint(
            "recommendation_id",
            "party_kind",
            "party_id",
            name=op.f("uq_recommended_party_recommendation_id_party_kind_party_id"),
        ),
    )
    with op.batch_alter_table("recommended_party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recommended_party_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recommended_party_recommendation_id"), ["recommendation_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("recommended_id", sa.String(), nullable=False),
        sa.Column("referral_id", sa.String(), nullable=True),
        sa.Column("replaces_id", sa.String(), nullable=True),
        sa.Column(
            "party_kind",
            sa.Enum("expert", "team", name="party_kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("party_id", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "sent",
                "accepted",
                "partly",
                "declined",
                "expired",
                "cancelled",
                "released",
                "stopped",
                name="invitation_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("expected_hours", sa.Integer(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum("online", "on_site", "either", name="mode", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("travel_paid_by", sa.String(), nullable=False),
        sa.Column(
            "fee_kind",
            sa.Enum(
                "free", "filed", "negotiated", name="fee_kind", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("fee_note", sa.String(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_phone", sa.String(), nullable=False),
        sa.Column(
            "answer_scope",
            sa.Enum(
                "full",
                "online_only",
                "sub_problems",
                name="answer_scope",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("sub_problems", sa.JSON(), nullable=False),
        sa.Column("later_on", sa.Date(), nullable=True),
        sa.Column("suggested", sa.String(), nullable=False),
        sa.Column("attested_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expected_hours > 0", name=op.f("ck_invitation_expected_hours")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_invitation_created_by_id_user")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_invitation_need_id_need")),
        sa.ForeignKeyConstraint(
            ["recommended_id"], ["recommended_party.id"], name=op.f("fk_invitation_recommended_id_recommended_party")
        ),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_invitation_referral_id_referral")),
        sa.ForeignKeyConstraint(["replaces_id"], ["invitation.id"], name=op.f("fk_invitation_replaces_id_invitation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("recommended_id", name=op.f("uq_invitation_recommended_id")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_invitation_replaces_id")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_need_id"), ["need_id"], unique=False)
        batch_op.create_index(
            "ix_invitation_open",
            ["need_id", "round", "party_kind", "party_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('sent', 'accepted', 'partly')"),
            postgresql_where=sa.text("state IN ('sent', 'accepted', 'partly')"),
        )
        batch_op.create_index(batch_op.f("ix_invitation_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_referral_id"), ["referral_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_state"), ["state"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_state"))
        batch_op.drop_index(batch_op.f("ix_invitation_referral_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_party_id"))
        batch_op.drop_index(
            "ix_invitation_open",
            sqlite_where=sa.text("state IN ('sent', 'accepted', 'partly')"),
            postgresql_where=sa.text("state IN ('sent', 'accepted', 'partly')"),
        )
        batch_op.drop_index(batch_op.f("ix_invitation_need_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_due_at"))
    op.drop_table("invitation")
    with op.batch_alter_table("recommended_party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recommended_party_recommendation_id"))
        batch_op.drop_index(batch_op.f("ix_recommended_party_party_id"))
    op.drop_table("recommended_party")
    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recommendation_state"))
        batch_op.drop_index(batch_op.f("ix_recommendation_need_id"))
        batch_op.drop_index(batch_op.f("ix_recommendation_due_at"))
    op.drop_table("recommendation")
    with op.batch_alter_table("supporting_party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supporting_party_referral_id"))
        batch_op.drop_index(batch_op.f("ix_supporting_party_organization_id"))
    op.drop_table("supporting_party")
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_state"))
        batch_op.drop_index(batch_op.f("ix_referral_receiver_id"))
        batch_op.drop_index(
            "ix_referral_pending",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index(batch_op.f("ix_referral_parent_id"))
        batch_op.drop_index(batch_op.f("ix_referral_need_id"))
        batch_op.drop_index(batch_op.f("ix_referral_due_at"))
    op.drop_table("referral")
