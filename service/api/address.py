"""Refuses addresses that no link of ours has: PostgreSQL cannot even look for a text with NUL in it."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.problems import problem


class AddressGuard:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"]):
            answer = problem(404, "http", "没有这个地址：其中有不能使用的字符。请检查链接，或联系发给您链接的人。")
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)
