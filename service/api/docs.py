"""The description of the interface as a page: server-rendered, without scripts and without anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.api.description import PROBLEMS, Json, operations
from service.api.routing import Router, policy

_FOLDER = Path(__file__).parent / "templates"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_KINDS = {"string": "文字", "integer": "整数", "number": "数", "boolean": "是或否", "object": "对象", "null": "空"}
_FORMATS = {"date": "日期", "date-time": "时间", "password": "密码"}
_LIMITS = {
    "minLength": "至少 {} 字",
    "maxLength": "至多 {} 字",
    "minimum": "最小 {}",
    "maximum": "最大 {}",
    "minItems": "至少 {} 项",
    "maxItems": "至多 {} 项",
    "pattern": "形如 {}",
}

router = Router(tags=["接口说明"])


@dataclass(frozen=True)
class Kind:
    """What a field holds: words, and the name of the structure they lead to, "" if none."""

    words: str
    structure: str = ""


@dataclass(frozen=True)
class FieldLine:
    name: str
    kinds: tuple[Kind, ...]
    limits: str
    is_required: bool
    description: str


@dataclass(frozen=True)
class AnswerLine:
    status: str
    description: str
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class OperationEntry:
    name: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[FieldLine, ...]
    body: str
    fields: tuple[FieldLine, ...]
    answers: tuple[AnswerLine, ...]


@dataclass(frozen=True)
class GroupEntry:
    name: str
    description: str
    operations: tuple[OperationEntry, ...]


@dataclass(frozen=True)
class StructureEntry:
    name: str
    description: str
    choices: tuple[str, ...]
    fields: tuple[FieldLine, ...]


@router.get("/docs", summary="接口说明", include_in_schema=False)
@policy("public")
def show_docs(request: Request) -> Response:
    return HTMLResponse(page(request.app.openapi()), headers=_HEADERS)


@router.get("/docs/style.css", summary="接口说明的样式", include_in_schema=False)
@policy("public")
def show_docs_style() -> Response:
    return Response((_FOLDER / "docs.css").read_text("utf-8"), headers=_HEADERS, media_type="text/css")


def page(description: Json) -> str:
    """The whole description as HTML."""
    return (
        _templates()
        .get_template("docs.html")
        .render(
            info=description["info"],
            groups=list(_groups(description)),
            structures=list(_structures(description)),
            problems={status: meaning for status, (_, meaning) in PROBLEMS.items()},
        )
    )


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)


def _groups(description: Json) -> Iterator[GroupEntry]:
    schemas = description["components"]["schemas"]
    for tag in description["tags"]:
        found = [
            _operation(path, method, each, schemas)
            for path, method, each in operations(description)
            if tag["name"] in each.get("tags", ())
        ]
        yield GroupEntry(tag["name"], tag["description"], tuple(found))


def _operation(path: str, method: str, told: Json, schemas: Json) -> OperationEntry:
    parameters = [
        _line(each["name"], each["schema"], each.get("description", ""), is_required=each.get("required", False))
        for each in told.get("parameters", ())
    ]
    sent = _content_schema(told.get("requestBody", {}))
    body = sent.get("$ref", "").rpartition("/")[2]
    answers = [
        AnswerLine(status, answer["description"], tuple(_kinds(_content_schema(answer))))
        for status, answer in told["responses"].items()
        if "$ref" not in answer
    ]
    return OperationEntry(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        description=told["description"],
        parameters=tuple(parameters),
        body=body,
        fields=_fields(schemas.get(body, sent)),
        answers=tuple(answers),
    )


def _structures(description: Json) -> Iterator[StructureEntry]:
    for name, schema in sorted(description["components"]["schemas"].items()):
        choices = tuple(str(each) for each in schema.get("enum", ()))
        yield StructureEntry(name, schema.get("description", ""), choices, _fields(schema))


def _fields(schema: Json) -> tuple[FieldLine, ...]:
    required = schema.get("required", ())
    return tuple(
        _line(name, field, field.get("description", ""), is_required=name in required)
        for name, field in schema.get("properties", {}).items()
    )


def _line(name: str, schema: Json, description: str, *, is_required: bool) -> FieldLine:
    return FieldLine(name, tuple(_kinds(schema)), "；".join(_limits(schema)), is_required, description)


def _content_schema(part: Json) -> Json:
    """Of a request body or an answer; empty where there is none."""
    found: Any = next(iter(part.get("content", {}).values()), {})
    return found.get("schema", {}) if isinstance(found, dict) else {}


def _kinds(schema: Json) -> Iterator[Kind]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield Kind(name, name)
    elif "anyOf" in schema:
        for each in schema["anyOf"]:
            yield from _kinds(each)
    elif schema.get("type") == "array":
        yield Kind("若干：")
        yield from _kinds(schema.get("items", {}))
    elif "enum" in schema or "const" in schema:
        yield Kind("、".join(str(each) or "不填" for each in schema.get("enum", [schema.get("const")])))
    elif schema:
        yield Kind(_FORMATS.get(schema.get("format", ""), _KINDS.get(schema.get("type", ""), "任意")))


def _limits(schema: Json) -> Iterator[str]:
    for each in (schema, *schema.get("anyOf", ())):
        yield from (words.format(_plain(each[name])) for name, words in _LIMITS.items() if name in each)


def _plain(limit: object) -> object:
    """Pydantic writes the limits of whole numbers as 0.0."""
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit
