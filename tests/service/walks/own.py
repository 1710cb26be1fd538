"""What experts do about themselves: pause, take more or fewer, take a consent back, join a team or leave it, leave."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from sqlmodel import Session, col, select

from service.clock import beijing
from service.errors import AppError, Conflict
from service.models import ErasureRequest, ErasureState, Expert, ExpertState, User
from service.rules.consent_purposes import PURPOSES
from service.schemas.consents import ConsentInput
from service.schemas.experts import ExpertSettings
from service.schemas.privacy import ErasureInput
from service.usecases import consents, erasures, experts, team_members
from service.workflow.erasure_obstacles import nothing_is_open
from tests.service.walks.beside import pick
from tests.service.walks.forms import NOTE
from tests.service.walks.story import ADMIN, EXPERTS, ONE_A_MONTH, Story


def change_settings(story: Story) -> str | None:
    """Pause, take more or fewer a month, take part or not."""
    with story.writing() as session:
        expert = pick(story, _experts(session, ExpertState.VERIFIED))
        if expert is None:
            return None
        paused = beijing(story.moment).date() + timedelta(days=3)
        content = {
            "version": expert.version,
            "takes_part": story.rng.random() < 0.8,
            "monthly_capacity": 1 if expert.name == ONE_A_MONTH else story.rng.choice((1, 2, 9)),
            "paused_until": story.rng.choice((None, None, None, paused)),
        }
        user = session.get_one(User, expert.user_id)
        experts.change_settings(
            session, story.services, story.actor(session, user.name), expert.id, ExpertSettings.model_validate(content)
        )
        return f"{user.name} changes settings"


def take_contact_back(story: Story) -> str | None:
    """Or give it again: the consent that the company may have one's contact data."""
    with suppress(Conflict), story.writing() as session:
        expert = pick(story, _experts(session, ExpertState.VERIFIED))
        if expert is None:
            return None
        purpose = "contact_to_owner"
        given = {"purpose": purpose, "given": False, "text_version": PURPOSES[purpose].version}
        consents.decide(session, story.services, story.actor(session, expert.name), ConsentInput.model_validate(given))
        return f"{expert.name} takes the consent to contact back"
    return None


def leave_or_join_team(story: Story) -> str | None:
    with suppress(AppError), story.writing() as session:
        name = story.rng.choice(EXPERTS)
        actor = story.actor(session, name)
        act = story.rng.choice((team_members.leave, team_members.consent))
        act(session, actor, story.team_id)
        return f"{name}: {act.__name__} the team"
    return None


def erase(story: Story) -> str | None:
    """注销 of an expert, on their word; carried out once nothing is left hanging."""
    with story.writing() as session:
        admin = story.actor(session, ADMIN)
        waiting = session.exec(select(ErasureRequest).where(ErasureRequest.state == ErasureState.WAITING)).all()
        ready = [each for each in waiting if nothing_is_open(session, each) is None]
        if ready:
            erasures.carry_out(session, story.services, admin, ready[0].id, version=ready[0].version or 0)
            return "an expert is erased"
        expert = pick(story, _experts(session, ExpertState.VERIFIED))
        if waiting or expert is None:
            return None
        given = {"user_id": expert.user_id, "reason": NOTE, "proxy": story.proxy}
        erasures.ask_for(session, story.services, admin, ErasureInput.model_validate(given))
        return f"{expert.name} asks to be erased"


def _experts(session: Session, state: ExpertState) -> list[Expert]:
    wanted = select(Expert).where(Expert.state == state, col(Expert.user_id).is_not(None))
    return list(session.exec(wanted.order_by(Expert.name)))


ACTS = (change_settings, take_contact_back, leave_or_join_team)
