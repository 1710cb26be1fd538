"""Sessions: a secret in a cookie, its digest in the database, dead as soon as the database says so."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, update
from sqlmodel import Session, col, select

from service import audit
from service.actors import STRANGER, Actor, actor_of
from service.audit import digest_of
from service.clock import now
from service.errors import Busy, NotFound
from service.models import User, UserSession
from service.permissions import require
from service.services import Services
from service.settings import Settings

# Who signs in on one device more ends the session longest unused.
MAX_SESSIONS = 10
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Opened:
    """cookie: the secret, known to nobody else and stored nowhere."""

    user: User
    cookie: str
    expires_at: datetime


_IS_LIVE = (
    col(UserSession.revoked_at).is_(None)
    & (col(UserSession.expires_at) > bindparam("now", callable_=now))
    & (col(UserSession.last_seen_at) > bindparam("idle_since"))
)
# Asked with every request: to put it together would take longer than to run it.
_OWNER = (
    select(UserSession.id, UserSession.last_seen_at, User)
    .join(User, col(User.id) == col(UserSession.user_id))
    .where(_IS_LIVE, UserSession.token_digest == bindparam("digest"), col(User.is_active))
)


def actor_by_session(services: Services, cookie: str) -> Actor:
    """Whose session it is; a stranger if it is none, or no longer."""
    asked = {"digest": digest_of(cookie), "idle_since": _idle_since(services.settings)}
    with services.database.reading() as session:
        found = session.exec(_OWNER, params=asked).first()
        if not found:
            return STRANGER
        own_id, last_seen_at, user = found
        actor = actor_of(session, user)
    if now() - last_seen_at >= _SEEN_EVERY:
        _note_seen(services, own_id)
    return actor


def open_session(session: Session, limits: Settings, user: User, *, replaces: str | None) -> Opened:
    """A new secret at each sign-in. replaces: the cookie the browser had until now, worthless from here on."""
    if replaces:
        end_session(session, replaces)
    for surplus in _live(session, limits, user.id)[MAX_SESSIONS - 1 :]:
        surplus.revoked_at = now()
        session.add(surplus)
    cookie = secrets.token_urlsafe(32)
    expires_at = now() + timedelta(hours=limits.session_hours)
    session.add(UserSession(user_id=user.id, token_digest=digest_of(cookie), last_seen_at=now(), expires_at=expires_at))
    session.flush()
    return Opened(user, cookie, expires_at)


def end_session(session: Session, cookie: str) -> None:
    """Sign out; nothing happens if it is no session."""
    _revoke(session, col(UserSession.token_digest) == digest_of(cookie))


def end_all(session: Session, user_id: str, *, but: str | None = None) -> None:
    """but: a cookie whose session stays."""
    kept = digest_of(but) if but else ""
    _revoke(session, col(UserSession.user_id) == user_id, col(UserSession.token_digest) != kept)


def own_sessions(
    session: Session, services: Services, actor: Actor, cookie: str | None
) -> list[tuple[UserSession, bool]]:
    """Those still usable, the one used last first, each with whether it is the one that asks; at most MAX_SESSIONS."""
    require(actor, "account.own")
    current = digest_of(cookie) if cookie else ""
    live = _live(session, services.settings, actor.user_id or "")
    return [(each, each.token_digest == current) for each in live]


def end_own(session: Session, actor: Actor, session_id: str) -> None:
    """Raises NotFound for somebody else's, as for one that does not exist."""
    require(actor, "account.own")
    if not _revoke(session, col(UserSession.user_id) == actor.user_id, col(UserSession.id) == session_id):
        raise NotFound()
    _record(session, actor, "session.end", session_id)


def end_all_own(session: Session, actor: Actor) -> None:
    """Sign out everywhere, here too."""
    require(actor, "account.own")
    end_all(session, actor.user_id or "")
    _record(session, actor, "session.end_all", actor.user_id or "")


def _record(session: Session, actor: Actor, act: str, subject_id: str) -> None:
    kind = "user" if subject_id == actor.user_id else "session"
    audit.record(session, actor_id=actor.user_id, act=act, subject_kind=kind, subject_id=subject_id)


def _idle_since(limits: Settings) -> datetime:
    return now() - timedelta(minutes=limits.session_idle_minutes)


def _live(session: Session, limits: Settings, user_id: str) -> Sequence[UserSession]:
    return session.exec(
        select(UserSession)
        .where(UserSession.user_id == user_id, _IS_LIVE)
        .order_by(col(UserSession.last_seen_at).desc(), col(UserSession.id)),
        params={"idle_since": _idle_since(limits)},
    ).all()


def _revoke(session: Session, *which: ColumnElement[bool]) -> int:
    changed = session.exec(
        update(UserSession).where(*which, col(UserSession.revoked_at).is_(None)).values(revoked_at=now())
    )
    return changed.rowcount


def _note_seen(services: Services, session_id: str) -> None:
    """Without the version: two requests of one page at the same moment are no conflict."""
    statement = update(UserSession).where(col(UserSession.id) == session_id, col(UserSession.last_seen_at) < now())
    try:
        with services.database.writing() as session:
            session.exec(statement.values(last_seen_at=now()))
    except Busy:
        # Reading must go on while the database cannot be written; the next request notes it.
        return
