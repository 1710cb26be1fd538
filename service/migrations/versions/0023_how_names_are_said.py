"""How the names of people, organisations and teams are said, for sorting and searching"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.rules import pinyin

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TABLES = {"expert": pinyin.of_person, "user": pinyin.of_person, "organization": pinyin.of_name, "team": pinyin.of_name}


def upgrade() -> None:
    for table, spelled in _TABLES.items():
        for column in ("pinyin", "initials"):
            op.add_column(table, sa.Column(column, sa.String(), nullable=False, server_default=""))
        _spell(table, spelled)
        with op.batch_alter_table(table) as batch:
            for column in ("pinyin", "initials"):
                batch.alter_column(column, server_default=None)
        op.create_index(op.f(f"ix_{table}_pinyin"), table, ["pinyin"], unique=False)


def _spell(table: str, spelled: object) -> None:
    assert callable(spelled)
    rows = sa.table(table, *(sa.column(name, sa.String) for name in ("id", "name", "pinyin", "initials")))
    connection = op.get_bind()
    for row_id, name in connection.execute(sa.select(rows.c.id, rows.c.name)).all():
        said = spelled(name)
        values = {"pinyin": said.pinyin, "initials": said.initials}
        connection.execute(sa.update(rows).where(rows.c.id == row_id).values(values))


def downgrade() -> None:
    for table in _TABLES:
        op.drop_index(op.f(f"ix_{table}_pinyin"), table_name=table)
        with op.batch_alter_table(table) as batch:
            batch.drop_column("initials")
            batch.drop_column("pinyin")
