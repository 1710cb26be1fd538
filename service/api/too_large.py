"""A body over the limit is refused by the framework, in English and before any of our handlers: here it gets words."""

from __future__ import annotations

from fastapi.responses import PlainTextResponse
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import problem

_TOLD = "内容太大，没有保存。请缩短文字或减小附件后再试；在网页上请按“后退”键，刚才填写的内容还在。"


class TooLarge:
    """Goes around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        replaced = False

        async def send_words(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and _is_of_framework(message):
                replaced = True
                in_words = problem(413, "too_large", _TOLD) if _is_interface(scope) else PlainTextResponse(_TOLD, 413)
                await in_words(scope, receive, send)
            elif not replaced:
                await send(message)

        await self._app(scope, receive, send_words)


def _is_of_framework(message: Message) -> bool:
    kind = Headers(raw=message["headers"]).get("content-type", "")
    return message["status"] == 413 and kind.startswith("text/plain")


def _is_interface(scope: Scope) -> bool:
    return str(scope["path"]).startswith("/api/")
