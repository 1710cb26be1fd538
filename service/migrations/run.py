"""Alembic, run from inside the program: no ini file, the database is the one in use."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from service.db import Database

NEWEST = "head"


def upgrade(database: Database, revision: str = NEWEST) -> None:
    _run(database, revision, back=False)


def downgrade(database: Database, revision: str) -> None:
    _run(database, revision, back=True)


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def _run(database: Database, revision: str, *, back: bool) -> None:
    config = configuration()
    with database.write_engine.connect() as connection:
        if database.is_sqlite:
            # SQLite changes a table by copying it, during which rows that refer to it would look orphaned.
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        (command.downgrade if back else command.upgrade)(config, revision)
        connection.commit()
    # The next connection sets its pragmas anew.
    database.write_engine.dispose()
