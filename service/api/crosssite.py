"""Refuses writing requests that another site made a browser send: the browser says where a request comes from."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.problems import problem

_SAFE = ("GET", "HEAD", "OPTIONS")


class CrossSiteGuard:
    """Requests without a cookie pass: they carry nobody's rights but those they show themselves (a token)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in _SAFE and not _is_own(Headers(scope=scope)):
            answer = problem(403, "cross_site", "这个请求不是从本站页面发出的，已拒绝。请回到本站页面重新办理。")
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_own(headers: Headers) -> bool:
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site:
        return site in ("same-origin", "none")
    if origin:
        return urlsplit(origin).netloc == headers.get("host")
    return "cookie" not in headers
