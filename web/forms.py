"""Forms made of the same schemas as the interface: one place says what may be sent, how it is called and how long.

A field's label is the part of its description before the first “：”, “，” or “；”, what follows is the help. Fields of
schemas within schemas are called “proxy.asked_by”; lists of lines are typed one per line; amounts are typed in 万元.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from starlette.datastructures import FormData

from service.api.problems import field_message
from service.clock import BEIJING, beijing
from service.errors import AppError, Invalid
from service.rules.money import exact_wan, parse_wan

Content = TypeVar("Content", bound=BaseModel)
# From here on a text gets several lines to be typed in.
_LONG = 300
_MONEY = "_fen"
_HELP = re.compile(r"[：，；]")
_WRONG = "有 {count} 处需要修改，请看每一处的说明。您填写的内容都在。"


class FormInvalid(Invalid):
    """errors: the message for each field, by its name in the form."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(_WRONG.format(count=len(errors)))
        self.errors = dict(errors)


@dataclass(frozen=True)
class Field:
    """One thing to fill in. kind: line, paragraphs, lines, number, money, date, moment, choice, many, check, password,
    hidden. value: as typed, or as stored; many: a list. place: of its form, where a page has several of the same."""

    name: str
    label: str
    help: str
    kind: str
    is_optional: bool
    value: Any
    error: str
    max_length: int | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    place: str = ""

    @property
    def id(self) -> str:
        return "-".join(("f", *self.place.split(), *self.name.split(".")))

    @property
    def text(self) -> str:
        """The value as it stands in an input."""
        value = self.value
        if value is None:
            return ""
        if self.kind == "lines" and not isinstance(value, str):
            return "\n".join(value)
        if self.kind == "money" and isinstance(value, int):
            return exact_wan(value)
        if self.kind == "moment" and isinstance(value, datetime):
            return beijing(value).strftime("%Y-%m-%dT%H:%M")
        return str(value)


class Form:
    """A schema with what stands in its fields. given: a model or a mapping of what is stored; typed: what was sent.

    error: of the attempt before; names is every field with an error, in the order of the schema.
    """

    def __init__(
        self,
        schema: type[BaseModel],
        given: BaseModel | Mapping[str, Any] | None = None,
        *,
        typed: FormData | None = None,
        error: AppError | None = None,
        place: str = "",
    ) -> None:
        self.schema = schema
        self.place = place
        self.given = given.model_dump() if isinstance(given, BaseModel) else dict(given or {})
        self.typed = typed
        self.error = error
        self.errors: dict[str, str] = {}
        if isinstance(error, FormInvalid):
            self.errors = error.errors
        elif error is not None and error.field:
            self.errors = {error.field: error.message}

    def __getitem__(self, name: str) -> Field:
        info = _info(self.schema, name)
        label, told = words_of(info, name)
        kind, choices = _kind(name, info)
        return Field(
            name=name,
            label=label,
            help=told,
            kind=kind,
            is_optional=not info.is_required(),
            value=self._value(name, kind),
            error=self.errors.get(name, ""),
            max_length=_max_length(info) if kind in ("line", "paragraphs") else None,
            choices=choices,
            place=self.place,
        )

    @property
    def message(self) -> str:
        return self.error.message if self.error else ""

    @property
    def marked(self) -> Iterator[tuple[str, str, str]]:
        """(id of the input, label, message) of each error, for the summary on top."""
        for name, message in self.errors.items():
            try:
                found = self[name]
            except KeyError:
                continue
            yield found.id, found.label, message

    @property
    def words(self) -> list[tuple[str, str]]:
        """(label, text) of everything that was written at length."""
        typed = self.typed or FormData()
        written = ((self[name], str(typed.get(name, "")).strip()) for name in self.schema.model_fields)
        return [(each.label, text) for each, text in written if text and each.kind == "paragraphs"]

    def _value(self, name: str, kind: str) -> Any:
        if self.typed is not None and kind != "password":
            return self.typed.getlist(name) if kind == "many" else self.typed.get(name)
        value: Any = self.given
        for part in name.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value


def words_of(info: FieldInfo, name: str) -> tuple[str, str]:
    """(label, help) of a schema's field."""
    parts = _HELP.split(info.description or name, maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""


def read(schema: type[Content], form: FormData, **more: Any) -> Content:
    """What was sent, as the schema. more: what the page knows and nobody typed. Raises FormInvalid."""
    errors: dict[str, str] = {}
    given = _read(schema, form, "", errors) | more
    try:
        found = schema.model_validate(given)
    except ValidationError as error:
        for each in error.errors():
            # What is wrong with the whole may only be so because one field could not be read.
            if each["loc"] or not errors:
                errors.setdefault(_name_of(schema, each["loc"]), field_message(each))
        raise FormInvalid(errors) from None
    if errors:
        raise FormInvalid(errors)
    return found


def _read(schema: type[BaseModel], form: FormData, prefix: str, errors: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, info in schema.model_fields.items():
        full = prefix + name
        inner = _inner(info)
        if inner is not None:
            if any(key.startswith(full + ".") and form.get(key) for key in form):
                found[name] = _read(inner, form, full + ".", errors)
            continue
        if _is_mapping(info):
            start = full + "."
            found[name] = {key.removeprefix(start): form[key] for key in form if key.startswith(start) and form[key]}
            continue
        value = _sent(form, full, _kind(name, info)[0], errors)
        # An empty choice is none at all where none may be made.
        if value is not None and not (value == "" and NoneType in get_args(info.annotation)):
            found[name] = value
    return found


def _sent(form: FormData, name: str, kind: str, errors: dict[str, str]) -> Any:
    """None if nothing was sent that could be a value."""
    if kind == "many":
        return [str(each) for each in form.getlist(name) if each]
    if kind == "check":
        return form.get(name) is not None
    text = form.get(name)
    if not isinstance(text, str):
        return None
    if kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if kind in ("number", "date", "moment", "money") and not text.strip():
        return None
    if kind == "money":
        amount = parse_wan(text)
        if amount.error:
            errors[name] = amount.error
            return None
        return amount.fen
    if kind == "moment":
        try:
            return datetime.fromisoformat(text).replace(tzinfo=BEIJING)
        except ValueError:
            errors[name] = "请填写日期和时间，例如 2026-11-22 14:00。"
            return None
    return text


def _name_of(schema: type[BaseModel], place: Sequence[int | str]) -> str:
    """An error's field; one that is about the whole belongs to its first field."""
    parts = [str(part) for part in place if isinstance(part, str)]
    while parts:
        try:
            _info(schema, ".".join(parts))
        except KeyError:
            parts.pop()
        else:
            return ".".join(parts)
    return next(iter(schema.model_fields))


def _info(schema: type[BaseModel], name: str) -> FieldInfo:
    """Raises KeyError."""
    first, _, rest = name.partition(".")
    info = schema.model_fields[first]
    if not rest:
        return info
    inner = _inner(info)
    if inner is None:
        if _is_mapping(info):
            return FieldInfo(annotation=str, default="", description=rest)
        raise KeyError(name)
    return _info(inner, rest)


def _bare(annotation: Any) -> Any:
    """Without “or None” and without the constraints."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, UnionType):
            kept = [each for each in get_args(annotation) if each is not NoneType]
            annotation = kept[0]
        else:
            return annotation


def _inner(info: FieldInfo) -> type[BaseModel] | None:
    bare = _bare(info.annotation)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def _is_mapping(info: FieldInfo) -> bool:
    return get_origin(_bare(info.annotation)) is dict


def _kind(name: str, info: FieldInfo) -> tuple[str, dict[str, str]]:
    """(kind, choices); choices have no words here: the page gives them."""
    bare = _bare(info.annotation)
    last = name.rpartition(".")[2]
    if last == "version":
        return "hidden", {}
    if last.endswith(_MONEY):
        return "money", {}
    if get_origin(bare) in (list, tuple, set, frozenset):
        item = _bare(get_args(bare)[0])
        return ("many", {}) if last.endswith(("_ids", "types", "regions", "kinds", "picked")) else _many(item)
    if get_origin(bare) is Literal:
        return "choice", {str(each): str(each) for each in get_args(bare)}
    if bare is AwareDatetime:
        return "moment", {}
    if isinstance(bare, type):
        if issubclass(bare, StrEnum):
            return "choice", {each.value: each.value for each in bare}
        for kinds, kind in ((bool, "check"), (int, "number"), (float, "number"), (datetime, "moment"), (date, "date")):
            if issubclass(bare, kinds):
                return kind, {}
        if issubclass(bare, SecretStr):
            return "password", {}
    most = _max_length(info)
    return ("paragraphs" if most is not None and most > _LONG else "line"), {}


def _many(item: Any) -> tuple[str, dict[str, str]]:
    if isinstance(item, type) and issubclass(item, StrEnum):
        return "many", {each.value: each.value for each in item}
    return "lines", {}


def _max_length(info: FieldInfo) -> int | None:
    found = list(info.metadata)
    for each in get_args(info.annotation):
        found += list(getattr(each, "__metadata__", ()))
    limits = (getattr(each, "max_length", None) for each in found)
    return next((limit for limit in limits if limit is not None), None)
