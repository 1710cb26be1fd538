"""Lists within a form: each line is a small form of its own, its fields called “works.0.title”."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.datastructures import FormData

from service.errors import AppError
from web.forms import Field, Form, FormInvalid, read

Content = TypeVar("Content", bound=BaseModel)


class Row:
    """One line, as templates ask for its fields."""

    def __init__(self, form: Form, prefix: str) -> None:
        self._form = form
        self._prefix = prefix

    def __getitem__(self, name: str) -> Field:
        return replace(self._form[name], name=f"{self._prefix}.{name}")


def read_rows(schema: type[Content], sent: FormData, name: str) -> list[Content]:
    """The lines in which something was typed. Raises FormInvalid."""
    found: list[Content] = []
    errors: dict[str, str] = {}
    for place, line in enumerate(_lines(sent, name)):
        if not any(str(value).strip() for value in line.values()):
            continue
        try:
            found.append(read(schema, line))
        except FormInvalid as error:
            errors |= {f"{name}.{place}.{field}": message for field, message in error.errors.items()}
    if errors:
        raise FormInvalid(errors)
    return found


def rows(
    schema: type[BaseModel],
    name: str,
    *,
    given: Sequence[BaseModel | Mapping[str, Any]] = (),
    empty: int = 1,
    typed: FormData | None = None,
    error: AppError | None = None,
) -> list[Row]:
    """What is stored, or what was typed, and some empty lines."""
    lines = _lines(typed, name) if typed is not None else []
    many = max(len(given) + empty if typed is None else len(lines), empty)
    errors = error.errors if isinstance(error, FormInvalid) else {}
    shown = []
    for place in range(many):
        prefix = f"{name}.{place}"
        own = {key.removeprefix(prefix + "."): text for key, text in errors.items() if key.startswith(prefix + ".")}
        stored = given[place] if typed is None and place < len(given) else None
        line = lines[place] if place < len(lines) else None
        shown.append(Row(Form(schema, stored, typed=line, error=FormInvalid(own) if own else None), prefix))
    return shown


def _lines(sent: FormData, name: str) -> list[FormData]:
    """In the order of their numbers; a number that was left out is an empty line."""
    found: dict[int, list[tuple[str, Any]]] = {}
    for key, value in sent.multi_items():
        first, _, rest = key.partition(".")
        place, _, field = rest.partition(".")
        if first == name and field and place.isdecimal() and len(place) < 4:
            found.setdefault(int(place), []).append((field, value))
    return [FormData(found.get(place, [])) for place in range(max(found, default=-1) + 1)]
