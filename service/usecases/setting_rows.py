"""The rows of settings: reading who set what, and setting it anew with an audit entry."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.clock import now
from service.errors import Stale
from service.models import StoredSetting, User
from service.schemas.stored_settings import ChangeOut


def rows(session: Session) -> dict[str, StoredSetting]:
    return {row.name: row for row in session.exec(select(StoredSetting))}


def changes(session: Session, found: Iterable[StoredSetting]) -> dict[str, ChangeOut]:
    """By name of the setting."""
    held = list(found)
    wanted = sorted({row.changed_by_id for row in held if row.changed_by_id})
    names = dict(session.exec(select(User.id, User.name).where(col(User.id).in_(wanted))).all()) if wanted else {}
    return {
        row.name: ChangeOut(
            version=row.version or 0,
            changed_by=names.get(row.changed_by_id or "", "（账号已注销）"),
            changed_at=row.changed_at,
        )
        for row in held
    }


def change_of(session: Session, name: str) -> ChangeOut:
    found = _row(session, name)
    return changes(session, [found] if found else []).get(name, ChangeOut())


def store(session: Session, actor: Actor, name: str, value: str | None, *, version: int, act: str) -> StoredSetting:
    """value: as JSON; None gives it back to the environment. The caller has asked whether this person may, and has
    checked the value. Raises Stale if somebody stored it after this person saw it.
    """
    row = _row(session, name)
    if version != (row.version if row else 0):
        raise Stale(
            "您打开之后，这一项已有改动。页面上现在是最新的，请核对后再改。",
            details={"version": row.version if row else 0},
        )
    row = row or StoredSetting(name=name)
    row.value, row.changed_by_id, row.changed_at = value, actor.user_id, now()
    session.add(row)
    session.flush()
    audit.record(
        session,
        actor_id=actor.user_id,
        act=f"setting.{act}",
        subject_kind="setting",
        subject_id=row.id,
        content="\x1f".join((name, value or "")),
    )
    return row


def _row(session: Session, name: str) -> StoredSetting | None:
    return session.exec(select(StoredSetting).where(StoredSetting.name == name)).first()
