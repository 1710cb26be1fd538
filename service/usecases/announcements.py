"""Telling those concerned about every step, after the transaction in which it happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlmodel import Session, col, select

from service.actors import Actor
from service.disclosure import access_of, may_read
from service.models import (
    Achievement,
    Announcement,
    Approval,
    Consultation,
    Expert,
    HolderKind,
    Invitation,
    Need,
    Referral,
    SelfOffer,
    StatusChange,
)
from service.services import Services
from service.usecases import plain_notices
from service.usecases.case_notices import name_of
from service.usecases.circles import party_name
from service.usecases.concerned import KINDS, Affair, affair_of, people, seen, whose_turn
from service.usecases.notice_texts import Told, of_answer, of_change, of_invitation
from service.usecases.recipients import Recipient, is_same_person, reader
from service.usecases.telling import About, is_new, tell
from service.workflow.engine import Transition, Turn, available


@dataclass(frozen=True)
class Step:
    """What is announced. change: None where something began without one; circles: who is told, by whose turn."""

    key: str
    label: str
    circles: tuple[Turn, ...]
    change: StatusChange | None = None
    transition: Transition | None = None


_SERVED = KINDS["consultation"].audience
# Steps that are no transitions: what the people told find in the subject line.
_BESIDE: Mapping[tuple[str, str], tuple[str, tuple[Turn, ...]]] = MappingProxyType(
    {
        ("need", "pass"): ("转到您所在的科协", (Turn.STAFF,)),
        ("need", "assign"): ("由您经办", (Turn.STAFF,)),
        ("need", "hand_over"): ("移交给您", (Turn.STAFF,)),
        ("need", "change_broker"): ("换由另一位继续寻找", (Turn.BROKER, Turn.STAFF)),
        ("need", "join"): ("另一家的相似需求并入，成为共性需求", (Turn.OWNER,)),
        ("need", "leave"): ("并入的一条需求已撤出", (Turn.OWNER,)),
        ("invitation", "send"): ("请您答复", (Turn.EXPERT,)),
        ("referral", "send"): ("请您接单", (Turn.RECEIVER,)),
        ("referral", "hand_over"): ("移交给您", (Turn.RECEIVER,)),
        ("consultation", "hand_over"): ("移交给您", (Turn.EXPERT,)),
        # Nobody outside can be told here: staff tell them, and the company knows who looks after it.
        ("referral", "send_outside"): ("转给省外单位", (Turn.OWNER, Turn.STAFF)),
        ("consultation", "sign"): ("登记签约", _SERVED),
        ("consultation", "name_members"): ("派了成员", (Turn.OWNER, Turn.RECEIVER, Turn.STAFF)),
        ("consultation", "take_off_member"): ("撤下了成员", (Turn.OWNER, Turn.RECEIVER, Turn.STAFF)),
        ("consultation", "correct_minutes"): ("更正纪要", _SERVED),
        ("consultation", "add_to_minutes"): ("补充纪要", _SERVED),
        ("self_offer", "offer"): ("请您答复", (Turn.STAFF,)),
    }
)
# What begins without a step of its own.
_BEGINNINGS: Mapping[str, tuple[str, tuple[Turn, ...]]] = MappingProxyType(
    {
        "recommendation": ("请您选择", (Turn.OWNER,)),
        "consultation": ("开始对接", (Turn.OWNER, Turn.EXPERT, Turn.RECEIVER)),
        "ranking_objection": ("请您答复", (Turn.STAFF,)),
        "erasure_request": ("请协助办结手上的事", (Turn.STAFF,)),
        "approval": ("请您审核", (Turn.STAFF,)),
    }
)


def announce(services: Services, key: str) -> None:
    """key: “kind:id”. Tell of everything about it that nobody was told of yet; safe to run twice, and at once."""
    kind, _, subject_id = key.partition(":")
    with services.database.writing() as session:
        if kind not in KINDS:
            plain_notices.announce(session, services, kind, subject_id)
            return
        affair = affair_of(session, kind, subject_id)
        # Sealed: hidden from everyone at once. What happened is told should it be opened again.
        if affair is None or affair.is_sealed:
            return
        steps = [step for step in _steps(session, affair) if is_new(session, step.key)]
        for step in steps:
            _tell_all(session, services, affair, step, is_last=step is steps[-1])


def told_to(
    session: Session, affair: Affair, recipient: Recipient, circle: Turn, *, state: str, is_reader: bool
) -> Told:
    """What this person may be told about the affair in this state."""
    actor = reader(session, recipient, f"{affair.name}:{affair.subject.id}", affair.need)
    lifecycle, subject = affair.kind.lifecycle, affair.subject
    # In the others, steps without a button are what follows from something else.
    own_forms = isinstance(subject, Consultation)
    looked_at = seen(session, affair)
    can_do = available(lifecycle, subject, actor, looked_at, with_own_forms=own_forms) if is_reader else []
    return Told(
        thing=_thing(session, affair, circle),
        need_title=_title_for(actor, affair),
        state=lifecycle.states[state],
        due_at=subject.due_at if subject.state == state else None,
        is_reader=is_reader,
        can_do=[transition.label for transition in can_do],
        more=_more(affair, circle, is_reader=is_reader),
    )


def about(affair: Affair) -> About:
    return About(affair.name, affair.subject.id, affair.path, affair.need.id if affair.need else None)


def _steps(session: Session, affair: Affair) -> list[Step]:
    """Everything that is ever announced about it, oldest first, without what was."""
    wanted = select(StatusChange).where(
        StatusChange.subject_kind == affair.name, StatusChange.subject_id == affair.subject.id
    )
    changes = {f"change:{change.seq}": change for change in session.exec(wanted.order_by(col(StatusChange.seq)))}
    known = set(session.exec(select(Announcement.key).where(col(Announcement.key).in_(sorted(changes)))))
    steps = [_step(affair, key, change) for key, change in changes.items() if key not in known]
    beginning = _BEGINNINGS.get(affair.name)
    if beginning and affair.subject.state == affair.kind.lifecycle.initial:
        label, circles = beginning
        began = affair.subject.entered_at.isoformat()
        steps.insert(0, Step(f"begin:{affair.name}:{affair.subject.id}:{began}", label, circles))
    return [step for step in steps if step.circles]


def _step(affair: Affair, key: str, change: StatusChange) -> Step:
    """Of a transition that announces itself; others are told through what they bring about."""
    lifecycle = affair.kind.lifecycle
    transition = next((each for each in lifecycle.transitions if each.action == change.action), None)
    if transition is not None:
        circles = affair.kind.audience if "notify" in transition.jobs else ()
        return Step(key, transition.label, circles, change, transition)
    label, circles = _BESIDE.get((affair.name, change.action), ("", ()))
    return Step(key, label, circles, change)


def _tell_all(session: Session, services: Services, affair: Affair, step: Step, *, is_last: bool) -> None:
    """Not to the person who acted. Staff are mailed only what calls on them: all the rest they see in the app."""
    change, states = step.change, affair.kind.lifecycle.states
    state = change.target if change and change.target in states else str(affair.subject.state)
    turn, stands = states[state].turn, is_last and affair.subject.state == state
    called = whose_turn(session, affair, turn) if stands else []
    sides = {each: circle for circle in reversed(step.circles) for each in people(session, affair, circle)}
    is_for_them_alone = change is not None and step.transition is None
    for recipient, circle in (sides if is_for_them_alone else dict.fromkeys(called, turn) | sides).items():
        if change is not None and is_same_person(session, recipient, change.actor_id):
            continue
        calls = recipient in called
        told = told_to(session, affair, recipient, circle, state=state, is_reader=calls)
        words = of_change(told, step.label, change, step.transition)
        is_for_staff = is_for_them_alone and step.circles == (Turn.STAFF,)
        outside = calls or is_for_staff or circle is not Turn.STAFF
        tell(session, services, recipient, step.key, about(affair), words, calls=calls, outside=outside)


def _thing(session: Session, affair: Affair, circle: Turn) -> str:
    """As this side calls it. Whom we ask is named to staff only; who serves, to everybody concerned."""
    subject, label = affair.subject, affair.kind.lifecycle.label
    number = (affair.need.number or "草稿") if affair.need else ""
    if isinstance(subject, Invitation | SelfOffer):
        whose = f"{party_name(session, subject.party_kind, subject.party_id)}的" if circle is Turn.STAFF else ""
        return f"{whose}{label}（需求 {number}）"
    if isinstance(subject, Consultation):
        return name_of(session, subject)
    if isinstance(subject, Expert):
        return f"{label}{subject.name}"
    if isinstance(subject, Approval):
        return f"{label}“{subject.title}”"
    if isinstance(subject, Need | Referral | Achievement):
        return f"{label} {subject.number or '草稿'}"
    return f"需求 {number} 的{label}" if number else label


def _title_for(actor: Actor, affair: Affair) -> str:
    need = affair.need
    return need.title if need is not None and may_read(access_of(actor, need), need, "title") else ""


def _more(affair: Affair, circle: Turn, *, is_reader: bool) -> list[str]:
    """The terms to whoever is asked; to staff what they answered besides yes or no; and who was asked outside."""
    if isinstance(affair.subject, Referral) and affair.subject.receiver_kind is HolderKind.OUTSIDE:
        return [f"省外单位：{affair.subject.outside_name}"]
    invitation = affair.subject
    if not isinstance(invitation, Invitation):
        return []
    if circle is Turn.EXPERT and is_reader:
        return of_invitation(invitation)
    return of_answer(invitation) if circle is Turn.STAFF else []
