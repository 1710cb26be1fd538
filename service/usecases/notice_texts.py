"""The words of notices, made from what the lifecycles say; nothing here decides who may read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.channels.mail import SENDER_NAME
from service.clock import beijing
from service.models import Invitation, StatusChange
from service.rules.work_calendar import WorkCalendar
from service.usecases.invitation_views import FEES, MODES
from service.workflow.engine import StateNote, Transition, Turn

TITLE_CHARS = 200
# What fits into one short message, without the link.
SHORT_CHARS = 70
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Words:
    title: str
    text: str


@dataclass(frozen=True)
class Told:
    """What one reader is told about one thing. need_title: "" if this reader may not know it.

    is_reader: it is the reader's turn. can_do: labels of the buttons they will find. more: what is for them alone.
    """

    thing: str
    need_title: str
    state: StateNote
    due_at: datetime | None
    is_reader: bool
    can_do: Sequence[str] = ()
    more: Sequence[str] = ()


def of_change(told: Told, label: str, change: StatusChange | None, transition: Transition | None) -> Words:
    """label: of the step. change: None where something began without one."""
    reason = transition.reasons.get(change.reason, "") if transition and change else ""
    lines = [
        f"需求：{told.need_title}" if told.need_title else "",
        f"办理：{label}" + (f"（{reason}）" if reason else ""),
        f"说明：{change.note}" if change and change.note else "",
        *told.more,
        _where_it_stands(told),
        _deadline(told),
        f"您可以：{'、'.join(told.can_do)}。" if told.can_do else "",
    ]
    return Words(cut(f"{told.thing}：{label}", TITLE_CHARS), "\n".join(line for line in lines if line))


def of_reminder(told: Told, prefix: str, left: str) -> Words:
    lines = [
        f"需求：{told.need_title}" if told.need_title else "",
        *told.more,
        _where_it_stands(told),
        f"{_deadline(told)}{left}。",
        f"您可以：{'、'.join(told.can_do)}。" if told.can_do else "",
    ]
    title = f"{prefix}：{told.thing}{told.state.label}，{left}"
    return Words(cut(title, TITLE_CHARS), "\n".join(line for line in lines if line))


def left_in_words(calendar: WorkCalendar, due_at: datetime, moment: datetime, *, by_calendar: bool) -> str:
    """How much is left, or how far it is past, in the days that this clock counts."""
    due, day = beijing(due_at).date(), beijing(moment).date()
    days = (due - day).days if by_calendar else calendar.working_days_between(day, due)
    unit = "天" if by_calendar else "个工作日"
    if moment > due_at:
        return f"已超期 {-days} {unit}" if days < 0 else "已超期"
    return f"还剩 {days} {unit}" if days else "今天到期"


def of_invitation(invitation: Invitation) -> list[str]:
    """The terms, for whoever is asked."""
    where = f"，{invitation.place}" if invitation.place else ""
    fee = f"，{invitation.fee_note}" if invitation.fee_note else ""
    travel = [f"差旅由{invitation.travel_paid_by}承担"] if invitation.travel_paid_by else []
    return [
        f"想请教：{invitation.question}",
        f"预计 {invitation.expected_hours} 小时，{MODES[invitation.mode]}{where}；{FEES[invitation.fee_kind]}{fee}",
        *travel,
        f"有疑问请打 {invitation.contact_name} {invitation.contact_phone}",
    ]


def of_answer(invitation: Invitation) -> list[str]:
    """What goes with a yes or no, for the staff."""
    later = [f"可以再约：{invitation.later_on.isoformat()} 以后"] if invitation.later_on else []
    return later + ([f"荐人：{invitation.suggested}"] if invitation.suggested else [])


def day_in_words(moment: datetime) -> str:
    day = beijing(moment)
    return f"{day.year}年{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


def short(title: str) -> str:
    """For SMS and for copying, without the link."""
    head = f"【{SENDER_NAME}】"
    return head + cut(title, SHORT_CHARS - len(head))


def _where_it_stands(told: Told) -> str:
    if told.state.turn is Turn.NOBODY:
        return f"现在：{told.state.label}"
    return f"现在：{told.state.label}，轮到{'您' if told.is_reader else told.state.turn}"


def _deadline(told: Told) -> str:
    """The clock stops at the last second of a day, which people call 24:00."""
    if told.due_at is None:
        return ""
    day = day_in_words(told.due_at)
    return f"请在{day}24:00 前办理。" if told.is_reader else f"期限：{day}24:00。"


def cut(text: str, chars: int) -> str:
    return text if len(text) <= chars else text[: chars - 1] + "…"
