"""Self-offers, achievements, and what fits what"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0010"
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


def downgrade() -> None:
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
