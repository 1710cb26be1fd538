"""Every request gets a number, a log line, and an answer even if the program fails."""

from __future__ import annotations

import logging
import secrets
import time

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import problem
from service.logs import request_id

log = logging.getLogger(__name__)
HEADER = "X-Request-ID"


class RequestLog:
    """The outermost part of the app. The number is ours: one that came along could be anything."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number, started, statuses = secrets.token_hex(6), time.monotonic(), list[int]()
        before = request_id.set(number)

        async def send_numbered(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
                MutableHeaders(scope=message)[HEADER] = number
            await send(message)

        try:
            await self._answer(scope, receive, send_numbered, statuses)
        finally:
            _note(scope, started, statuses)
            request_id.reset(before)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, statuses: list[int]) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception:
            log.error("request.failed", exc_info=True)
            if statuses:
                # Half an answer is out already; the server has to break off the connection.
                raise
            number = request_id.get()
            told = f"出错了，编号 {number}，内容没有保存。请稍后再试；再出错时请把编号告诉管理员。"
            await problem(500, "failed", told)(scope, receive, send)


def _note(scope: Scope, started: float, statuses: list[int]) -> None:
    """Neither address nor query: they may hold names; nor where it came from."""
    facts = {
        "method": scope["method"],
        "operation": getattr(scope.get("route"), "name", ""),
        "status": statuses[0] if statuses else 0,
        "milliseconds": round((time.monotonic() - started) * 1000),
    }
    log.info("request", extra=facts)
