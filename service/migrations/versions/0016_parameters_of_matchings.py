"""Which fitted numbers a matching was made with"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was matched before did not write it down.
    with op.batch_alter_table("match_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parameters", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("match_run", schema=None) as batch_op:
        batch_op.alter_column("parameters", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("match_run", schema=None) as batch_op:
        batch_op.drop_column("parameters")
