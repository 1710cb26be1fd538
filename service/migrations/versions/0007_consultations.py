"""Consultations"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consultation_state"))
        batch_op.drop_index(batch_op.f("ix_consultation_need_id"))
        batch_op.drop_index(batch_op.f("ix_consultation_lead_id"))
        batch_op.drop_index(batch_op.f("ix_consultation_holder_id"))
        batch_op.drop_index(batch_op.f("ix_consultation_due_at"))
    op.drop_table("consultation")
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_need_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_due_on"))
    op.drop_table("follow_up")
