"""The header Idempotency-Key: whoever is unsure whether a request arrived sends it again with the same key.

The dependency `writing` asks for an earlier answer before the act, in the act's own transaction; the route keeps the
new answer once it is formed, before that transaction ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from service.actors import Actor
from service.audit import digest_of
from service.errors import Invalid
from service.usecases.repeats import Answer, Claim, earlier_answer, keep_answer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
WRITING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# Their answers hold a secret or give a cookie, which must not lie in a table; to repeat one of them does no harm.
NEVER_KEPT = frozenset(
    {
        "sign_in_with_password",
        "sign_out",
        "sign_out_everywhere",
        "register",
        "change_password",
        "create_token",
        "issue_slip",
        "redeem_slip",
    }
)
# Write in transactions of their own, with slow work in between; a repeat is refused or does no harm.
WITHOUT_KEY = frozenset(
    {
        "upload_attachment",
        "upload_file_of_minutes",
        "upload_evidence",
        "upload_scan",
        "forget_password",
        "reset_password",
        "ask_to_confirm_mail",
        "erase_own",
    }
)
_KEY = re.compile(r"[!-~]{1,64}")


class Answered(Exception):
    """The act was done before, and answered with this."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


@dataclass
class Pending:
    """A request under a key. asked: digest of all it says; session, claim: once the act's transaction is open."""

    route: str
    key: str
    asked: str
    session: Session | None = None
    claim: Claim | None = None


class KeptRoute(APIRoute):
    """A route that honours the header; safe methods, NEVER_KEPT and WITHOUT_KEY go past it."""

    @property
    def is_kept(self) -> bool:
        return bool(WRITING_METHODS & (self.methods or set())) and self.name not in NEVER_KEPT | WITHOUT_KEY

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        if not self.is_kept:
            return handle

        async def handle_once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None:
                return await handle(request)
            pending = Pending(self.name, _checked(key), await _asked(request))
            request.state.pending = pending
            try:
                response = await handle(request)
            except Answered as earlier:
                return _again(earlier.answer)
            if pending.session is not None and pending.claim is not None and response.status_code < 400:
                answer = Answer(response.status_code, bytes(response.body))
                await run_in_threadpool(keep_answer, pending.session, pending.claim, answer)
            return response

        return handle_once


def begin(request: Request, session: Session, actor: Actor) -> None:
    """Raises Answered if the act was done before; InProgress, KeyReused. Strangers are refused by the act itself."""
    pending: Pending | None = getattr(request.state, "pending", None)
    if pending is None or actor.user_id is None:
        return
    # A token must not read what another sign-in of the same person was answered.
    asked = digest_of(pending.asked, *sorted(actor.scopes or ()), "token" if actor.scopes is not None else "session")
    claim = Claim(actor.user_id, pending.route, pending.key, asked)
    earlier = earlier_answer(session, claim)
    if earlier is not None:
        raise Answered(earlier)
    pending.session, pending.claim = session, claim


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise Invalid("幂等键（Idempotency-Key）应为 1—64 个可见的英文字符，例如一个 UUID。", field=HEADER)
    return key


async def _asked(request: Request) -> str:
    said = f"{request.method} {request.scope['path']}?{request.scope['query_string'].decode('latin-1')}\n"
    return sha256(said.encode() + await request.body()).hexdigest()


def _again(answer: Answer) -> Response:
    headers = {REPLAYED: "true", "Cache-Control": "no-store"}
    media_type = "application/json" if answer.body else None
    return Response(answer.body, answer.status, headers, media_type)
