"""An act asked for again is answered again, not done again.

Answer and effect are in one transaction: a crash leaves both or neither. Only what succeeded is kept; what failed may
be tried again with the same key.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session, select

from service.audit import digest_of
from service.errors import InProgress, KeyReused
from service.models import IdempotencyKey


@dataclass(frozen=True)
class Claim:
    """Whose act, which one, under which key; body_hash: of everything that was asked for."""

    user_id: str
    route: str
    key: str
    body_hash: str


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


def earlier_answer(session: Session, claim: Claim) -> Answer | None:
    """What was answered before, None if the act is to be done now. The first thing in the transaction of the act.

    Raises InProgress (it is being done at this moment), KeyReused (the key stands for something else).
    """
    # SQLite has one writer at a time: who waited for the other sees what the other kept.
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_try_advisory_xact_lock(:lock)")
        if not session.execute(lock, {"lock": _lock_of(claim)}).scalar_one():
            raise InProgress("同样的请求正在办理，请过几秒再试；不会办两次。")
    kept = _kept(session, claim)
    if kept is None:
        return None
    if kept.body_hash != claim.body_hash:
        raise KeyReused("这个幂等键（Idempotency-Key）已经用在另一个请求上，没有办理。请换一个新的键再发。")
    return Answer(kept.status, kept.answer)


def answer_to(session: Session, claim: Claim) -> Answer | None:
    """What this key was answered, whatever else was asked with it."""
    kept = _kept(session, claim)
    return Answer(kept.status, kept.answer) if kept else None


def _kept(session: Session, claim: Claim) -> IdempotencyKey | None:
    return session.exec(
        select(IdempotencyKey).where(
            IdempotencyKey.user_id == claim.user_id,
            IdempotencyKey.route == claim.route,
            IdempotencyKey.key == claim.key,
        )
    ).first()


def keep_answer(session: Session, claim: Claim, answer: Answer) -> None:
    """The last thing in the transaction of the act."""
    session.add(
        IdempotencyKey(
            user_id=claim.user_id,
            route=claim.route,
            key=claim.key,
            body_hash=claim.body_hash,
            status=answer.status,
            answer=answer.body,
        )
    )
    session.flush()


def _lock_of(claim: Claim) -> int:
    """64 bits with a sign, as PostgreSQL numbers its locks."""
    digest = digest_of("idempotency", claim.user_id, claim.route, claim.key)
    return int.from_bytes(bytes.fromhex(digest)[:8], signed=True)
