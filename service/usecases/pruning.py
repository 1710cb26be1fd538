"""Deleting what is over, once a day. History and audit are not among it, nor anything that a case consists of."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import delete
from sqlmodel import Session, col, or_, select

from service.clock import now
from service.models import (
    ApiToken,
    Delivery,
    IdempotencyKey,
    Job,
    MailedLink,
    NeedAutosave,
    Notice,
    OneTimeSlip,
    SignedLink,
    SignInAttempt,
    UserSession,
)
from service.services import Services
from service.settings import KeepSettings

log = logging.getLogger(__name__)


def prune(services: Services) -> dict[str, int]:
    """Each in a transaction of its own; what was deleted, and how many. Afterwards the database counts its tables."""
    found = {}
    for what, (days, remove) in PRUNED.items():
        before = now() - timedelta(days=days(services.settings.keep))
        with services.database.writing() as session:
            found[what] = remove(session, before)
    services.database.refresh_statistics()
    log.info("pruned", extra={"reason": " ".join(f"{what}:{count}" for what, count in found.items())})
    return found


def _jobs(session: Session, before: datetime) -> int:
    """Those that failed for good stay: somebody has to look at them."""
    return session.exec(delete(Job).where(col(Job.done_at) < before)).rowcount


def _attempts(session: Session, before: datetime) -> int:
    return session.exec(delete(SignInAttempt).where(col(SignInAttempt.at) < before)).rowcount


def _sessions(session: Session, before: datetime) -> int:
    over = or_(col(UserSession.expires_at) < before, col(UserSession.revoked_at) < before)
    return session.exec(delete(UserSession).where(over)).rowcount


def _tokens(session: Session, before: datetime) -> int:
    over = or_(col(ApiToken.expires_at) < before, col(ApiToken.revoked_at) < before)
    return session.exec(delete(ApiToken).where(over)).rowcount


def _slips(session: Session, before: datetime) -> int:
    return session.exec(delete(OneTimeSlip).where(col(OneTimeSlip.expires_at) < before)).rowcount


def _mailed_links(session: Session, before: datetime) -> int:
    return session.exec(delete(MailedLink).where(col(MailedLink.expires_at) < before)).rowcount


def _signed_links(session: Session, before: datetime) -> int:
    return session.exec(delete(SignedLink).where(col(SignedLink.expires_at) < before)).rowcount


def _notices(session: Session, before: datetime) -> int:
    old = col(Notice.created_at) < before
    session.exec(delete(Delivery).where(col(Delivery.notice_id).in_(select(Notice.id).where(old))))
    return session.exec(delete(Notice).where(old)).rowcount


def _autosaves(session: Session, before: datetime) -> int:
    return session.exec(delete(NeedAutosave).where(col(NeedAutosave.saved_at) < before)).rowcount


def _answers(session: Session, before: datetime) -> int:
    return session.exec(delete(IdempotencyKey).where(col(IdempotencyKey.created_at) < before)).rowcount


# What → (how many days it is kept, how it is deleted).
PRUNED: Mapping[str, tuple[Callable[[KeepSettings], int], Callable[[Session, datetime], int]]] = MappingProxyType(
    {
        "jobs": (lambda keep: keep.jobs_days, _jobs),
        "attempts": (lambda keep: keep.attempts_days, _attempts),
        "sessions": (lambda keep: keep.sign_ins_days, _sessions),
        "tokens": (lambda keep: keep.sign_ins_days, _tokens),
        "slips": (lambda keep: keep.sign_ins_days, _slips),
        "mailed_links": (lambda keep: keep.sign_ins_days, _mailed_links),
        "signed_links": (lambda keep: keep.sign_ins_days, _signed_links),
        "answers": (lambda keep: keep.answers_days, _answers),
        "autosaves": (lambda keep: keep.autosaves_days, _autosaves),
        "notices": (lambda keep: keep.notices_days, _notices),
    }
)
