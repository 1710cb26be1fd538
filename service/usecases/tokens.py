"""接口令牌: what a program shows instead of a password, for some of what its user may do, for some time."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, bindparam, update
from sqlmodel import Session, col, select

from service import audit
from service.actors import STRANGER, Actor, actor_of
from service.audit import digest_of
from service.clock import now
from service.errors import Conflict, Invalid, NotFound
from service.models import ApiToken, User
from service.permissions import BY_TOKEN, POLICIES, require
from service.rules.plain_text import clean_text
from service.services import Services
from service.usecases.secrecy import refuse_secrets

MAX_DAYS = 365
MAX_TOKENS = 20
# So that one published by mistake can be searched for.
PREFIX = "kc_"
_SCOPES_CHARS = 4_000


_IS_LIVE = col(ApiToken.revoked_at).is_(None) & (col(ApiToken.expires_at) > bindparam("now", callable_=now))
# Asked with every request: to put it together would take longer than to run it.
_OWNER = (
    select(ApiToken.scopes, User)
    .join(User, col(User.id) == col(ApiToken.user_id))
    .where(_IS_LIVE, ApiToken.token_digest == bindparam("digest"), col(User.is_active))
)


def actor_by_token(services: Services, token: str) -> Actor:
    """Whose token it is, narrowed to its scopes; a stranger if it is none, or no longer."""
    with services.database.reading() as session:
        found = session.exec(_OWNER, params={"digest": digest_of(token)}).first()
        if not found:
            return STRANGER
        scopes, user = found
        return actor_of(session, user, frozenset(scopes.split()))


def grantable_scopes(actor: Actor) -> dict[str, str]:
    """name → title, of all that a token may be allowed."""
    require(actor, "signed_in")
    return {name: policy.title for name, policy in POLICIES.items() if name in BY_TOKEN}


def create_token(
    session: Session, services: Services, actor: Actor, *, name: str, scopes: Iterable[str], days: int
) -> tuple[ApiToken, str]:
    """The second is the token itself: shown once, stored nowhere. Raises Invalid, Conflict (too many)."""
    require(actor, "account.own")
    refuse_secrets({"名称": name}, services.settings.secrecy_officer)
    label = clean_text(name, max_chars=50, single_line=True)
    if label.error or not label.text:
        raise Invalid(label.error or "请给令牌起个名字，写明给哪个程序用。", field="name")
    if not 1 <= days <= MAX_DAYS:
        raise Invalid(f"有效期应为 1—{MAX_DAYS} 天，到期可以重新签发。", field="days")
    granted = _checked_scopes(actor, scopes)
    if len(list_tokens(session, actor)) >= MAX_TOKENS:
        raise Conflict(f"最多同时有 {MAX_TOKENS} 个令牌，请先撤销不用的。")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user_id=actor.user_id or "",
        name=label.text,
        token_digest=digest_of(secret),
        scopes=granted,
        expires_at=now() + timedelta(days=days),
    )
    session.add(token)
    session.flush()
    audit.record(
        session, actor_id=actor.user_id, act="token.create", subject_kind="token", subject_id=token.id, content=granted
    )
    return token, secret


def list_tokens(session: Session, actor: Actor) -> Sequence[ApiToken]:
    """One's own that still work, the newest first; at most MAX_TOKENS."""
    require(actor, "account.own")
    return session.exec(
        select(ApiToken)
        .where(ApiToken.user_id == actor.user_id, _IS_LIVE)
        .order_by(col(ApiToken.created_at).desc(), col(ApiToken.id))
    ).all()


def revoke_token(session: Session, actor: Actor, token_id: str) -> None:
    """Raises NotFound for somebody else's, as for one that does not exist."""
    require(actor, "account.own")
    if not _revoke(session, col(ApiToken.user_id) == actor.user_id, col(ApiToken.id) == token_id):
        raise NotFound()
    audit.record(session, actor_id=actor.user_id, act="token.revoke", subject_kind="token", subject_id=token_id)


def revoke_all(session: Session, user_id: str) -> None:
    _revoke(session, col(ApiToken.user_id) == user_id)


def _checked_scopes(actor: Actor, scopes: Iterable[str]) -> str:
    wanted = sorted(set(scopes))
    if not wanted:
        raise Invalid("请至少选一项令牌可以做的事。", field="scopes")
    if not set(wanted) <= grantable_scopes(actor).keys():
        raise Invalid("有的权限不存在，或者不能给令牌。请从列出的权限里选。", field="scopes")
    joined = " ".join(wanted)
    if len(joined) > _SCOPES_CHARS:
        raise Invalid("选的权限太多。请只选需要的，或者分成两个令牌。", field="scopes")
    return joined


def _revoke(session: Session, *which: ColumnElement[bool]) -> int:
    changed = session.exec(update(ApiToken).where(*which, col(ApiToken.revoked_at).is_(None)).values(revoked_at=now()))
    return changed.rowcount
