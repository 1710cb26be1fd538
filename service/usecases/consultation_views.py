"""A consultation as one reader may see it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from service.actors import Actor
from service.case_facts import Case, gives_owners_word, speaks_for_holder, works_for_holder
from service.clock import beijing, today
from service.disclosure import access_of, may_read, organization_label
from service.models import (
    Consultation,
    ConsultationState,
    Expert,
    FileSubject,
    FormerMinutes,
    Need,
    Organization,
    Outcome,
    OutcomeKind,
    OutcomeState,
    Side,
    User,
)
from service.schemas.common import ActionOut
from service.schemas.consultation_views import (
    AddendumOut,
    AppointmentOut,
    ConsultationLine,
    ConsultationOut,
    FirstContactOut,
    FormerMinutesOut,
    MemberOut,
    MinutesOut,
)
from service.schemas.outcomes import FollowUpOut, OutcomeOut
from service.schemas.ratings import RatingOut
from service.usecases import consultation_members, minutes, need_views, outcomes, ratings
from service.usecases.consultation_cases import appointments, first_contact
from service.usecases.file_holders import counted
from service.usecases.follow_ups import DueFollowUp
from service.usecases.histories import ACTS_BESIDE, changes_of, steps
from service.usecases.holders import parties, party
from service.usecases.lookup import together
from service.workflow.consultations import AT_WORK, CONSULTATION, OPEN
from service.workflow.engine import Clockwork, available
from service.workflow.resolutions import RESOLUTIONS

KIND_LABELS = {
    OutcomeKind.PROBLEM_SOLVED: "解决的难题",
    OutcomeKind.TRANSFER: "成果转化",
    OutcomeKind.COMMON_TECH: "共性技术推广",
    OutcomeKind.STARTUP: "创业项目",
    OutcomeKind.TRAINED: "培养人次",
    OutcomeKind.NEW_SALES: "新增销售",
    OutcomeKind.COST_SAVED: "节约成本",
    OutcomeKind.FARM_HOUSEHOLDS: "带动农户数",
}
_OUTCOME_LABELS = {
    OutcomeState.REPORTED: "自报",
    OutcomeState.VERIFIED: "已核实",
    OutcomeState.REFUSED: "核实未通过",
}
# Buttons beside the lifecycle.
_BESIDE = ACTS_BESIDE | {"rate": "评价"}


def show(session: Session, clockwork: Clockwork, actor: Actor, case: Case) -> ConsultationOut:
    row: Consultation = case.subject
    state = CONSULTATION.states[row.state]
    contact = first_contact(session, row)
    left = clockwork.calendar.working_days_between(today(), beijing(row.due_at).date()) if row.due_at else None
    return ConsultationOut(
        id=row.id,
        version=row.version or 0,
        number=row.number,
        state=row.state,
        state_label=state.label,
        turn=state.turn,
        due_at=row.due_at,
        days_left=left,
        round=row.round,
        need=need_views.show(session, clockwork, actor, case.need),
        holder=party(session, row, row.holder_kind, row.holder_id),
        lead=party(session, row, row.lead_kind, row.lead_id),
        members=_members(session, row),
        attested_at=row.attested_at,
        second_job=row.second_job,
        first_contact=FirstContactOut.model_validate(contact, from_attributes=True) if contact else None,
        appointments=[AppointmentOut.model_validate(each, from_attributes=True) for each in appointments(session, row)],
        minutes=_minutes(session, row),
        signed_at=row.signed_at,
        proposed=row.proposed,
        resolution=row.resolution,
        resolution_label=RESOLUTIONS[row.resolution] if row.resolution else "",
        summary=row.summary,
        closed_at=row.closed_at,
        outcomes=outcome_lines(session, outcomes.listed(session, row)),
        ratings=[RatingOut.model_validate(each, from_attributes=True) for each in ratings.listed(session, actor, case)],
        actions=_actions(session, actor, case),
        history=steps(session, changes_of(session, CONSULTATION, row.id), CONSULTATION),
    )


def lines(session: Session, actor: Actor, rows: Sequence[Consultation]) -> list[ConsultationLine]:
    wanted = sorted({row.need_id for row in rows})
    needs = {need.id: need for need in session.exec(select(Need).where(col(Need.id).in_(wanted)))}
    owners = sorted({need.organization_id for need in needs.values()})
    organizations = {
        each.id: each for each in session.exec(select(Organization).where(col(Organization.id).in_(owners)))
    }
    shown, holders = [], parties(session, rows)
    for row in rows:
        need, state = needs[row.need_id], CONSULTATION.states[row.state]
        access = access_of(actor, need)
        shown.append(
            ConsultationLine(
                id=row.id,
                number=row.number,
                need_id=need.id,
                need_number=need.number,
                title=need.title if may_read(access, need, "title") else "（标题受邀可见）",
                organization=organization_label(organizations[need.organization_id], access, need),
                holder=holders[row.id],
                state=row.state,
                state_label=state.label,
                turn=state.turn,
                due_at=row.due_at,
                created_at=row.created_at,
            )
        )
    return shown


def outcome(session: Session, row: Outcome) -> OutcomeOut:
    return outcome_lines(session, [row])[0]


def outcome_lines(session: Session, rows: Sequence[Outcome]) -> list[OutcomeOut]:
    files = counted(session, FileSubject.OUTCOME, [row.id for row in rows])
    _held = together(session, (row.verified_by_id for row in rows), User)
    return [_outcome(session, row, files.get(row.id, 0)) for row in rows]


def _outcome(session: Session, row: Outcome, attachments: int) -> OutcomeOut:
    return OutcomeOut(
        id=row.id,
        version=row.version or 0,
        consultation_id=row.consultation_id,
        occasion=row.occasion,
        side=row.side,
        kind=row.kind,
        kind_label=KIND_LABELS[row.kind],
        quantity=row.quantity,
        amount_fen=row.amount_fen,
        text=row.text,
        state=row.state,
        state_label=_OUTCOME_LABELS[row.state],
        verified_by=session.get_one(User, row.verified_by_id).name if row.verified_by_id else None,
        verified_at=row.verified_at,
        verify_note=row.verify_note,
        attachments=attachments,
        created_at=row.created_at,
    )


def follow_up_lines(session: Session, found: Sequence[DueFollowUp]) -> list[FollowUpOut]:
    _held = together(session, (need.organization_id for _, need in found), Organization)
    return [follow_up(session, each) for each in found]


def follow_up(session: Session, found: DueFollowUp) -> FollowUpOut:
    row, need = found
    return FollowUpOut(
        id=row.id,
        version=row.version or 0,
        need_id=need.id,
        need_number=need.number,
        need_title=need.title,
        organization=session.get_one(Organization, need.organization_id).name,
        days=row.days,
        due_on=row.due_on,
        done_at=row.done_at,
        still_works=row.still_works,
        note=row.note,
    )


def _actions(session: Session, actor: Actor, case: Case) -> list[ActionOut]:
    """The lifecycle's steps, and what may be done beside it now."""
    row: Consultation = case.subject
    steps = available(CONSULTATION, row, actor, case, with_own_forms=True)
    as_holder, as_owner = speaks_for_holder(actor, case), gives_owners_word(actor, case)
    beside = []
    if as_holder and row.state in OPEN and not row.second_job:
        beside.append("attest")
    if works_for_holder(actor, case) and minutes.of_consultation(session, row):
        beside.append("correct_minutes" if row.state in OPEN else "add_to_minutes")
    if consultation_members.may_name(actor, case):
        beside.append("name_members")
        if consultation_members.of_consultation(session, row):
            beside.append("take_off_member")
    if as_owner and row.state in AT_WORK[1:] and row.signed_at is None:
        beside.append("sign")
    sides = [side for side, is_theirs in ((Side.HOLDER, as_holder), (Side.OWNER, as_owner)) if is_theirs]
    if row.state is ConsultationState.COMPLETED and any(ratings.may_still_rate(session, row, each) for each in sides):
        beside.append("rate")
    shown = [ActionOut(action=each, label=_BESIDE[each], reasons={}, note_required=False) for each in beside]
    return [*(ActionOut.of(each) for each in steps), *shown]


def _members(session: Session, row: Consultation) -> list[MemberOut]:
    return [
        MemberOut(
            id=member.id,
            version=member.version or 0,
            expert_id=expert.id,
            name=expert.name,
            organization=expert.organization_name,
            note=member.note,
            named_at=member.named_at,
        )
        for member, expert in consultation_members.of_consultation(session, row)
    ]


def _minutes(session: Session, row: Consultation) -> list[MinutesOut]:
    found = minutes.of_consultation(session, row)
    files = counted(session, FileSubject.MINUTES, [each.id for each in found])
    return [
        MinutesOut(
            id=each.id,
            version=each.version or 0,
            meeting=each.meeting,
            text=each.text,
            written_by=_name(session, each.written_by),
            at=each.written_at,
            former=[_former(session, former) for former in minutes.former_of(session, each)],
            addenda=[
                AddendumOut(text=added.text, written_by=_name(session, added.written_by), at=added.created_at)
                for added in minutes.addenda_of(session, each)
            ],
            attachments=files.get(each.id, 0),
        )
        for each in found
    ]


def _former(session: Session, row: FormerMinutes) -> FormerMinutesOut:
    return FormerMinutesOut(
        text=row.text,
        written_by=_name(session, row.written_by),
        at=row.written_at,
        replaced_by=_name(session, row.replaced_by),
        replaced_at=row.created_at,
        reason=row.reason,
    )


def _name(session: Session, signature: str) -> str:
    """Of the account, or of the expert who came by a link."""
    person = session.get(User, signature) or session.get(Expert, signature)
    return person.name if person else ""
