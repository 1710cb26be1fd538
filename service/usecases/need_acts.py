"""Moving a need along: its lifecycle, and what staff do beside it (pass on, assign, seal)."""

from __future__ import annotations

from sqlmodel import Session

from service import audit
from service.actors import Actor, actor_of
from service.clock import now
from service.errors import Invalid, Stale
from service.facts import handles_need, is_need_owner
from service.jobs import enqueue
from service.models import Association, Need, NeedState, StatusChange, User
from service.schemas.common import ActionInput, ProxyInput
from service.services import Services
from service.usecases.histories import changes_of
from service.usecases.need_effects import EFFECTS
from service.usecases.needs import find
from service.usecases.numbers import next_number
from service.usecases.progress import settle
from service.usecases.proxies import record_proxy
from service.usecases.secrecy import refuse_secrets
from service.usecases.similar_needs import NOTHING_SIMILAR, DuplicateCheck, keep_answer
from service.workflow.engine import perform
from service.workflow.needs import NEED

_FIRST = "submit"
_HANDS_IN = ("submit", "resubmit", "take_up")
# The owner's own; staff who do them for an owner say who asked.
_OWNERS = (*_HANDS_IN, "withdraw")


def act(
    session: Session,
    services: Services,
    actor: Actor,
    need_id: str,
    action: str,
    given: ActionInput,
    *,
    confirm_no_secrets: bool = False,
    duplicates: DuplicateCheck = NOTHING_SIMILAR,
) -> Need:
    """Perform one step of the lifecycle. confirm_no_secrets counts for handing in only, duplicates for the first time:
    what the caller found before this transaction began (ranking has no place in it), and what was said to it."""
    refuse_secrets({"说明": given.note}, services.settings.secrecy_officer)
    need = find(session, actor, need_id, "need.act")
    refuse_stale(need, given.version)
    if action in _HANDS_IN and confirm_no_secrets:
        need.no_secrets_confirmed_at = now()
    if action == _FIRST:
        keep_answer(session, actor, need, duplicates)
    perform(session, NEED, need, action, actor, services.clockwork, reason=given.reason, note=given.note)
    if action in _OWNERS and not is_need_owner(actor, need):
        _keep_proxy(session, services, actor, need, action, given.proxy)
    if action in _HANDS_IN:
        _hand_in(session, services, need)
    if action in EFFECTS:
        EFFECTS[action](session, services, actor, need, given)
    session.flush()
    return need


def _keep_proxy(
    session: Session, services: Services, actor: Actor, need: Need, action: str, proxy: ProxyInput | None
) -> None:
    if proxy is None:
        raise Invalid("代为办理请写明受谁委托、用什么方式、什么时候。", field="proxy")
    record_proxy(session, services, actor, action, subject_kind="need", subject_id=need.id, proxy=proxy)


def _hand_in(session: Session, services: Services, need: Need) -> None:
    need.number = need.number or next_number(session, "XQ", services.settings.province)
    need.submitted_content_version = need.content_version


def pass_on(
    session: Session, services: Services, actor: Actor, need_id: str, *, association_id: str, note: str, version: int
) -> Need:
    """To another 科协: up, down or sideways, with the reason; the one before goes on seeing what comes of it."""
    refuse_secrets({"说明": note}, services.settings.secrecy_officer)
    need = find(session, actor, need_id, "need.pass")
    refuse_stale(need, version)
    target = session.get(Association, association_id)
    if target is None or target.id == need.association_id:
        raise Invalid("请选择另一个科协来接收。", field="association_id")
    before = need.association_path
    need.association_id, need.association_path, need.handler_id = target.id, target.path, None
    _note(session, actor, need, "pass", before, target.path, note)
    enqueue(session, "notify", key=f"need:{need.id}")
    return need


def assign(
    session: Session, services: Services, actor: Actor, need_id: str, *, handler_id: str, note: str, version: int
) -> Need:
    """换经办人, in one act. The new one must be able to handle it."""
    refuse_secrets({"说明": note}, services.settings.secrecy_officer)
    need = find(session, actor, need_id, "need.assign")
    refuse_stale(need, version)
    user = session.get(User, handler_id)
    if user is None or not user.is_active or not handles_need(actor_of(session, user), need):
        raise Invalid("这位同事不在受理这条需求的科协，或已离岗。请从名单中重新选择。", field="handler_id")
    before = need.handler_id or ""
    need.handler_id = user.id
    _note(session, actor, need, "assign", before, user.id, note)
    enqueue(session, "notify", key=f"need:{need.id}")
    return need


def seal(session: Session, services: Services, actor: Actor, need_id: str, *, note: str) -> None:
    """发现疑似涉密: hide it from everyone at once. From here only the secrecy officer sees that it exists."""
    refuse_secrets({"说明": note}, services.settings.secrecy_officer)
    need = find(session, actor, need_id, "need.seal")
    need.sealed_at = now()
    enqueue(session, "secrecy.alert", key=f"need:{need.id}")
    _note(session, actor, need, "seal", str(need.state), str(need.state), note)


def unseal(session: Session, services: Services, actor: Actor, need_id: str, *, note: str) -> Need:
    """The officer found no secret: everything is as before, and what stood still goes on."""
    refuse_secrets({"说明": note}, services.settings.secrecy_officer)
    need = find(session, actor, need_id, "need.unseal")
    need.sealed_at = None
    _note(session, actor, need, "unseal", str(need.state), str(need.state), note)
    if need.state is NeedState.ACCEPTED:
        enqueue(session, "match.suggest", key=f"need:{need.id}")
    settle(session, services, need)
    return need


def history(session: Session, actor: Actor, need_id: str) -> list[StatusChange]:
    """All steps, oldest first."""
    need = find(session, actor, need_id, "need.history")
    return changes_of(session, NEED, need.id)


def _note(session: Session, actor: Actor, need: Need, action: str, source: str, target: str, note: str) -> None:
    """History and audit of an act that leaves the state as it is. source, target: what changed, shortened to fit."""
    session.add(need)
    change = StatusChange(
        subject_kind="need",
        subject_id=need.id,
        action=action,
        source=source[-24:],
        target=target[-24:],
        actor_id=actor.user_id,
        note=note,
        due_at=need.due_at,
    )
    audit.record_change(session, change, content="\x1f".join((source, target, note)))


def refuse_stale(need: Need, version: int) -> None:
    if need.version != version:
        raise Stale(
            "您打开之后，这条需求有了变化。请刷新页面，核对后再办理；您填写的说明还在页面上。",
            details={"version": need.version, "theirs": {"state": need.state}},
        )
