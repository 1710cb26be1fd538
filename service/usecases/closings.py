"""办结: who served applies, the company says what it came to."""

from __future__ import annotations

from sqlmodel import Session

from service.actors import Actor
from service.case_facts import Case
from service.models import Resolution, Side
from service.schemas.consultations import ConfirmInput, RequestClosingInput
from service.services import Services
from service.usecases import outcomes, ratings, words
from service.usecases.consultation_cases import find_to_act, step
from service.usecases.endings import finish


def request_closing(
    session: Session, services: Services, actor: Actor, consultation_id: str, given: RequestClosingInput
) -> Case:
    """办结申请. From here the company has its days to say yes or no."""
    texts = {"总结": given.summary} | outcomes.texts_of(given.outcomes)
    case = find_to_act(session, services, actor, consultation_id, given.version, texts)
    step(session, services, actor, case, "request_closing", side=Side.HOLDER, proxy=given.proxy, reason=given.reason)
    case.subject.proposed = Resolution(given.reason)
    case.subject.summary = words.paragraphs(given.summary, "summary")
    outcomes.add(session, actor, case.subject, Side.HOLDER, outcomes.CLOSING, given.outcomes)
    session.flush()
    return case


def confirm(session: Session, services: Services, actor: Actor, consultation_id: str, given: ConfirmInput) -> Case:
    """The company's word: it ends with the 办结类型 the company says, whatever was proposed."""
    texts = {"说明": given.note, "评语": given.rating.comment if given.rating else ""}
    texts |= outcomes.texts_of(given.outcomes)
    case = find_to_act(session, services, actor, consultation_id, given.version, texts)
    step(
        session,
        services,
        actor,
        case,
        "confirm",
        side=Side.OWNER,
        proxy=given.proxy,
        reason=given.reason,
        note=given.note,
    )
    case.subject.resolution = Resolution(given.reason)
    outcomes.add(session, actor, case.subject, Side.OWNER, outcomes.CLOSING, given.outcomes)
    if given.rating is not None:
        ratings.add(session, actor, case, Side.OWNER, given.rating)
    finish(session, services, case)
    session.flush()
    return case
