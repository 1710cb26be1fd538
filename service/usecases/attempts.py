"""How often somebody may try. An attempt counts as failed until it succeeds, so that parallel ones all count.

Counted per name tried, known or not, and per network. A person's mobile number, mail and user name count separately:
a common count would tell a stranger that they belong together.
"""

from __future__ import annotations

import ipaddress
import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, text
from sqlmodel import Session, col, select

from service.audit import digest_of
from service.clock import now
from service.errors import AppError, TooMany
from service.models import SignInAttempt
from service.services import Services
from service.settings import Settings

log = logging.getLogger(__name__)

# One office behind one address shares this many times the failures of one account.
NETWORK_FACTOR = 10
# Any number will do, as long as nothing else in the database takes the same lock.
_LOCK = 7_063_002


@dataclass(frozen=True)
class Attempt:
    seq: int | None
    account: str


def account_key(act: str, name: str) -> str:
    """act: what is tried, so that failing at one thing does not lock another."""
    return digest_of("account", act, name)


def begin(services: Services, act: str, name: str, network: str) -> Attempt:
    """Record an attempt, in a transaction of its own: what follows may fail and the record must stay.

    Raises TooMany, with details["retry_after"] in seconds; nothing is recorded then, so a lock always ends.
    """
    row = SignInAttempt(account=account_key(act, name), network=digest_of("network", _network(network)))
    with services.database.writing() as session:
        if session.get_bind().dialect.name == "postgresql":
            # SQLite has one writer at a time anyway; here many at once could all find room for one more.
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        wait = _wait(session, row, services.settings)
        if wait:
            raise TooMany(_too_many(wait), details={"retry_after": wait})
        session.add(row)
    return Attempt(row.seq, row.account)


@contextmanager
def excused(services: Services, attempt: Attempt, *causes: type[AppError]) -> Iterator[None]:
    """If one of these happens inside, the attempt was no failure of the person and does not count."""
    try:
        yield
    except causes:
        with services.database.writing() as session:
            session.exec(delete(SignInAttempt).where(col(SignInAttempt.seq) == attempt.seq))
        raise


def clear(session: Session, *accounts: str) -> None:
    """The person proved who they are: forget the failures under these keys."""
    session.exec(delete(SignInAttempt).where(col(SignInAttempt.account).in_(accounts)))


def _wait(session: Session, row: SignInAttempt, limits: Settings) -> int:
    """Seconds until the next try, 0 if it may be now."""
    window = timedelta(minutes=limits.sign_in_lock_minutes)
    session.exec(delete(SignInAttempt).where(col(SignInAttempt.at) <= now() - window))
    most = limits.sign_in_failures
    by_account = col(SignInAttempt.account) == row.account
    by_network = col(SignInAttempt.network) == row.network
    latest = select(SignInAttempt.at).order_by(col(SignInAttempt.at).desc(), col(SignInAttempt.seq).desc())
    full_since = [
        session.exec(latest.where(by_account).offset(most - 1).limit(1)).first(),
        session.exec(latest.where(by_network).offset(most * NETWORK_FACTOR - 1).limit(1)).first(),
    ]
    if any(full_since):
        log.info("attempts.locked", extra={"account": full_since[0] is not None, "network": full_since[1] is not None})
    return max((_seconds_until(since + window) for since in full_since if since), default=0)


def _seconds_until(moment: datetime) -> int:
    return max(1, math.ceil((moment - now()).total_seconds()))


def _too_many(wait: int) -> str:
    minutes = math.ceil(wait / 60)
    return f"尝试次数太多，请 {minutes} 分钟后再试。忘记密码的，请联系科协工作人员打印一次性登录单。"


def _network(host: str) -> str:
    """One household has one IPv4 address but 2⁶⁴ of IPv6, so there the first half counts."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), 64), strict=False))
