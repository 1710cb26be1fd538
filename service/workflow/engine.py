"""The only way a state changes: one transition, with its history, audit entry, clock and jobs, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from sqlmodel import Session, col, select

from service import audit, jobs
from service.actors import Actor
from service.clock import beijing, now
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.facts import Fact
from service.models import StatusChange
from service.rules.work_calendar import WorkCalendar, end_of_day
from service.settings import Deadlines

S = TypeVar("S", bound=StrEnum)
# A deadline so named counts days of the calendar, the others working days.
CALENDAR_DAYS = "_calendar_days"
# Why it is not ready, in words for the person who tried; None if it is.
Guard = Callable[[Session, Any], str | None]


class Turn(StrEnum):
    """轮到谁."""

    OWNER = "需求方"
    HOLDER = "成果方"
    STAFF = "科协"
    EXPERT = "专家或承接单位"
    RECEIVER = "接单单位"
    BROKER = "技术经理人"
    NOBODY = "无人"


@dataclass(frozen=True)
class StateNote:
    """label: shown to everybody; turn: whose move it is. deadline: a field of Deadlines, "" if there is no clock, and
    then why_no_clock says so. is_final: over, unless it is taken up again."""

    label: str
    turn: Turn
    deadline: str = ""
    why_no_clock: str = ""
    is_final: bool = False


@dataclass(frozen=True)
class Transition(Generic[S]):
    """action: the verb in the URL; label: on the button. reasons: code → definition, one of which must be given.

    internal: never by its name alone: as a consequence, by the clock, or by a use case of its own that asks for more
    than a reason and a note. after_due: the clock does it once the time is up. reopens: the only kind that leaves a
    final state. resumes: back to a state whose clock stood still while the other side owed an answer.
    """

    action: str
    label: str
    sources: tuple[S, ...]
    target: S
    who: Fact
    guards: tuple[Guard, ...] = ()
    jobs: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    note_required: bool = False
    internal: bool = False
    after_due: bool = False
    reopens: bool = False
    resumes: bool = False


class Stateful(Protocol):
    id: str
    state: Any
    entered_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True)
class Lifecycle(Generic[S]):
    name: str
    label: str
    initial: S
    states: Mapping[S, StateNote]
    transitions: tuple[Transition[S], ...]

    def find(self, action: str) -> Transition[S]:
        for transition in self.transitions:
            if transition.action == action:
                return transition
        raise NotFound(f"{self.label}没有“{action}”这一步。请刷新页面，按页面上的按钮办理。")


@dataclass(frozen=True)
class Clockwork:
    """What turns a deadline's name into a moment."""

    calendar: WorkCalendar
    deadlines: Deadlines

    def resumed(self, note: StateNote, start: datetime, due: datetime, stopped: datetime) -> datetime:
        """A clock that was to end at due and stood still since stopped goes on from start: with the days that were
        left, and one at least, or who is slow would find the other late on arrival."""
        first, last = beijing(stopped).date(), beijing(due).date()
        if note.deadline.endswith(CALENDAR_DAYS):
            return end_of_day(beijing(start).date() + max(last - first, timedelta(days=1)))
        return self.calendar.due(start, max(self.calendar.working_days_between(first, last), 1))

    def due(self, note: StateNote, start: datetime) -> datetime | None:
        if not note.deadline:
            return None
        days: int = getattr(self.deadlines, note.deadline)
        if note.deadline.endswith(CALENDAR_DAYS):
            return end_of_day(beijing(start).date() + timedelta(days=days))
        return self.calendar.due(start, days)


def available(
    lifecycle: Lifecycle[S],
    subject: Stateful,
    actor: Actor,
    seen: object | None = None,
    *,
    with_own_forms: bool = False,
) -> list[Transition[S]]:
    """The buttons this person sees. Guards may refuse later with a reason; wrong people and states see nothing.

    seen: what facts look at, if that is more than the row itself (facts.Case). with_own_forms: the internal steps too,
    where each that a person takes has a use case of its own.
    """
    return [
        transition
        for transition in lifecycle.transitions
        if (with_own_forms or not transition.internal)
        and subject.state in transition.sources
        and transition.who(actor, seen or subject)
    ]


def why_not_yet(session: Session, transition: Transition[S], subject: Stateful) -> str | None:
    """What stands in the way of a step that this person may take, in words; None if nothing does."""
    found = (guard(session, subject) for guard in transition.guards)
    return next((obstacle for obstacle in found if obstacle), None)


def perform(
    session: Session,
    lifecycle: Lifecycle[S],
    subject: Stateful,
    action: str,
    actor: Actor,
    clockwork: Clockwork,
    *,
    reason: str = "",
    note: str = "",
    as_consequence: bool = False,
    by_own_form: bool = False,
    seen: object | None = None,
) -> StatusChange:
    """Move the subject along one transition, or raise and change nothing. seen: as for `available`.

    as_consequence: of something else that was allowed, so that nobody is asked for. by_own_form: an internal step,
    taken by its own use case for a person who must be entitled to it.

    Raises NotFound (no such action), Forbidden (wrong person), Conflict (wrong state, not ready, changed by somebody
    else meanwhile), Invalid (a reason or a note is missing).
    """
    transition = lifecycle.find(action)
    if transition.internal and not (as_consequence or by_own_form):
        raise NotFound(f"{lifecycle.label}没有“{action}”这一步。请刷新页面，按页面上的按钮办理。")
    if not as_consequence and not transition.who(actor, seen or subject):
        raise Forbidden(f"您不能办理“{transition.label}”。如有疑问，请联系受理的科协工作人员。")
    _refuse_unless_ready(session, lifecycle, transition, subject)
    _refuse_without_words(transition, reason, note)
    source, subject.state = subject.state, transition.target
    subject.entered_at = now()
    subject.due_at = _due(session, lifecycle, transition, subject, clockwork, subject.entered_at)
    change = StatusChange(
        subject_kind=lifecycle.name,
        subject_id=subject.id,
        action=action,
        source=source,
        target=transition.target,
        actor_id=actor.signature,
        reason=reason,
        note=note.strip(),
        due_at=subject.due_at,
    )
    session.add(subject)
    for name in transition.jobs:
        jobs.enqueue(session, name, key=f"{lifecycle.name}:{subject.id}")
    audit.record_change(session, change, content="\x1f".join((source, transition.target, reason, note.strip())))
    return change


def _due(
    session: Session,
    lifecycle: Lifecycle[S],
    transition: Transition[S],
    subject: Stateful,
    clockwork: Clockwork,
    start: datetime,
) -> datetime | None:
    note = lifecycle.states[transition.target]
    if transition.resumes and note.deadline:
        known = select(StatusChange).where(
            StatusChange.subject_kind == lifecycle.name,
            StatusChange.subject_id == subject.id,
            StatusChange.source != StatusChange.target,
        )
        newest = col(StatusChange.seq).desc()
        entered = session.exec(known.where(StatusChange.target == transition.target).order_by(newest)).first()
        left = session.exec(known.where(StatusChange.source == transition.target).order_by(newest)).first()
        if entered is not None and entered.due_at is not None and left is not None:
            return clockwork.resumed(note, start, entered.due_at, left.at)
    return clockwork.due(note, start)


def _refuse_unless_ready(
    session: Session, lifecycle: Lifecycle[S], transition: Transition[S], subject: Stateful
) -> None:
    if subject.state not in transition.sources:
        label = lifecycle.states[subject.state].label
        raise Conflict(f"现在是“{label}”，不能“{transition.label}”。请刷新页面，看看轮到谁、下一步是什么。")
    obstacle = why_not_yet(session, transition, subject)
    if obstacle:
        raise Conflict(obstacle)


def _refuse_without_words(transition: Transition[S], reason: str, note: str) -> None:
    if transition.reasons and reason not in transition.reasons:
        choices = "；".join(f"{code}＝{meaning}" for code, meaning in transition.reasons.items())
        raise Invalid(f"请选择“{transition.label}”的理由：{choices}。", field="reason")
    if reason and not transition.reasons:
        # It would be kept as a code that means nothing, and whatever was written into it unread.
        raise Invalid(f"“{transition.label}”不用选理由。要说的话请写在说明里。", field="reason")
    if transition.note_required and not note.strip():
        raise Invalid(f"请写明“{transition.label}”的原因，让对方知道该怎么做。", field="note")
