"""The audit log: one entry per act, chained, in the transaction of the act itself.

digest_n = SHA-256(digest_{n−1} ‖ canonical JSON of the entry). An entry names ids and the digest of what was written,
never a person's words, so that erasing somebody and keeping the log do not contradict each other. The database refuses
to change or delete entries (triggers, first migration).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from sqlalchemy import text
from sqlmodel import Session, col, select

from service.models import AuditEntry, StatusChange

_START = "0" * 64
# Any number will do, as long as nothing else in the database takes the same lock.
_LOCK = 7_063_001
# Put together once, as it is asked with every act.
_LAST = select(AuditEntry.digest).order_by(col(AuditEntry.seq).desc()).limit(1)


def digest_of(*parts: str) -> str:
    """SHA-256 hex over the parts, so that what was said can be shown to be unchanged without being repeated."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def record(
    session: Session, *, actor_id: str | None, act: str, subject_kind: str, subject_id: str, content: str = ""
) -> AuditEntry:
    """Append one entry. content: what was written, of which only the digest is kept."""
    if session.get_bind().dialect.name == "postgresql":
        # SQLite has one writer at a time anyway; here two transactions could read the same last entry.
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    session.flush()
    last = session.exec(_LAST).first()
    entry = AuditEntry(
        actor_id=actor_id,
        act=act,
        subject_kind=subject_kind,
        subject_id=subject_id,
        content_digest=digest_of(content) if content else "",
        previous_digest=last or _START,
        digest="",
    )
    entry.digest = _digest(entry)
    session.add(entry)
    session.flush()
    return entry


def record_change(session: Session, change: StatusChange, *, content: str) -> None:
    """Keep one step of a subject's history together with its audit entry."""
    session.add(change)
    record(
        session,
        actor_id=change.actor_id,
        act=f"{change.subject_kind}.{change.action}",
        subject_kind=change.subject_kind,
        subject_id=change.subject_id,
        content=content,
    )


def first_broken(entries: Iterable[AuditEntry]) -> int | None:
    """The seq of the first entry that does not continue the chain, None if all do. entries: by seq, from the first."""
    before = _START
    for entry in entries:
        if entry.previous_digest != before or entry.digest != _digest(entry):
            return entry.seq
        before = entry.digest
    return None


def _digest(entry: AuditEntry) -> str:
    facts = {
        "at": entry.at.isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "act": entry.act,
        "kind": entry.subject_kind,
        "id": entry.subject_id,
        "content": entry.content_digest,
        "previous": entry.previous_digest,
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
