"""Who may read a need, signed links, and the slots of an expert's month"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
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


def downgrade() -> None:
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reservation_expert_id"))
    op.drop_table("reservation")
    with op.batch_alter_table("signed_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signed_link_subject_id"))
        batch_op.drop_index(batch_op.f("ix_signed_link_expert_id"))
    op.drop_table("signed_link")
    with op.batch_alter_table("disclosure_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disclosure_grant_need_id"))
        batch_op.drop_index(batch_op.f("ix_disclosure_grant_holder"))
        batch_op.drop_index(batch_op.f("ix_disclosure_grant_cause"))
    op.drop_table("disclosure_grant")
