"""要求说明排序、要求人工复核: asked by experts and companies, answered by the 科协 responsible."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.clock import now
from service.errors import Conflict, Forbidden, Invalid, Stale
from service.facts import is_need_owner
from service.jobs import enqueue
from service.models import (
    Association,
    Expert,
    Need,
    RankingObjection,
    RankingObjectionState,
    StatusChange,
    User,
)
from service.permissions import require
from service.privacy_facts import ObjectionCase
from service.schemas.common import ActionInput, ActionOut
from service.schemas.ranking_objections import RankingObjectionInput, RankingObjectionOut
from service.services import Services
from service.usecases import needs, words
from service.usecases.lookup import existing, together
from service.usecases.paging import Orders, by, in_order, page_of_rows
from service.usecases.secrecy import refuse_secrets
from service.visibility import visible_ranking_objections
from service.workflow.engine import available, perform
from service.workflow.ranking_objections import RANKING_OBJECTION

ORDERS: Orders = {
    "due": by("期限", col(RankingObjection.due_at), col(RankingObjection.id)),
    "created": by("提出", col(RankingObjection.created_at), col(RankingObjection.id), newest_first=True),
}


def ask(session: Session, services: Services, actor: Actor, content: RankingObjectionInput) -> RankingObjection:
    """Goes to the 科协 that handles the need, or looks after the expert. Raises Conflict while one is open."""
    require(actor, "ranking_objection.ask")
    refuse_secrets({"内容": content.text}, services.settings.secrecy_officer)
    need = needs.find(session, actor, content.need_id) if content.need_id else None
    expert = session.get_one(Expert, actor.expert_id) if actor.expert_id else None
    if need is not None and is_need_owner(actor, need):
        expert = None
    elif expert is None:
        _refuse(need)
    home = need or expert
    assert home is not None  # refused above
    objection = RankingObjection(
        user_id=actor.user_id or "",
        expert_id=expert.id if expert else None,
        need_id=need.id if need else None,
        kind=content.kind,
        text=words.paragraphs(content.text, "text", 2_000),
        association_id=home.association_id,
        association_path=home.association_path,
        entered_at=now(),
    )
    _refuse_second(session, objection)
    objection.due_at = services.clockwork.due(RANKING_OBJECTION.states[objection.state], now())
    session.add(objection)
    session.flush()
    enqueue(session, "notify", key=f"ranking_objection:{objection.id}")
    audit.record(
        session,
        actor_id=actor.user_id,
        act="ranking_objection.ask",
        subject_kind="ranking_objection",
        subject_id=objection.id,
        content="\x1f".join((objection.kind, objection.need_id or "", objection.text)),
    )
    return objection


def act(
    session: Session, services: Services, actor: Actor, objection_id: str, action: str, given: ActionInput
) -> RankingObjection:
    """The answer is the note of its step."""
    refuse_secrets({"答复": given.note}, services.settings.secrecy_officer)
    case = _case(session, existing(session, actor, RankingObjection, objection_id))
    require(actor, "ranking_objection.act", case)
    if case.objection.version != given.version:
        raise Stale("这份申请有了变化。请刷新后核对，再办理。", details={"version": case.objection.version})
    perform(
        session,
        RANKING_OBJECTION,
        case.objection,
        action,
        actor,
        services.clockwork,
        note=words.paragraphs(given.note, "note", 2_000),
        seen=case,
    )
    session.flush()
    return case.objection


def page_of(
    session: Session,
    actor: Actor,
    *,
    mine: bool = False,
    state: RankingObjectionState | None = None,
    sort: str = "",
    page: int = 1,
) -> tuple[list[RankingObjection], int]:
    """(those of this page, how many in all); those answered have no clock and come last."""
    require(actor, "ranking_objection.list")
    wanted = visible_ranking_objections(actor)
    if mine:
        wanted = wanted.where(RankingObjection.user_id == actor.user_id)
    if state is not None:
        wanted = wanted.where(RankingObjection.state == state)
    return page_of_rows(session, wanted, *in_order(ORDERS, sort, actor), page=page)


def show(session: Session, actor: Actor, objection: RankingObjection) -> RankingObjectionOut:
    return lines(session, actor, [objection])[0]


def lines(session: Session, actor: Actor, found: Sequence[RankingObjection]) -> list[RankingObjectionOut]:
    _held = [
        *together(session, (objection.need_id for objection in found), Need),
        *together(session, (objection.user_id for objection in found), User),
        *together(session, (objection.association_id for objection in found), Association),
    ]
    answers = _answers(session, found)
    return [_shown(session, actor, objection, answers.get(objection.id)) for objection in found]


def _answers(session: Session, found: Sequence[RankingObjection]) -> dict[str, tuple[str, str]]:
    """What was answered and by whom, by objection, as far as it was."""
    answered = (
        select(StatusChange.subject_id, StatusChange.note, User.name)
        .join(User, col(User.id) == col(StatusChange.actor_id))
        .where(
            StatusChange.subject_kind == "ranking_objection",
            col(StatusChange.subject_id).in_(sorted(objection.id for objection in found)),
            StatusChange.action == "answer",
        )
    )
    return {objection_id: (note, name) for objection_id, note, name in session.exec(answered)}


def _shown(
    session: Session, actor: Actor, objection: RankingObjection, answered: tuple[str, str] | None
) -> RankingObjectionOut:
    case, state = _case(session, objection), RANKING_OBJECTION.states[objection.state]
    return RankingObjectionOut(
        id=objection.id,
        version=objection.version or 0,
        kind=objection.kind,
        text=objection.text,
        asked_by=session.get_one(User, objection.user_id).name,
        as_expert=objection.expert_id is not None,
        need_id=objection.need_id,
        need_number=case.need.number if case.need else None,
        association=session.get_one(Association, objection.association_id).name,
        state=objection.state,
        state_label=state.label,
        turn=state.turn,
        created_at=objection.created_at,
        due_at=objection.due_at,
        answer=answered[0] if answered else None,
        answered_by=answered[1] if answered else None,
        actions=[ActionOut.of(each) for each in available(RANKING_OBJECTION, objection, actor, case)],
    )


def _case(session: Session, objection: RankingObjection) -> ObjectionCase:
    return ObjectionCase(objection, session.get_one(Need, objection.need_id) if objection.need_id else None)


def _refuse(need: Need | None) -> None:
    if need is None:
        raise Invalid("请写明是您的哪一条需求。专家请先建立画像，再提出。", field="need_id")
    raise Forbidden("这条需求不是您单位的。排序的说明只能由需求方或专家本人提出。")


def _refuse_second(session: Session, objection: RankingObjection) -> None:
    same_need = (
        col(RankingObjection.need_id) == objection.need_id
        if objection.need_id
        else col(RankingObjection.need_id).is_(None)
    )
    open_one = select(RankingObjection.id).where(
        RankingObjection.user_id == objection.user_id, same_need, RankingObjection.state == RankingObjectionState.OPEN
    )
    if session.exec(open_one).first() is not None:
        raise Conflict("您已经提出过，科协还没有答复。请等答复，或先撤回原来的再提。")
