"""The settings that hold at this moment: what administrators stored in the database, laid over the environment.

This is the only way to read them. An edge (a request, a job) asks once and hands them on in Services, so that one unit
of work sees one set; what has only a session asks `present`. Nothing is remembered between, so that a change holds at
once in every process.
"""

from __future__ import annotations

import logging
from functools import cache, lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlmodel import Session, col, select

from service.models import StoredSetting
from service.settings import Settings, settings

log = logging.getLogger(__name__)
Stored = tuple[tuple[str, str], ...]
# Put together once: every request asks it, and to write it anew takes longer than to run it.
_SET = (
    select(StoredSetting.name, StoredSetting.value)
    .where(col(StoredSetting.value).is_not(None))
    .order_by(col(StoredSetting.name))
)


def present(session: Session, environment: Settings | None = None) -> Settings:
    """environment: of this process, if it is not the usual one."""
    return laid_over(environment or settings(), stored(session))


def stored(session: Session) -> Stored:
    """(name, JSON) of what is set."""
    return tuple((name, value) for name, value in session.execute(_SET))


@lru_cache(maxsize=16)
def laid_over(environment: Settings, found: Stored) -> Settings:
    """What cannot be used any more, after an update, is left out: one old value must not stop the whole platform."""
    shown = environment
    for name, text in found:
        adapter = adapter_of(name)
        if adapter is None:
            log.warning("setting.unknown", extra={"setting": name})
            continue
        try:
            shown = _with(shown, name.split("."), adapter.validate_json(text))
        except ValidationError:
            log.warning("setting.unusable", extra={"setting": name})
    return shown


@cache
def adapter_of(name: str) -> TypeAdapter[Any] | None:
    """What reads and checks a field of Settings; None if there is no such field."""
    model: Any = Settings
    *outer, last = name.split(".")
    for part in outer:
        info = model.model_fields.get(part)
        model = info.annotation if info else None
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return None
    info = model.model_fields.get(last)
    if info is None:
        return None
    checked: Any = Annotated[info.annotation, info]
    return TypeAdapter(checked)


def value_of(found: BaseModel, name: str) -> Any:
    """The value of a field, with a dot for those within."""
    value: Any = found
    for part in name.split("."):
        value = getattr(value, part)
    return value


def _with(model: Any, path: list[str], value: Any) -> Any:
    first, *rest = path
    inner = _with(getattr(model, first), rest, value) if rest else value
    return model.model_copy(update={first: inner})
