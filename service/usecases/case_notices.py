"""Notices about what has no lifecycle of its own but hangs on a consultation: 成效 and 评价."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session

from service.models import Consultation, Outcome, OutcomeState, Rating, Side, User
from service.services import Services
from service.usecases.circles import active, party_name
from service.usecases.concerned import Affair, affair_of, people
from service.usecases.consultation_cases import SIDES
from service.usecases.consultation_views import KIND_LABELS
from service.usecases.notice_texts import TITLE_CHARS, Words, cut
from service.usecases.outcomes import listed
from service.usecases.recipients import Recipient, is_same_person
from service.usecases.telling import About, is_new, tell
from service.workflow.consultations import CONSULTATION
from service.workflow.engine import Turn

_SIDES = {Side.OWNER: (Turn.OWNER,), Side.HOLDER: (Turn.EXPERT, Turn.RECEIVER)}
_OTHER = {Side.OWNER: Side.HOLDER, Side.HOLDER: Side.OWNER}
_DECIDED = {OutcomeState.VERIFIED: "成效已核实", OutcomeState.REFUSED: "成效核实未通过"}


def name_of(session: Session, consultation: Consultation) -> str:
    """As both sides and staff call it."""
    holder = party_name(session, consultation.holder_kind, consultation.holder_id) or "外省"
    return f"{CONSULTATION.label} {consultation.number}（{holder}）"


def of_outcomes(session: Session, services: Services, consultation_id: str) -> None:
    """What was reported or decided since, in one notice for each person who did it: reports come several at once."""
    affair = affair_of(session, CONSULTATION.name, consultation_id)
    if affair is None or affair.is_sealed:
        return
    groups: dict[tuple[Side, OutcomeState, str | None], list[Outcome]] = {}
    for row in listed(session, affair.subject):
        if is_new(session, f"outcome:{row.id}:{row.state}"):
            by = row.reported_by if row.state is OutcomeState.REPORTED else row.verified_by_id
            groups.setdefault((row.side, row.state, by), []).append(row)
    for (side, state, by), rows in groups.items():
        if state is OutcomeState.REPORTED:
            _tell_reported(session, services, affair, side, by, rows)
        else:
            _tell_decided(session, services, affair, side, by, rows)


def of_rating(session: Session, services: Services, rating_id: str) -> None:
    """To the side that was rated; the marks are shown on the page, to those who may see them."""
    rating = session.get_one(Rating, rating_id)
    affair = affair_of(session, CONSULTATION.name, rating.consultation_id)
    key = f"rating:{rating.id}:{rating.version}"
    if affair is None or affair.is_sealed or not is_new(session, key):
        return
    label = "收到了对方的评价" if rating.version == 1 else "对方改了评价"
    words = _words(session, affair, label, ["请到平台上查看。"])
    rated = [each for turn in _SIDES[_OTHER[rating.side]] for each in people(session, affair, turn)]
    _tell(session, services, affair, rated, key, words, besides=rating.given_by)


def _tell_reported(
    session: Session, services: Services, affair: Affair, side: Side, by: str | None, rows: list[Outcome]
) -> None:
    """To both sides and to staff, who verify it: somebody may have entered it for the side whose word it is."""
    key = f"outcome:{rows[0].id}:{rows[0].state}"
    words = _words(session, affair, f"{SIDES[side]}填报了成效", [_kinds(rows), "科协核实之后才计入。"])
    both = [each for turns in _SIDES.values() for turn in turns for each in people(session, affair, turn)]
    _tell(session, services, affair, both, key, words, besides=by)
    staff = [each for each in people(session, affair, Turn.STAFF) if each not in both]
    _tell(session, services, affair, staff, key, words, besides=by, outside=False)


def _tell_decided(
    session: Session, services: Services, affair: Affair, side: Side, by: str | None, rows: list[Outcome]
) -> None:
    """To who reported it: the side, and who entered it for them."""
    key = f"outcome:{rows[0].id}:{rows[0].state}"
    lines = [f"{_kinds([row])}，说明：{row.verify_note}" for row in rows]
    words = _words(session, affair, _DECIDED[rows[0].state], lines)
    reported = [each for turn in _SIDES[side] for each in people(session, affair, turn)]
    for signature in dict.fromkeys(row.reported_by for row in rows):
        if session.get(User, signature) and not any(is_same_person(session, each, signature) for each in reported):
            reported += active(session, signature)
    _tell(session, services, affair, reported, key, words, besides=by)


def _kinds(rows: Iterable[Outcome]) -> str:
    return "、".join(dict.fromkeys(KIND_LABELS[row.kind] for row in rows))


def _words(session: Session, affair: Affair, label: str, lines: list[str]) -> Words:
    return Words(cut(f"{name_of(session, affair.subject)}：{label}", TITLE_CHARS), "\n".join(lines))


def _tell(
    session: Session,
    services: Services,
    affair: Affair,
    recipients: list[Recipient],
    key: str,
    words: Words,
    *,
    besides: str | None,
    outside: bool = True,
) -> None:
    """Not to who did it. About the consultation, so that an expert without an account finds their own link."""
    about = About(affair.name, affair.subject.id, affair.path, affair.need.id if affair.need else None)
    for recipient in dict.fromkeys(recipients):
        if not is_same_person(session, recipient, besides):
            tell(session, services, recipient, key, about, words, outside=outside)
