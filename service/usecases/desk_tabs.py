"""All that waits for a member of staff, kind by kind, and what they did lately."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from service import desk_visibility as waiting
from service.actors import Actor
from service.clock import beijing, today
from service.models import (
    Achievement,
    Approval,
    ApprovalState,
    Consultation,
    ErasureRequest,
    Expert,
    Need,
    NeedState,
    Organization,
    Outcome,
    Referral,
    Row,
    SelfOffer,
    StatusChange,
    User,
)
from service.permissions import is_allowed, require
from service.schemas.desk import DeskTab, DoneLine, WaitingLine
from service.services import Services
from service.usecases import brokers, desk
from service.usecases.concerned import KINDS, Affair, affair_of
from service.usecases.consultation_views import KIND_LABELS
from service.usecases.histories import ACTS_BESIDE
from service.usecases.lookup import together
from service.usecases.paging import PER_PAGE, page_of_rows

_WHY_NEED = {
    NeedState.SUBMITTED: "请审核：受理、退回补正，或者不予受理",
    NeedState.ACCEPTED: "正在匹配，出了名单请复核",
    NeedState.MATCHING: "请复核匹配名单",
    NeedState.TO_INVITE: "企业已选定，请发邀约",
    NeedState.BROKER: "库里没有合适的，请继续找",
}
_WHY_APPROVAL = {
    ApprovalState.DRAFTED: "请审核",
    ApprovalState.REVIEWED: "请签发",
    ApprovalState.RETURNED: "退回给您了，请修改后重新送审",
}


# What the rows of these lists speak of.
_MENTIONED: dict[str, type[Row]] = {
    "need_id": Need,
    "consultation_id": Consultation,
    "user_id": User,
    "expert_id": Expert,
}


@dataclass(frozen=True)
class _Kind:
    """subject: what each is about, or the page it is done on. wanted: what waits for this person. told: (title, number,
    why) of one of them. clock: the column of its deadline, or of when it began to wait."""

    name: str
    subject: str
    label: str
    wanted: Callable[[Actor], Any]
    clock: Any
    told: Callable[[Session, Any], tuple[str, str | None, str]]
    has_deadline: bool = True


def tabs(session: Session, services: Services, actor: Actor, *, page: int = 1) -> list[DeskTab]:
    """The kinds of which something waits, and those that a clerk looks for first; of each this page."""
    require(actor, "desk.use")
    shown = [_needs(session, services, actor, page), _broker(session, services, actor, page)]
    shown += [_tab(session, services, actor, kind, page) for kind in _KINDS if _concerns(actor, kind.name)]
    return [tab for tab in shown if tab.total or tab.name in ("needs", "organizations", "referrals")]


def done(session: Session, actor: Actor, *, page: int = 1) -> tuple[list[DoneLine], int]:
    """(steps that this person took, how many in all), the newest first."""
    require(actor, "desk.use")
    wanted = select(StatusChange).where(StatusChange.actor_id == actor.user_id)
    found, total = page_of_rows(session, wanted, col(StatusChange.seq).desc(), page=page)
    return [_done_line(session, actor, change) for change in found], total


def _concerns(actor: Actor, name: str) -> bool:
    return actor.is_administrator if name == "erasures" else True


def _needs(session: Session, services: Services, actor: Actor, page: int) -> DeskTab:
    found = desk.queue(session, actor)
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    items = [_need_line(services, need, absent or "") for need, absent in shown]
    return DeskTab(name="needs", label="需求", total=len(found), items=items)


def _broker(session: Session, services: Services, actor: Actor, page: int) -> DeskTab:
    found, total = brokers.page_of(session, actor, page=page)
    return DeskTab(name="broker", label="继续找", total=total, items=[_need_line(services, need) for need in found])


def _need_line(services: Services, need: Need, absent: str = "") -> WaitingLine:
    return WaitingLine(
        kind="need",
        id=need.id,
        title=need.title,
        number=need.number,
        why=_WHY_NEED.get(need.state, "正在对接，请跟进"),
        due_at=need.due_at,
        days_left=_days_left(services, need.due_at),
        deputising_for=absent,
    )


def _tab(session: Session, services: Services, actor: Actor, kind: _Kind, page: int) -> DeskTab:
    # The two databases disagree about where rows without a clock belong.
    order = (kind.clock.is_(None), kind.clock)
    wanted = kind.wanted(actor)
    row_id = wanted.column_descriptions[0]["entity"].id
    found, total = page_of_rows(session, wanted, *order, row_id, page=page)
    _held = [
        together(session, (getattr(row, name, None) for row in found), table) for name, table in _MENTIONED.items()
    ]
    items = []
    for row in found:
        title, number, why = kind.told(session, row)
        due = row.due_at if kind.has_deadline else None
        items.append(
            WaitingLine(
                kind=kind.subject,
                id=row.consultation_id if isinstance(row, Outcome) else row.id,
                title=title,
                number=number,
                why=why,
                due_at=due,
                days_left=_days_left(services, due),
                deputising_for="",
            )
        )
    return DeskTab(name=kind.name, label=kind.label, total=total, items=items)


def _days_left(services: Services, due: datetime | None) -> int | None:
    return services.clockwork.calendar.working_days_between(today(), beijing(due).date()) if due else None


def _of_need(session: Session, row: Any) -> str:
    return session.get_one(Need, row.need_id).title


def _referral(session: Session, row: Referral) -> tuple[str, str | None, str]:
    return _of_need(session, row), row.number, "派给您的，请接单、提名、转派或拒单"


def _self_offer(session: Session, row: SelfOffer) -> tuple[str, str | None, str]:
    return _of_need(session, row), None, "有人自荐，请答复：推荐或不采用"


def _organization(_: Session, row: Organization) -> tuple[str, str | None, str]:
    return row.name, row.credit_code, "请核验登记信息，核验后才能提交需求"


def _expert(_: Session, row: Expert) -> tuple[str, str | None, str]:
    return (
        f"{row.name}（{row.organization_name}）" if row.organization_name else row.name,
        None,
        "请核验，核验后才会推荐",
    )


def _achievement(_: Session, row: Achievement) -> tuple[str, str | None, str]:
    return row.title, row.number, "请审核：发布、退回补正，或者不予发布"


def _approval(_: Session, row: Approval) -> tuple[str, str | None, str]:
    return row.title, row.document_number, _WHY_APPROVAL.get(row.state, "")


def _dispute(session: Session, row: Consultation) -> tuple[str, str | None, str]:
    return _of_need(session, row), row.number, "企业不同意办结，请协调：继续服务、确认办结或中止"


def _outcome(session: Session, row: Outcome) -> tuple[str, str | None, str]:
    number = session.get_one(Consultation, row.consultation_id).number
    return _of_need(session, row), number, f"填报了“{KIND_LABELS[row.kind]}”，请核实"


def _objection(session: Session, row: Any) -> tuple[str, str | None, str]:
    title = session.get_one(Need, row.need_id).title if row.need_id else "（不针对某一条需求）"
    return title, None, "要求说明排序或人工复核，请答复"


def _erasure(session: Session, row: ErasureRequest) -> tuple[str, str | None, str]:
    person: User | Expert = (
        session.get_one(User, row.user_id) if row.user_id else session.get_one(Expert, row.expert_id)
    )
    return person.name, None, "申请注销，手上的事办结或移交之后办理"


def _sealed(_: Session, row: Need | Achievement) -> tuple[str, str | None, str]:
    return row.number or "草稿，未编号", None, "疑似涉密，已封存，请您决定"


_KINDS = (
    _Kind("referrals", "referral", "派单", waiting.referrals_to_answer, col(Referral.due_at), _referral),
    _Kind("self_offers", "self_offer", "自荐", waiting.self_offers_to_answer, col(SelfOffer.due_at), _self_offer),
    _Kind(
        "organizations",
        "organization",
        "单位核验",
        waiting.organizations_to_verify,
        col(Organization.due_at),
        _organization,
    ),
    _Kind("experts", "expert", "专家核验", waiting.experts_to_verify, col(Expert.due_at), _expert),
    _Kind(
        "achievements", "achievement", "成果审核", waiting.achievements_to_review, col(Achievement.due_at), _achievement
    ),
    _Kind("approvals", "approval", "审签", waiting.approvals_to_move, col(Approval.due_at), _approval),
    _Kind("disputes", "consultation", "争议", waiting.disputes_to_settle, col(Consultation.due_at), _dispute),
    _Kind(
        "outcomes",
        "consultation",
        "成效核实",
        waiting.outcomes_to_verify,
        col(Outcome.created_at),
        _outcome,
        has_deadline=False,
    ),
    _Kind(
        "ranking_objections",
        "ranking_objection",
        "排序说明",
        waiting.ranking_objections_to_answer,
        col(KINDS["ranking_objection"].table.due_at),  # type: ignore[attr-defined]
        _objection,
    ),
    _Kind("erasures", "erasure", "注销", waiting.erasures_to_carry_out, col(ErasureRequest.due_at), _erasure),
    _Kind(
        "sealed_needs",
        "sealed_need",
        "封存的需求",
        waiting.sealed_needs,
        col(Need.sealed_at),
        _sealed,
        has_deadline=False,
    ),
    _Kind(
        "sealed_achievements",
        "sealed_achievement",
        "封存的成果",
        waiting.sealed_achievements,
        col(Achievement.sealed_at),
        _sealed,
        has_deadline=False,
    ),
)


def _done_line(session: Session, actor: Actor, change: StatusChange) -> DoneLine:
    """Without words once it may not be seen any more."""
    affair = affair_of(session, change.subject_kind, change.subject_id) if change.subject_kind in KINDS else None
    lifecycle = KINDS[change.subject_kind].lifecycle if affair else None
    labels = {each.action: each.label for each in lifecycle.transitions} if lifecycle else {}
    label = (labels | ACTS_BESIDE).get(change.action, "办理")
    title, path = _seen(actor, affair) if affair else ("", "")
    return DoneLine(at=change.at, about=lifecycle.label if lifecycle else "账号", label=label, title=title, path=path)


def _seen(actor: Actor, affair: Affair) -> tuple[str, str]:
    """(title, path of the page); both empty of what is hidden from the actor."""
    policy = {"achievement": "achievement.view", "expert": "expert.view"}.get(affair.name)
    if affair.is_sealed or (policy and not is_allowed(actor, policy, affair.subject)):
        return "", ""
    if affair.need is not None and not is_allowed(actor, "need.view", affair.need):
        return "", ""
    named = affair.need or affair.subject
    return getattr(named, "title", "") or getattr(named, "name", "") or getattr(named, "number", "") or "", affair.path
