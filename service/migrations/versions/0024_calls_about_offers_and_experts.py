"""Calls asked for about a self-offer, and about an expert's own affairs, which hang on no need"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_BEFORE = ("invitation", "consultation", "need")
_NEW = ("self_offer", "expert")


def _allow(*subjects: str, without_need: bool) -> None:
    listed = ", ".join(f"'{subject}'" for subject in subjects)
    with op.batch_alter_table("call_note", schema=None) as batch_op:
        batch_op.alter_column("need_id", existing_type=sa.String(), nullable=without_need)
    with op.batch_alter_table("call_request", schema=None) as batch_op:
        batch_op.alter_column("need_id", existing_type=sa.String(), nullable=without_need)
        batch_op.drop_constraint(batch_op.f("ck_call_request_call_subject"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_call_request_call_subject"), f"subject_kind IN ({listed})")


def upgrade() -> None:
    _allow(*_BEFORE, *_NEW, without_need=True)


def downgrade() -> None:
    about_new = "SELECT id FROM call_request WHERE subject_kind IN ('self_offer', 'expert')"
    op.execute(f"DELETE FROM call_note WHERE kind = 'request' AND subject_id IN ({about_new})")
    # Of a request that 注销 deleted, what came of the calls is left.
    op.execute("DELETE FROM call_note WHERE need_id IS NULL")
    op.execute("DELETE FROM call_request WHERE subject_kind IN ('self_offer', 'expert')")
    _allow(*_BEFORE, without_need=False)
