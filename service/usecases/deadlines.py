"""Silence has consequences: reminders to whose turn it is, and the steps that the clock takes once the time is up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlmodel import Session, col, select

from service.actors import SYSTEM
from service.clock import now, today
from service.errors import AppError
from service.models import Announcement
from service.rules.reminders import Stage, next_after, stages_at
from service.rules.work_calendar import is_past
from service.services import Services
from service.usecases.announcements import about, told_to
from service.usecases.circles import administrators
from service.usecases.concerned import KINDS, Affair, Kind, affair_of, leads, whose_turn
from service.usecases.consultations import close_unconfirmed
from service.usecases.invitations import expire as expire_invitation
from service.usecases.need_effects import expire
from service.usecases.notice_texts import Words, left_in_words, of_reminder
from service.usecases.referrals import expire as expire_referral
from service.usecases.telling import About, is_new, tell
from service.workflow.engine import CALENDAR_DAYS, Clockwork, Transition, Turn, perform
from service.workflow.needs import NEED

log = logging.getLogger(__name__)

# What the clock does through a use case, because more follows than the step: (session, services, subject id).
Effect = Callable[[Session, Services, str], object]
EFFECTS: Mapping[tuple[str, str], Effect] = MappingProxyType(
    {
        ("need", "expire"): expire,
        ("invitation", "expire"): expire_invitation,
        ("referral", "expire"): expire_referral,
        ("consultation", "close_unconfirmed"): close_unconfirmed,
    }
)
# These wait until somebody was reminded twice and then had a working day, from morning to morning.
_AFTER_TWO_REMINDERS = frozenset({("need", "expire"), ("consultation", "close_unconfirmed")})
# The second reminder of somebody who, because nothing ran, was not reminded twice in time.
_AGAIN = "again"
_MOST_KEYS = 500


def pass_deadlines(services: Services, effects: Mapping[tuple[str, str], Effect] = EFFECTS) -> int:
    """Take every step whose time has come, each in a transaction of its own; how many there were."""
    done = 0
    for kind in KINDS.values():
        for transition in kind.lifecycle.transitions:
            if transition.after_due:
                done += sum(
                    _pass(services, effects, kind, transition, each) for each in _overdue(services, kind, transition)
                )
    return done


def remind(services: Services) -> None:
    """Once for each stage of each clock."""
    with services.database.reading() as session:
        reached = [(kind, found) for kind in KINDS.values() for found in _to_be_reminded(session, services, kind)]
    for kind, (subject_id, stage, key) in reached:
        try:
            with services.database.writing() as session:
                _remind(session, services, affair_of(session, kind.lifecycle.name, subject_id), stage, key)
        except AppError as error:
            log.info("reminder.put_off", extra={"key": key, "reason": error.code})


def warn_of_calendar(services: Services) -> None:
    """Administrators, once a week, as long as a notice of the State Council is missing."""
    warning = services.clockwork.calendar.unpublished_warning(today())
    if warning is None:
        return
    year, week, _ = today().isocalendar()
    key = f"calendar:{year}-{week}"
    with services.database.writing() as session:
        if is_new(session, key):
            words, page = Words("工作日历需要更新", warning), About("work_calendar", str(year), "/")
            for recipient in administrators(session):
                tell(session, services, recipient, key, page, words, calls=True)


def _overdue(services: Services, kind: Kind, transition: Transition[Any]) -> list[str]:
    table: Any = kind.table
    wanted = select(table.id).where(table.state.in_(transition.sources), table.due_at < now().replace(microsecond=0))
    with services.database.reading() as session:
        return list(session.exec(wanted.order_by(table.due_at, table.id)))


def _pass(
    services: Services,
    effects: Mapping[tuple[str, str], Effect],
    kind: Kind,
    transition: Transition[Any],
    subject_id: str,
) -> bool:
    """One that cannot be done must not keep the others from being done."""
    name = kind.lifecycle.name
    step = (name, transition.action)
    key = f"{name}:{subject_id}"
    try:
        with services.database.writing() as session:
            affair = affair_of(session, name, subject_id)
            if affair is None or not _is_due(session, services.clockwork, affair, transition):
                return False
            if step in effects:
                effects[step](session, services, subject_id)
            else:
                perform(
                    session,
                    kind.lifecycle,
                    affair.subject,
                    transition.action,
                    SYSTEM,
                    services.clockwork,
                    as_consequence=True,
                )
    except AppError as error:
        log.warning("deadline.refused", extra={"key": key, "reason": error.code})
        return False
    except Exception:
        log.error("deadline.failed", extra={"key": key}, exc_info=True)
        return False
    return True


def _is_due(session: Session, clockwork: Clockwork, affair: Affair, transition: Transition[Any]) -> bool:
    """As it is now; and nothing happens to what is sealed."""
    subject = affair.subject
    if subject.state not in transition.sources or subject.due_at is None or not is_past(subject.due_at, now()):
        return False
    if affair.is_sealed:
        return False
    if (affair.name, transition.action) not in _AFTER_TWO_REMINDERS:
        return True
    reminded = _reminded(session, _entry(affair.name, subject.id, subject.entered_at))
    return len(reminded) > 1 and next_after(clockwork.calendar, reminded[-1]) <= now()


def _to_be_reminded(session: Session, services: Services, kind: Kind) -> list[tuple[str, str, str]]:
    """(subject id, stage, key) of those whose stage nobody was told of."""
    rows = session.exec(_clocked(kind.lifecycle.name)).all()
    reached = [found for row in rows for found in _stages(session, services.clockwork, kind, *row)]
    known: set[str] = set()
    for start in range(0, len(reached), _MOST_KEYS):
        keys = [key for _, _, key in reached[start : start + _MOST_KEYS]]
        known.update(session.exec(select(Announcement.key).where(col(Announcement.key).in_(keys))))
    return [found for found in reached if found[2] not in known]


@cache
def _clocked(kind: str) -> Any:
    """Whatever a clock runs for, the most urgent first; put together once."""
    table: Any = KINDS[kind].table
    clocked = [state for state, note in KINDS[kind].lifecycle.states.items() if note.deadline]
    return (
        select(table.id, table.state, table.entered_at, table.due_at)
        .where(table.state.in_(clocked), table.due_at.is_not(None), table.entered_at.is_not(None))
        .order_by(table.due_at, table.id)
    )


def _stages(
    session: Session, clockwork: Clockwork, kind: Kind, subject_id: str, state: str, start: datetime, due: datetime
) -> list[tuple[str, str, str]]:
    by_calendar = kind.lifecycle.states[state].deadline.endswith(CALENDAR_DAYS)
    stages: list[str] = list(stages_at(clockwork.calendar, start, due, now(), by_calendar=by_calendar))
    entry = _entry(kind.lifecycle.name, subject_id, start)
    if Stage.OVERDUE in stages and _waits_for_reminders(kind, state):
        reminded = _reminded(session, entry)
        if len(reminded) == 1 and next_after(clockwork.calendar, reminded[-1]) <= now():
            stages.append(_AGAIN)
    return [(subject_id, stage, f"{entry}{stage}") for stage in stages]


def _remind(session: Session, services: Services, affair: Affair | None, stage: str, key: str) -> None:
    if affair is None or _is_silent(affair) or not is_new(session, key):
        return
    subject, note = affair.subject, affair.kind.lifecycle.states[affair.subject.state]
    recipients = leads(session, affair) if stage == Stage.RED else whose_turn(session, affair, note.turn)
    by_calendar = note.deadline.endswith(CALENDAR_DAYS)
    left = left_in_words(services.clockwork.calendar, subject.due_at, now(), by_calendar=by_calendar)
    for recipient in recipients:
        circle = Turn.STAFF if stage == Stage.RED else note.turn
        told = told_to(session, affair, recipient, circle, state=subject.state, is_reader=stage != Stage.RED)
        words = of_reminder(told, _prefix(stage, note.turn), left)
        tell(session, services, recipient, key, about(affair), words, calls=True)


def _is_silent(affair: Affair) -> bool:
    """Sealed, over, or the same clock runs on the need itself, which reminds of it."""
    need = affair.need
    if need is None or affair.is_sealed:
        return affair.is_sealed
    state = NEED.states[need.state]
    mirrors = (
        affair.subject is not need and affair.kind.lifecycle.states[affair.subject.state].deadline == state.deadline
    )
    return state.is_final or mirrors


def _prefix(stage: str, turn: Turn) -> str:
    if stage == Stage.RED:
        return "红牌"
    if stage in (Stage.OVERDUE, _AGAIN):
        return "黄牌" if turn is Turn.STAFF else "已超期"
    return "提醒"


def _waits_for_reminders(kind: Kind, state: str) -> bool:
    return any(
        state in transition.sources and (kind.lifecycle.name, transition.action) in _AFTER_TWO_REMINDERS
        for transition in kind.lifecycle.transitions
    )


def _entry(kind: str, subject_id: str, entered_at: datetime) -> str:
    """What the keys of all reminders of one clock begin with."""
    return f"remind:{kind}:{subject_id}:{entered_at.isoformat()}:"


def _reminded(session: Session, entry: str) -> list[datetime]:
    """When; what was told to whoever leads is no reminder."""
    of_entry = col(Announcement.key).startswith(entry, autoescape=True)
    wanted = select(Announcement.created_at).where(of_entry, Announcement.key != f"{entry}{Stage.RED}")
    return list(session.exec(wanted.order_by(col(Announcement.created_at))))
