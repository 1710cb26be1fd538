"""When a mobile number was confirmed in person, and that a referral has exactly one receiver"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mobile_confirmed_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_referral_one_receiver"),
            "(receiver_kind = 'outside') = (receiver_id = '') AND (receiver_kind = 'outside') = (outside_name <> '')",
        )


def downgrade() -> None:
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_referral_one_receiver"), type_="check")
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_column("mobile_confirmed_at")
