"""Deleting files for good: those removed long enough ago, and those that a crash left without a row."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from service import audit
from service.clock import now
from service.models import Attachment
from service.services import Services
from service.settings import Settings

# An upload that is still going on has a file and no row yet; none goes on for a day.
ORPHAN_AGE = timedelta(days=1)


def removal_age(settings: Settings) -> timedelta:
    return timedelta(days=settings.keep_removed_attachments_days)


def prune(services: Services) -> int:
    """How many files were deleted. Safe to run at any time and twice."""
    return _prune_removed(services) + _prune_orphans(services)


def _prune_removed(services: Services) -> int:
    due = select(Attachment).where(
        col(Attachment.removed_at) <= now() - removal_age(services.settings), col(Attachment.stored_name).is_not(None)
    )
    with services.database.reading() as session:
        found = [(each.id, each.stored_name or "") for each in session.exec(due.order_by(Attachment.id))]
    for attachment_id, stored_name in found:
        # The file first: after a crash in between, the row still says what is left to do.
        services.attachments.remove(stored_name)
        with services.database.writing() as session:
            attachment = session.get_one(Attachment, attachment_id)
            attachment.stored_name, attachment.extracted_text = None, ""
            session.add(attachment)
            audit.record(
                session, actor_id=None, act="attachment.prune", subject_kind="attachment", subject_id=attachment_id
            )
    return len(found)


def _prune_orphans(services: Services) -> int:
    old = services.attachments.older_than(now() - ORPHAN_AGE)
    with services.database.reading() as session:
        known = set(session.exec(select(Attachment.stored_name)))
    orphans = [name for name in old if name not in known]
    for name in orphans:
        services.attachments.remove(name)
    return len(orphans)
