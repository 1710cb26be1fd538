"""An expert as one reader may see them."""

from __future__ import annotations

from sqlmodel import Session

from service.actors import Actor
from service.models import Expert, Organization, SocietyBranch
from service.people_facts import sees_all_of_expert
from service.rules.consent_purposes import PUBLIC_PROFILE
from service.rules.masking import mask_mail, mask_phone
from service.rules.region import full_name
from service.schemas.common import ActionOut
from service.schemas.experts import EmploymentOut, ExpertLine, ExpertOut, WorkOut
from service.usecases.consent_log import agrees
from service.usecases.experts import employments, works
from service.workflow.engine import available
from service.workflow.experts import EXPERT


def show(session: Session, actor: Actor, expert: Expert) -> ExpertOut:
    """Contact data is masked for everybody; reading it is an act of its own.

    Others read what the expert does only if the expert agreed to a public profile.
    """
    state, sees_all = EXPERT.states[expert.state], sees_all_of_expert(actor, expert)
    is_open = sees_all or agrees(session, expert.id, PUBLIC_PROFILE)
    done = [WorkOut.model_validate(work, from_attributes=True) for work in works(session, expert)]
    shown = ExpertOut(
        id=expert.id,
        version=expert.version or 0,
        name=expert.name,
        professional_title=expert.professional_title,
        organization_name=expert.organization_name,
        region=full_name(expert.region_code),
        society=session.get_one(Organization, expert.society_id).name if expert.society_id else None,
        branch=session.get_one(SocietyBranch, expert.branch_id).name if expert.branch_id else None,
        profile=expert.profile if is_open else None,
        works=done if is_open else None,
        state=expert.state,
        state_label=state.label,
        actions=[ActionOut.of(transition) for transition in available(EXPERT, expert, actor)],
    )
    if not sees_all:
        return shown
    held = [EmploymentOut.model_validate(post, from_attributes=True) for post in employments(session, expert)]
    return shown.model_copy(
        update={
            "turn": state.turn,
            "due_at": expert.due_at,
            "employments": held,
            "masked_mobile": mask_phone(expert.mobile) if expert.mobile else "",
            "masked_mail": mask_mail(expert.mail) if expert.mail else "",
            "takes_part": expert.takes_part,
            "monthly_capacity": expert.monthly_capacity,
            "paused_until": expert.paused_until,
            "service_types": expert.service_types,
            "regions": expert.regions,
        }
    )


def line(expert: Expert) -> ExpertLine:
    return ExpertLine(
        id=expert.id,
        name=expert.name,
        professional_title=expert.professional_title,
        organization_name=expert.organization_name,
        region=full_name(expert.region_code),
        state=expert.state,
        state_label=EXPERT.states[expert.state].label,
    )
