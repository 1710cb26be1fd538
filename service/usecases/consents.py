"""Looking at one's consents and deciding about them; staff enter what an expert said by telephone or on paper."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service.actors import Actor
from service.errors import Conflict, Invalid, NotFound, Stale
from service.jobs import enqueue
from service.models import ConsentChannel, ConsentEntry, Expert, ExpertState, User
from service.permissions import require
from service.rules.consent_purposes import PURPOSES, Purpose
from service.schemas.consents import ConsentInput, ConsentOut, EnteredConsent
from service.services import Services
from service.usecases import experts
from service.usecases.consent_log import keep, latest
from service.usecases.proxies import record_proxy

_CHANNELS = {
    ConsentChannel.WEB: "本人在平台上",
    ConsentChannel.ANSWER: "随接受邀约",
    ConsentChannel.LEAVING: "随退出或注销",
    ConsentChannel.PHONE: "电话，代为登记",
    ConsentChannel.WECHAT: "微信，代为登记",
    ConsentChannel.PAPER: "纸面，代为登记",
    ConsentChannel.IN_PERSON: "当面，代为登记",
}


def own(session: Session, actor: Actor) -> list[ConsentOut]:
    """Every purpose this person is asked about: as a user, and as an expert if they are one."""
    require(actor, "privacy.own")
    shown = _shown(session, session.get_one(User, actor.user_id))
    if actor.expert_id:
        shown = _shown(session, session.get_one(Expert, actor.expert_id)) + shown
    return shown


def decide(session: Session, services: Services, actor: Actor, given: ConsentInput) -> None:
    """Raises Invalid, Stale (the words have changed), Conflict (nothing would change, or the expert has left)."""
    require(actor, "privacy.own")
    purpose = _known(given)
    holder: User | Expert = session.get_one(User, actor.user_id)
    if purpose.for_experts:
        if actor.expert_id is None:
            raise Conflict("这一项只问专家。您还没有专家画像，需要的话请先建画像。")
        holder = session.get_one(Expert, actor.expert_id)
    _refuse_idle(session, holder, given)
    keep(session, holder, given.purpose, given=given.given, channel=ConsentChannel.WEB, by=actor.user_id)
    if isinstance(holder, Expert):
        experts.follow_consent(session, services, holder)


def of_expert(session: Session, actor: Actor, expert_id: str) -> list[ConsentOut]:
    return _shown(session, experts.find(session, actor, expert_id, "consent.view"))


def enter(
    session: Session, services: Services, actor: Actor, expert_id: str, given: EnteredConsent
) -> list[ConsentOut]:
    """By who looks after the expert, who is told. Taking back needs no proof; agreeing needs it."""
    expert = experts.find(session, actor, expert_id, "consent.enter")
    if not _known(given).for_experts and expert.user_id is not None:
        raise Invalid("这一项是本人账号的设置，请本人登录后在“我的授权”里改。", field="purpose")
    if given.given and not given.confirmed:
        raise Invalid(
            "请先把授权说明读给本人听或交本人看，取得签字或回拨核实，再勾选“已核实”。没有核实的不能登记为同意。",
            field="confirmed",
        )
    _refuse_idle(session, expert, given)
    channel = ConsentChannel(given.proxy.channel)
    entry = keep(session, expert, given.purpose, given=given.given, channel=channel, by=actor.user_id)
    experts.follow_consent(session, services, expert)
    record_proxy(
        session,
        services,
        actor,
        f"consent.{given.purpose}",
        subject_kind="expert",
        subject_id=expert.id,
        proxy=given.proxy,
        confirmed=given.confirmed,
    )
    session.flush()
    enqueue(session, "notify", key=f"consent_entry:{entry.seq}")
    return _shown(session, expert)


def _known(given: ConsentInput) -> Purpose:
    purpose = PURPOSES.get(given.purpose)
    if purpose is None:
        raise NotFound("没有这一项授权。请刷新页面。")
    if given.given and given.text_version != purpose.version:
        raise Stale("授权说明刚刚更新过。请刷新页面，看过新的说明再决定。", details={"text_version": purpose.version})
    return purpose


def _refuse_idle(session: Session, holder: User | Expert, given: ConsentInput) -> None:
    if given.given and isinstance(holder, Expert) and holder.state is ExpertState.LEFT:
        raise Conflict("已经退出的专家不能再同意。如需恢复，请联系当地科协。")
    last = latest(session, holder.id).get(given.purpose)
    purpose = PURPOSES[given.purpose]
    stands = last.given if last else purpose.unless_withdrawn
    is_same_text = last is None or last.text_version == purpose.version
    if stands is given.given and is_same_text:
        raise Conflict("现在已经是这样，不用再改。请刷新页面。")


def _shown(session: Session, holder: User | Expert) -> list[ConsentOut]:
    entries = latest(session, holder.id)
    writers = {entry.entered_by_id for entry in entries.values() if entry.entered_by_id}
    found = session.exec(select(User).where(col(User.id).in_(sorted(writers))))
    names = {user.id: user.name for user in found}
    return [
        _one(code, purpose, entries.get(code), names)
        for code, purpose in PURPOSES.items()
        if _is_asked(holder, purpose)
    ]


def _is_asked(holder: User | Expert, purpose: Purpose) -> bool:
    if isinstance(holder, User):
        return not purpose.for_experts
    return purpose.for_experts or holder.user_id is None


def _one(code: str, purpose: Purpose, entry: ConsentEntry | None, names: dict[str, str]) -> ConsentOut:
    return ConsentOut(
        purpose=code,
        title=purpose.title,
        text=purpose.text,
        text_version=purpose.version,
        given=entry.given if entry else purpose.unless_withdrawn,
        unless_withdrawn=purpose.unless_withdrawn,
        decided_at=entry.at if entry else None,
        decided_version=entry.text_version if entry else None,
        channel=_CHANNELS[entry.channel] if entry else None,
        entered_by=names.get(entry.entered_by_id or "") if entry else None,
    )
