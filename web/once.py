"""A form sent twice (a double click, Back and again, a lost answer) is done once."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from sqlmodel import Session
from starlette.datastructures import FormData

from service.actors import Actor
from service.audit import digest_of
from service.usecases.repeats import Answer, Claim, earlier_answer, keep_answer
from web.sent import kept

FIELD = "once"


def fresh_key() -> str:
    return secrets.token_hex(16)


def once(session: Session, actor: Actor, act: str, sent: FormData, do: Callable[[], str]) -> str:
    """do: the act, which says where to go next; that is also what a repeat is answered. In the act's transaction.

    Raises InProgress, KeyReused.
    """
    key = sent.get(FIELD)
    if not isinstance(key, str) or not key or actor.user_id is None:
        return do()
    claim = Claim(actor.user_id, f"page:{act}", key[:64], digest_of(kept(sent)))
    earlier = earlier_answer(session, claim)
    if earlier is not None:
        return earlier.body.decode()
    address = do()
    keep_answer(session, claim, Answer(303, address.encode()))
    return address
