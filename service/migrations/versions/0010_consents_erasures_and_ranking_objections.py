"""Consents, erasures and objections to the ranking"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.migrations import append_only

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consent_entry",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "holder_kind",
            sa.Enum("user", "expert", name="consent_holder", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("text_version", sa.String(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "web",
                "answer",
                "leaving",
                "phone",
                "wechat",
                "paper",
                "in_person",
                name="consent_channel",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("entered_by_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user.id"], name=op.f("fk_consent_entry_entered_by_id_user")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_consent_entry")),
    )
    with op.batch_alter_table("consent_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_entry_holder_id"), ["holder_id"], unique=False)
    # Who had turned the switch on before there was a log has agreed to the same words.
    op.execute(
        "INSERT INTO consent_entry (at, holder_kind, holder_id, purpose, about, text_version, given, channel,"
        " entered_by_id) SELECT recommended_consent_at, 'expert', id, 'recommend', '', '2026-11', true, 'web', user_id"
        " FROM expert WHERE takes_part AND recommended_consent_at IS NOT NULL"
    )
    append_only.protect("consent_entry")

    op.create_table(
        "erasure_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.Column("expert_id", sa.String(), nullable=True),
        sa.Column("requested_by_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "done",
                "withdrawn",
                name="erasure_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("user_id IS NOT NULL OR expert_id IS NOT NULL", name=op.f("ck_erasure_request_whom")),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_erasure_request_expert_id_expert")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["user.id"], name=op.f("fk_erasure_request_requested_by_id_user")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_erasure_request_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
    )
    with op.batch_alter_table("erasure_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erasure_request_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_erasure_request_state"), ["state"], unique=False)
        for whom in ("user_id", "expert_id"):
            batch_op.create_index(
                f"ix_erasure_request_waiting_{whom}",
                [whom],
                unique=True,
                sqlite_where=sa.text("state = 'waiting'"),
                postgresql_where=sa.text("state = 'waiting'"),
            )

    op.create_table(
        "ranking_objection",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("expert_id", sa.String(), nullable=True),
        sa.Column("need_id", sa.String(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "explanation",
                "review",
                name="ranking_objection_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("association_id", sa.String(), nullable=False),
        sa.Column("association_path", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "answered",
                "withdrawn",
                name="ranking_objection_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_ranking_objection_association_id_association")
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_ranking_objection_expert_id_expert")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_ranking_objection_need_id_need")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_ranking_objection_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_objection")),
    )
    with op.batch_alter_table("ranking_objection", schema=None) as batch_op:
        for column in ("association_path", "due_at", "need_id", "state", "user_id"):
            batch_op.create_index(batch_op.f(f"ix_ranking_objection_{column}"), [column], unique=False)


def downgrade() -> None:
    op.drop_table("ranking_objection")
    op.drop_table("erasure_request")
    append_only.release("consent_entry")
    op.drop_table("consent_entry")
