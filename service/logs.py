"""Log lines: one JSON object each, with the facts of KEPT and nothing else, so that no personal data gets in."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

# What a line may say besides time, level, place and event. Codes, numbers and random ids; never what a person typed.
KEPT = frozenset(
    {"account", "job", "key", "method", "milliseconds", "network", "operation", "reason", "status", "version"}
)
_MOST_CHARS = 200
_MOST_FRAMES = 20
# A longer one may be somebody's telephone number.
_MOST_NUMBER = 999_999_999

# Of the request in hand, "" outside of one; copied into the threads that work for it.
request_id: ContextVar[str] = ContextVar("request_id", default="")


class JsonLines(logging.Formatter):
    """The event is the message as written in the code, with the numbers it was given: other arguments may be anybody's
    data and are left out.

    So is the text of an exception; its kind and the places it came through are kept. What does not print or is not
    ASCII is escaped, so that nothing looks like the end of a line.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record)[:_MOST_CHARS],
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        line |= {name: _plain(getattr(record, name)) for name in sorted(KEPT) if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line |= {"error": record.exc_info[0].__name__, "trace": _places(record.exc_info[2])}
        return json.dumps(line).replace("\x7f", "\\u007f")


def set_up(stream: TextIO | None = None) -> None:
    """Every logger of the process writes to stream (default: standard error) as JSON lines."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)


def _event(record: logging.LogRecord) -> str:
    """uvicorn and others write “process [%d]”: without its arguments such a line says little."""
    message, given = str(record.msg), record.args
    if not given:
        return message
    shown = {name: _number(each) for name, each in given.items()} if isinstance(given, Mapping) else None
    try:
        return message % (shown if shown is not None else tuple(map(_number, given)))
    except (TypeError, ValueError, KeyError):
        return message


def _number(value: object) -> object:
    return value if isinstance(value, int | float) and abs(value) <= _MOST_NUMBER else "…"


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | float) else str(value)[:_MOST_CHARS]


def _places(trace: TracebackType | None) -> list[str]:
    """The innermost last, as in a traceback."""
    frames = traceback.extract_tb(trace)[-_MOST_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
