"""The schema's history and the tables in the code are the same thing, on both databases, with data in them."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel, col, select

from service import audit
from service.migrations.run import downgrade, upgrade
from service.models import AuditEntry
from service.services import Services
from tests.service.world import a_world


def test_migrating_gives_the_tables_the_code_declares(services: Services) -> None:
    with services.database.write_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, SQLModel.metadata) == []


def test_down_and_up_again_with_data_in_the_tables(services: Services) -> None:
    a_world(services)

    downgrade(services.database, "base")
    left = set(inspect(services.database.write_engine).get_table_names())
    upgrade(services.database)

    assert left == {"alembic_version"}
    assert a_world(services).company.name == "青海湖东盐化有限公司（演示数据）"


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET act = 'x'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses_to_change_the_audit_log(services: Services, statement: str) -> None:
    a_world(services)

    with pytest.raises(DBAPIError, match="append-only"), services.database.write_engine.begin() as connection:
        connection.execute(text(statement))


def test_the_audit_chain_holds_and_shows_where_it_was_broken(services: Services) -> None:
    a_world(services)
    with services.database.reading() as session:
        entries = list(session.exec(select(AuditEntry).order_by(col(AuditEntry.seq))))
    assert audit.first_broken(entries) is None

    forged = entries[3]
    forged.act = "need.accept"

    assert audit.first_broken(entries) == forged.seq
    assert audit.first_broken(entries[:3] + entries[4:]) == entries[4].seq
