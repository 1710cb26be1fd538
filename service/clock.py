"""The only clock of the service. Moments are aware and in UTC; people read 北京时间."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    return _source()


def beijing(moment: datetime) -> datetime:
    return moment.astimezone(BEIJING)


def today() -> date:
    """The date on a calendar in Beijing."""
    return beijing(now()).date()


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """For tests and for the demo world: inside, it is this moment (aware)."""
    global _source
    before, _source = _source, lambda: moment.astimezone(UTC)
    try:
        yield
    finally:
        _source = before
