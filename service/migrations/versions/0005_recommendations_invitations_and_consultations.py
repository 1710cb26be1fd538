"""Recommendations, invitations, referrals and consultations"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disclosure_grant",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "public",
                "invited",
                "signed",
                name="publicity_level",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_disclosure_grant_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure_grant")),
        sa.UniqueConstraint("holder", "cause", name=op.f("uq_disclosure_grant_holder_cause")),
    )
    with op.batch_alter_table("disclosure_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disclosure_grant_cause"), ["cause"], unique=False)
        batch_op.create_index(batch_op.f("ix_disclosure_grant_holder"), ["holder"], unique=False)
        batch_op.create_index(batch_op.f("ix_disclosure_grant_need_id"), ["need_id"], unique=False)

    op.create_table(
        "follow_up",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("still_works", sa.Boolean(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_follow_up_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("need_id", "round", "days", name=op.f("uq_follow_up_need_id_round_days")),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_due_on"), ["due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_need_id"), ["need_id"], unique=False)

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
        batch_op.create_index(batch_op.f("ix_referral_receiver_id"), ["receiver_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referral_state"), ["state"], unique=False)

    op.create_table(
        "signed_link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "invitation",
                "consultation",
                "proxy",
                name="link_purpose",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("expert_id", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_signed_link_expert_id_expert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_link")),
    )
    with op.batch_alter_table("signed_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signed_link_expert_id"), ["expert_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signed_link_subject_id"), ["subject_id"], unique=False)

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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("recommended_id", name=op.f("uq_invitation_recommended_id")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_need_id"), ["need_id"], unique=False)
        batch_op.create_index(
            "ix_invitation_open",
            ["need_id", "party_kind", "party_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('sent', 'accepted', 'partly')"),
            postgresql_where=sa.text("state IN ('sent', 'accepted', 'partly')"),
        )
        batch_op.create_index(batch_op.f("ix_invitation_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_referral_id"), ["referral_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_state"), ["state"], unique=False)

    op.create_table(
        "consultation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("invitation_id", sa.String(), nullable=True),
        sa.Column("referral_id", sa.String(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "holder_kind",
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
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column(
            "lead_kind",
            sa.Enum(
                "expert",
                "team",
                "society",
                "association",
                "tech_manager",
                "outside",
                name="lead_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("lead_id", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "to_contact",
                "contacted",
                "scheduled",
                "to_minute",
                "ongoing",
                "to_confirm",
                "disputed",
                "completed",
                "unconfirmed",
                "aborted",
                name="consultation_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_job", sa.String(), nullable=False),
        sa.Column(
            "proposed",
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
                name="proposed",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
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
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(invitation_id IS NULL) <> (referral_id IS NULL)", name=op.f("ck_consultation_origin")),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_consultation_invitation_id_invitation")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_consultation_need_id_need")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_consultation_referral_id_referral")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_consultation_invitation_id")),
        sa.UniqueConstraint("number", name=op.f("uq_consultation_number")),
        sa.UniqueConstraint("referral_id", name=op.f("uq_consultation_referral_id")),
    )
    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consultation_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_consultation_holder_id"), ["holder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consultation_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consultation_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consultation_state"), ["state"], unique=False)

    op.create_table(
        "reservation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_reservation_expert_id_expert")),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_reservation_invitation_id_invitation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
        sa.UniqueConstraint("expert_id", "month", "slot", name=op.f("uq_reservation_expert_id_month_slot")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_reservation_invitation_id")),
    )
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reservation_expert_id"), ["expert_id"], unique=False)

    op.create_table(
        "appointment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.String(), nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("online_link", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointment_ends_at")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_appointment_consultation_id_consultation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("consultation_id", "meeting", name=op.f("uq_appointment_consultation_id_meeting")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_consultation_id"), ["consultation_id"], unique=False)

    op.create_table(
        "first_contact",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "phone", "online", "visit", name="contact_channel", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("line", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_first_contact_consultation_id_consultation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_contact")),
        sa.UniqueConstraint("consultation_id", name=op.f("uq_first_contact_consultation_id")),
    )
    op.create_table(
        "minutes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.String(), nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_minutes_consultation_id_consultation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes")),
        sa.UniqueConstraint("consultation_id", "meeting", name=op.f("uq_minutes_consultation_id_meeting")),
    )
    with op.batch_alter_table("minutes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_minutes_consultation_id"), ["consultation_id"], unique=False)

    op.create_table(
        "outcome",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.String(), nullable=False),
        sa.Column("consultation_id", sa.String(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("owner", "holder", name="side", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "problem_solved",
                "transfer",
                "common_tech",
                "startup",
                "trained",
                "new_sales",
                "cost_saved",
                "farm_households",
                name="outcome_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reported",
                "verified",
                "refused",
                name="outcome_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("verified_by_id", sa.String(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verify_note", sa.String(), nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_outcome_amount_fen")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_outcome_quantity")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_outcome_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_outcome_need_id_need")),
        sa.ForeignKeyConstraint(["verified_by_id"], ["user.id"], name=op.f("fk_outcome_verified_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
    )
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_consultation_id"), ["consultation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_state"), ["state"], unique=False)

    op.create_table(
        "rating",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.String(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("owner", "holder", name="side", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("skill", sa.Integer(), nullable=True),
        sa.Column("response", sa.Integer(), nullable=True),
        sa.Column("cooperation", sa.Integer(), nullable=True),
        sa.Column("effect", sa.Integer(), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.CheckConstraint("cooperation BETWEEN 1 AND 5", name=op.f("ck_rating_cooperation")),
        sa.CheckConstraint("effect BETWEEN 1 AND 5", name=op.f("ck_rating_effect")),
        sa.CheckConstraint("response BETWEEN 1 AND 5", name=op.f("ck_rating_response")),
        sa.CheckConstraint("skill BETWEEN 1 AND 5", name=op.f("ck_rating_skill")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_rating_consultation_id_consultation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("consultation_id", "side", name=op.f("uq_rating_consultation_id_side")),
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rating_consultation_id"), ["consultation_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rating_consultation_id"))

    op.drop_table("rating")
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_state"))
        batch_op.drop_index(batch_op.f("ix_outcome_need_id"))
        batch_op.drop_index(batch_op.f("ix_outcome_consultation_id"))

    op.drop_table("outcome")
    with op.batch_alter_table("minutes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_minutes_consultation_id"))

    op.drop_table("minutes")
    op.drop_table("first_contact")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_consultation_id"))

    op.drop_table("appointment")
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reservation_expert_id"))

    op.drop_table("reservation")
    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consultation_state"))
        batch_op.drop_index(batch_op.f("ix_consultation_need_id"))
        batch_op.drop_index(batch_op.f("ix_consultation_lead_id"))
        batch_op.drop_index(batch_op.f("ix_consultation_holder_id"))
        batch_op.drop_index(batch_op.f("ix_consultation_due_at"))

    op.drop_table("consultation")
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
    with op.batch_alter_table("signed_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signed_link_subject_id"))
        batch_op.drop_index(batch_op.f("ix_signed_link_expert_id"))

    op.drop_table("signed_link")
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_state"))
        batch_op.drop_index(batch_op.f("ix_referral_receiver_id"))
        batch_op.drop_index(batch_op.f("ix_referral_parent_id"))
        batch_op.drop_index(batch_op.f("ix_referral_need_id"))
        batch_op.drop_index(batch_op.f("ix_referral_due_at"))

    op.drop_table("referral")
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_need_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_due_on"))

    op.drop_table("follow_up")
    with op.batch_alter_table("disclosure_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disclosure_grant_need_id"))
        batch_op.drop_index(batch_op.f("ix_disclosure_grant_holder"))
        batch_op.drop_index(batch_op.f("ix_disclosure_grant_cause"))

    op.drop_table("disclosure_grant")
