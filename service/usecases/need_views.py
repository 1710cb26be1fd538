"""A need as one reader may see it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from service.actors import Actor
from service.clock import beijing, today
from service.disclosure import DEFAULT_LEVELS, Access, access_of, level_of, may_read, organization_label
from service.models import Association, Need, Organization, StatusChange, User
from service.schemas.common import ActionOut, StepOut
from service.schemas.needs import NeedLine, NeedOut
from service.usecases.histories import steps
from service.usecases.need_ties import list_labels, ties
from service.usecases.needs import sub_problems
from service.workflow.engine import Clockwork, available
from service.workflow.needs import NEED
from service.workflow.resolutions import RESOLUTIONS

# Written for both sides of a merger; every other note is between the owner and staff.
_FOR_ALL_OWNERS = ("join", "leave")


# What stands around one need: in one statement, put together once. Each by itself would take longer than all the rest.
_AROUND = (
    select(Organization, Association.name, User.name)
    .select_from(Organization)
    .join(Association, col(Association.id) == bindparam("association_id"))
    .outerjoin(User, col(User.id) == bindparam("handler_id"))
    .where(Organization.id == bindparam("organization_id"))
)


def show(session: Session, clockwork: Clockwork, actor: Actor, need: Need) -> NeedOut:
    """Fields above the reader's rights are absent and named in ``hidden``."""
    access = access_of(actor, need)
    keys = {name: getattr(need, name) for name in ("organization_id", "association_id", "handler_id")}
    organization, association, handler = session.exec(_AROUND, params=keys).one()
    state = NEED.states[need.state]
    contents: dict[str, object] = {
        name: getattr(need, name)
        for name in ("title", "scene", "situation", "targets", "restrictions", "tried", "wanted_by")
    }
    contents["sub_problems"] = sub_problems(session, need)
    readable = {name: value for name, value in contents.items() if may_read(access, need, name)}
    if may_read(access, need, "budget"):
        readable |= {"budget_low_fen": need.budget_low_fen, "budget_high_fen": need.budget_high_fen}
    sees_all = access is Access.ALL
    return NeedOut(
        id=need.id,
        version=need.version or 0,
        number=need.number,
        state=need.state,
        state_label=state.label,
        turn=state.turn,
        due_at=need.due_at if sees_all else None,
        days_left=clockwork.calendar.working_days_between(today(), beijing(need.due_at).date())
        if sees_all and need.due_at
        else None,
        organization=organization_label(organization, access, need),
        association=association,
        handler=handler if sees_all else None,
        industry_field=need.industry_field,
        service_type=need.service_type,
        region_code=need.region_code,
        is_delegated=need.is_delegated,
        resolution_label=RESOLUTIONS[need.resolution] if need.resolution else None,
        round=need.round,
        hidden={name: level_of(need, name) for name in DEFAULT_LEVELS if not may_read(access, need, name)},
        levels={name: level_of(need, name) for name in DEFAULT_LEVELS} if sees_all else {},
        created_at=need.created_at,
        ties=ties(session, actor, need),
        actions=[ActionOut.of(transition) for transition in available(NEED, need, actor)],
        **readable,  # type: ignore[arg-type]
    )


def lines(session: Session, actor: Actor, needs: Sequence[Need]) -> list[NeedLine]:
    wanted = sorted({need.organization_id for need in needs})
    found = session.exec(select(Organization).where(col(Organization.id).in_(wanted)))
    organizations = {organization.id: organization for organization in found}
    labels = list_labels(session, actor, needs)
    shown = []
    for need in needs:
        tie, owner_count = labels.get(need.id, ("", 1))
        access, state = access_of(actor, need), NEED.states[need.state]
        shown.append(
            NeedLine(
                id=need.id,
                number=need.number,
                title=need.title if may_read(access, need, "title") else "（标题受邀可见）",
                state=need.state,
                state_label=state.label,
                turn=state.turn,
                due_at=need.due_at if access is Access.ALL else None,
                organization=organization_label(organizations[need.organization_id], access, need),
                industry_field=need.industry_field,
                tie=tie,
                owner_count=owner_count,
                created_at=need.created_at,
            )
        )
    return shown


def steps_of_need(session: Session, actor: Actor, need: Need, changes: Sequence[StatusChange]) -> list[StepOut]:
    """As `steps`. A further owner of a 共性需求 learns what happened and when; who did it and what was said, only where
    it concerns all owners."""
    told = steps(session, changes, NEED)
    if access_of(actor, need) is Access.ALL:
        return told
    return [
        step if step.action in _FOR_ALL_OWNERS else step.model_copy(update={"actor": "", "reason": "", "note": ""})
        for step in told
    ]
