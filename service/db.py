"""Engines and sessions. A use case never commits: the edge that opened the session does, before it answers.

SQLite is used through two engines on one file: readers never wait, writers queue by BEGIN IMMEDIATE instead of failing
late (docs/adr/0006). PostgreSQL has one engine for both.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from service.errors import Busy, Conflict

# Older ones can corrupt a file that two connections write and checkpoint at once (SQLite's WAL-reset bug).
OLDEST_SQLITE = (3, 51, 3)
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=5000",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "secure_delete=ON",
    "mmap_size=0",
)


def _without_rows(record: logging.LogRecord) -> bool:
    """SQLAlchemy would write every row it reads into the log, people and all, wherever the level is DEBUG."""
    return record.levelno > logging.DEBUG


logging.getLogger("sqlalchemy.engine.Engine").addFilter(_without_rows)
_BUSY = "平台正忙，没有保存。请过几秒再试，您填写的内容还在页面上。"


class Database:
    """url: as SQLAlchemy reads it. Raises RuntimeError if the SQLite library is one that damages files."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            _refuse_old_sqlite(sqlite.sqlite_version_info)
            if self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            self.read_engine = _sqlite_engine(url, begin="BEGIN", read_only=True)
            self.write_engine = _sqlite_engine(url, begin="BEGIN IMMEDIATE", read_only=False)
        else:
            self.write_engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
            self.read_engine = self.write_engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that cannot change anything."""
        with Session(self.read_engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: leave normally and it is kept, raise and nothing happened.

        Raises Conflict if somebody else was first, Busy if the database cannot take it now.
        """
        try:
            with Session(self.write_engine, expire_on_commit=False) as session:
                yield session
                session.commit()
        except StaleDataError:
            raise Conflict("刚才有别人改动了这条记录。请刷新后再试，您填写的内容还在页面上。") from None
        except IntegrityError:
            raise Conflict("同样的内容刚刚已经保存过了，或者与已有记录冲突。请刷新后核对。") from None
        except PoolTimeout:
            raise Busy(_BUSY) from None
        except OperationalError as error:
            if any(word in str(error) for word in ("locked", "full", "timeout", "deadlock")):
                raise Busy(_BUSY) from None
            raise

    def refresh_statistics(self) -> None:
        """Let SQLite look at how its tables have grown: without knowing that it reads whole tables for one page of a
        list. PostgreSQL does so by itself.
        """
        if self.is_sqlite:
            with self.writing() as session:
                # Tables without figures or much changed since, by samples (0x10): with the histograms of a full count
                # SQLite would plan each statement anew whenever a parameter changes.
                session.execute(text("PRAGMA optimize=0x10012"))

    def dispose(self) -> None:
        self.read_engine.dispose()
        self.write_engine.dispose()


def _refuse_old_sqlite(version: tuple[int, int, int]) -> None:
    if version < OLDEST_SQLITE:
        found = ".".join(map(str, version))
        raise RuntimeError(f"SQLite {found} 在多个连接同时写入时会损坏数据库，需要 3.51.3 或更新：请重新安装依赖。")


def _sqlite_engine(url: str, *, begin: str, read_only: bool) -> Engine:
    # One writing connection: writers queue in the pool, not in the file.
    options: dict[str, Any] = {} if read_only else {"pool_size": 1, "max_overflow": 0, "pool_timeout": 30}
    # hide_parameters, here and above: values of people must not get into logs or the texts of errors.
    options |= {"connect_args": {"check_same_thread": False}, "hide_parameters": True}
    engine = create_engine(url, module=sqlite, **options)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:  # the driver's own connection has no type hints
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
