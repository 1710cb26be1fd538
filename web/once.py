"""A form sent twice (a double click, Back and again, a lost answer) is done once."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from sqlmodel import Session
from starlette.datastructures import FormData

from service.actors import Actor
from service.audit import digest_of
from service.errors import KeyReused
from service.usecases.repeats import Answer, Claim, answer_to, earlier_answer, keep_answer
from web.sent import kept

FIELD = "once"
_OTHERWISE = (
    "这份表单刚才已经提交过，那一次已经办好；这一次内容不同，没有办理，您填写的都在。"
    "请先到列表里看看刚才办好的；要再办一件，请重新打开表单。"
)


def fresh_key() -> str:
    return secrets.token_hex(16)


def once(session: Session, actor: Actor, act: str, sent: FormData, do: Callable[[], str]) -> str:
    """do: the act, which says where to go next; that is also what a repeat is answered. In the act's transaction.

    Raises InProgress; KeyReused for the same form with something else in it, as after Back.
    """
    claim = _claim(actor, act, sent)
    if claim is None:
        return do()
    try:
        earlier = earlier_answer(session, claim)
    except KeyReused:
        raise KeyReused(_OTHERWISE) from None
    if earlier is not None:
        return earlier.body.decode()
    address = do()
    keep_answer(session, claim, Answer(303, address.encode()))
    return address


def done_by_it(session: Session, actor: Actor, act: str, sent: FormData) -> str:
    """Where this form led to when it was sent before, whatever else stood in it; "" if it was not."""
    claim = _claim(actor, act, sent)
    kept_answer = answer_to(session, claim) if claim else None
    return kept_answer.body.decode() if kept_answer else ""


def _claim(actor: Actor, act: str, sent: FormData) -> Claim | None:
    key = sent.get(FIELD)
    if not isinstance(key, str) or not key or actor.user_id is None:
        return None
    return Claim(actor.user_id, f"page:{act}", key[:64], digest_of(kept(sent)))
