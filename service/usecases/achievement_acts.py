"""Moving an achievement along: its lifecycle, and sealing what may be secret."""

from __future__ import annotations

from sqlmodel import Session

from service import audit
from service.achievement_facts import is_achievement_owner
from service.actors import Actor
from service.clock import now
from service.errors import Invalid, Stale
from service.jobs import enqueue
from service.models import Achievement, StatusChange
from service.schemas.achievements import AchievementActionInput
from service.services import Services
from service.usecases.achievements import find
from service.usecases.histories import changes_of
from service.usecases.numbers import next_number
from service.usecases.proxies import record_proxy
from service.usecases.secrecy import refuse_secrets
from service.workflow.achievements import ACHIEVEMENT
from service.workflow.engine import perform

_HANDS_IN = ("submit", "resubmit")


def act(
    session: Session,
    services: Services,
    actor: Actor,
    achievement_id: str,
    action: str,
    given: AchievementActionInput,
) -> Achievement:
    """Perform one step of the lifecycle; confirming that there are no secrets counts for handing in only."""
    refuse_secrets({"说明": given.note}, services.settings.secrecy_officer)
    achievement = find(session, actor, achievement_id, "achievement.act")
    if achievement.version != given.version:
        raise Stale(
            "您打开之后，这项成果有了变化。请刷新页面，核对后再办理；您填写的说明还在页面上。",
            details={"version": achievement.version, "theirs": {"state": achievement.state}},
        )
    if action in _HANDS_IN and given.confirm_no_secrets:
        achievement.no_secrets_confirmed_at = now()
    perform(session, ACHIEVEMENT, achievement, action, actor, services.clockwork, reason=given.reason, note=given.note)
    if action in _HANDS_IN:
        _hand_in(session, services, actor, achievement, action, given)
    if action == "revise":
        # What will be handed in next may say something else.
        achievement.no_secrets_confirmed_at = None
    session.flush()
    return achievement


def seal(session: Session, services: Services, actor: Actor, achievement_id: str, *, note: str) -> None:
    """发现疑似涉密: hide it from everyone at once, except that the secrecy officer sees that it exists."""
    refuse_secrets({"说明": note}, services.settings.secrecy_officer)
    achievement = find(session, actor, achievement_id, "achievement.seal")
    achievement.sealed_at = now()
    enqueue(session, "secrecy.alert", key=f"achievement:{achievement.id}")
    _note(session, actor, achievement, "seal", note)


def unseal(session: Session, services: Services, actor: Actor, achievement_id: str, *, note: str) -> None:
    """The officer found no secret: everything is as before."""
    refuse_secrets({"说明": note}, services.settings.secrecy_officer)
    achievement = find(session, actor, achievement_id, "achievement.unseal")
    achievement.sealed_at = None
    _note(session, actor, achievement, "unseal", note)


def history(session: Session, actor: Actor, achievement_id: str) -> list[StatusChange]:
    """All steps, oldest first."""
    achievement = find(session, actor, achievement_id, "achievement.history")
    return changes_of(session, ACHIEVEMENT, achievement.id)


def _hand_in(
    session: Session,
    services: Services,
    actor: Actor,
    achievement: Achievement,
    action: str,
    given: AchievementActionInput,
) -> None:
    if not is_achievement_owner(actor, achievement):
        if given.proxy is None:
            raise Invalid("代为提交请写明受谁委托、用什么方式、什么时候。", field="proxy")
        record_proxy(
            session, services, actor, action, subject_kind="achievement", subject_id=achievement.id, proxy=given.proxy
        )
    achievement.number = achievement.number or next_number(session, "CG", services.settings.province)
    achievement.submitted_content_version = achievement.content_version


def _note(session: Session, actor: Actor, achievement: Achievement, action: str, note: str) -> None:
    """History and audit of an act that leaves the state as it is."""
    session.add(achievement)
    state = str(achievement.state)
    change = StatusChange(
        subject_kind="achievement",
        subject_id=achievement.id,
        action=action,
        source=state,
        target=state,
        actor_id=actor.signature,
        note=note,
        due_at=achievement.due_at,
    )
    audit.record_change(session, change, content="\x1f".join((state, state, note)))
