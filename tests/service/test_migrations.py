"""The schema's history and the tables in the code are the same thing, on both databases, with data in them."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel, col, select

from service import audit
from service.clock import now
from service.errors import Conflict
from service.migrations.run import downgrade, upgrade
from service.models import AuditEntry, CallKind, CallNote, CallRequest, CallResult, CallSubject, CallWish
from service.services import Services
from tests.service.steps import a_submitted_need
from tests.service.world import World, a_world


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


def test_requests_to_be_called_that_hang_on_no_need_go_on_the_way_down(world: World) -> None:
    """Those about self-offers as well, which were not known before; one of each kind can be open again afterwards."""
    services, need_id = world.services, a_submitted_need(world)
    abouts = {"need": need_id, "self_offer": need_id, "expert": None}
    with services.database.writing() as session:
        for kind, of_need in abouts.items():
            session.add(_a_request(kind, of_need))
        session.flush()
        for request in session.exec(select(CallRequest)).all():
            session.add(_a_note(world, request))

    downgrade(services.database, "0023")
    with services.database.write_engine.connect() as connection:
        left = connection.execute(text("SELECT subject_kind, need_id FROM call_request")).all()
        notes = connection.execute(text("SELECT need_id FROM call_note")).all()
    upgrade(services.database)

    assert [tuple(row) for row in left] == [("need", need_id)]
    assert [tuple(row) for row in notes] == [(need_id,)]
    with services.database.writing() as session:
        session.add_all([_a_request("self_offer", need_id), _a_request("expert", None)])
        session.exec(select(CallRequest).where(CallRequest.subject_kind == "need")).one().done_at = now()
        session.flush()
        session.add(_a_request("need", need_id))
    with pytest.raises(Conflict), services.database.writing() as session:
        session.add(_a_request("expert", None))


def _a_request(kind: str, need_id: str | None) -> CallRequest:
    return CallRequest(
        subject_kind=CallSubject(kind),
        subject_id=kind,
        need_id=need_id,
        asked_by="someone",
        wish=CallWish.CALL,
        due_at=now(),
    )


def _a_note(world: World, request: CallRequest) -> CallNote:
    return CallNote(
        kind=CallKind.REQUEST,
        subject_id=request.id,
        need_id=request.need_id,
        called_by_id=world.people["格尔木赵静"],
        result=CallResult.NO_ANSWER,
    )
