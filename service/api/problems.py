"""Errors as JSON (RFC 9457): a Chinese sentence that says what to do, and never what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from service.errors import AppError
from service.logs import request_id

_FIELD_MESSAGES = {
    "missing": "必填。",
    "string_too_long": "太长，请缩短。",
    "string_too_short": "太短，请补充。",
    "too_long": "项数太多，请减少。",
    "too_short": "请至少给出一项。",
    "extra_forbidden": "没有这一项，请去掉。",
    "json_invalid": "内容不是有效的 JSON，请检查格式。",
    "enum": "不在可选范围内，请从给出的选项中选。",
    "literal_error": "不在可选范围内，请从给出的选项中选。",
    "greater_than_equal": "太小，请改大。",
    "less_than_equal": "太大，请改小。",
}
_TYPE_MESSAGES = {
    "int": "应为整数。",
    "date": "应为日期，例如 2026-11-22。",
    "bool": "应为是或否。",
    "string": "应为文字。",
}
_STATUS_MESSAGES = {
    404: "没有找到，或者您无权查看。请检查链接，或联系发给您链接的人。",
    405: "这个地址不能这样使用。请查看接口说明。",
    413: "内容太大。请缩短文字或减小附件后重试。",
}


def problem(status: int, code: str, message: str, **more: object) -> JSONResponse:
    """Where the program or the database failed, the request's number is in the answer: people read it to the staff."""
    body = {"type": f"/problems/{code}", "status": status, "code": code, "title": message, **more}
    if status >= 500 and request_id.get():
        body["request_id"] = request_id.get()
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def add_handlers(app: FastAPI) -> None:
    @app.exception_handler(AppError)
    def app_error(_: Request, error: AppError) -> JSONResponse:
        more = {"field": error.field} if error.field else {}
        answer = problem(error.status, error.code, error.message, **more, **error.details)
        if error.status in (429, 503):
            answer.headers["Retry-After"] = str(error.details.get("retry_after", 5))
        return answer

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        fields = [{"field": _field(found["loc"]), "message": field_message(found)} for found in error.errors()]
        return problem(422, "invalid", "有内容需要修改，请看每一项的说明。", fields=fields)

    @app.exception_handler(HTTPException)
    def http(_: Request, error: HTTPException) -> JSONResponse:
        message = _STATUS_MESSAGES.get(error.status_code, "请求不能完成。请返回重试。")
        return problem(error.status_code, "http", message)


def _field(place: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in place[1:]) or str(place[0])


def field_message(found: Mapping[str, Any]) -> str:
    """What is wrong with one field, of pydantic's errors, in words."""
    kind = str(found["type"])
    if kind == "value_error":
        return str(found["msg"]).removeprefix("Value error, ")
    if kind in _FIELD_MESSAGES:
        return _FIELD_MESSAGES[kind]
    known = next((text for name, text in _TYPE_MESSAGES.items() if kind.startswith(name)), None)
    return known or "填写有误，请检查格式。"
