"""Experts: entering one, claiming and editing a profile, the expert's own settings, and contact data with a log."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func
from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.clock import now
from service.errors import Conflict, Forbidden, Invalid, Stale
from service.jobs import enqueue
from service.models import ConsentChannel, Employment, Expert, ExpertState, ReadEntry, User, Work
from service.people_facts import is_expert_self, looks_after_expert
from service.permissions import require
from service.privacy_facts import ContactCase
from service.rules.consent_purposes import RECOMMEND
from service.rules.person_name import check_person_name
from service.rules.phone import check_phone
from service.rules.plain_text import identity_key
from service.rules.region import scope_prefix
from service.schemas.common import ActionInput
from service.schemas.experts import ExpertInput, ExpertSettings, NewExpert, SavedExpert
from service.services import Services
from service.usecases import words
from service.usecases.consent_log import given_contact, keep, withdraw_all
from service.usecases.lookup import existing
from service.usecases.named import by_name, is_named
from service.usecases.organizations import verified_society
from service.usecases.own_achievements import unpublish_achievements, withdraw_achievements
from service.usecases.paging import Orders, by, by_state, in_order, page_of_rows
from service.usecases.places import association_for_person
from service.usecases.proxies import record_proxy
from service.usecases.secrecy import refuse_secrets
from service.usecases.society_branches import fit_branch
from service.visibility import visible_experts
from service.workflow.engine import perform
from service.workflow.experts import EXPERT

ORDERS: Orders = {
    "name": by("姓名", *by_name(Expert)),
    "unit": by("单位", func.nullif(col(Expert.organization_name), ""), *by_name(Expert)),
    "region": by("所在地", col(Expert.region_code), *by_name(Expert)),
    "state": by("状态", by_state(col(Expert.state), EXPERT.states), *by_name(Expert)),
}


def find(session: Session, actor: Actor, expert_id: str, policy: str = "expert.view") -> Expert:
    """Raises NotFound alike for what does not exist and for what this person may not see."""
    expert = existing(session, actor, Expert, expert_id)
    require(actor, policy, expert)
    return expert


def known(session: Session, actor: Actor, expert_ids: Iterable[str]) -> list[Expert]:
    """Those among them that this person may see, by name."""
    require(actor, "expert.list")
    wanted = visible_experts(actor).where(col(Expert.id).in_(sorted(expert_ids)))
    return list(session.exec(wanted.order_by(*by_name(Expert))))


def create(session: Session, services: Services, actor: Actor, content: NewExpert) -> Expert:
    """By the expert, which claims it at once; or by staff or a society: then nobody is told of it before a claim."""
    require(actor, "expert.create")
    refuse_secrets(_texts(content), services.settings.secrecy_officer)
    assert actor.user_id is not None  # "expert.create" needs a person
    region_code = words.region(content.region_code)
    association = association_for_person(session, region_code)
    if content.society_id is not None:
        verified_society(session, content.society_id)
    expert = Expert(
        user_id=actor.user_id if content.for_myself else None,
        created_by_id=actor.user_id,
        name="",
        name_key="",
        region_code=region_code,
        association_id=association.id,
        association_path=association.path,
        society_id=content.society_id,
        entered_at=now(),
    )
    if not content.for_myself and not looks_after_expert(actor, expert):
        raise Forbidden("只能录入本地区或本学会的专家。给自己建画像，请选“给自己建画像”。")
    if content.for_myself and session.exec(select(Expert.id).where(Expert.user_id == actor.user_id)).first():
        raise Conflict("您已经有画像了，请直接修改，不必再建。")
    expert.branch_id = fit_branch(session, content.society_id, content.branch_id)
    _fill(expert, content)
    session.add(expert)
    session.flush()
    _write_lists(session, expert, content)
    if content.proxy is not None:
        record_proxy(
            session, services, actor, "create", subject_kind="expert", subject_id=expert.id, proxy=content.proxy
        )
    _audit(session, actor, expert, "create")
    if content.for_myself:
        perform(session, EXPERT, expert, "claim", actor, services.clockwork)
    session.flush()
    return expert


def connect(session: Session, actor: Actor, expert_id: str, *, user_id: str, version: int) -> Expert:
    """Say which account is this person's, so that they can claim the profile. By who looks after it."""
    expert = find(session, actor, expert_id, "expert.connect")
    _refuse_stale(session, expert, version, None)
    if session.get(User, user_id) is None:
        raise Invalid("没有这个账号。请按手机号、邮箱或用户名重新查找。", field="user_id")
    if session.exec(select(Expert.id).where(Expert.user_id == user_id)).first():
        raise Conflict("这个账号已经有画像了。请核对是不是同一个人。")
    expert.user_id = user_id
    session.add(expert)
    _audit(session, actor, expert, "connect")
    return expert


def save(session: Session, services: Services, actor: Actor, expert_id: str, content: SavedExpert) -> Expert:
    """Replace what the profile says. Raises Stale, with what is stored, if somebody saved in between."""
    refuse_secrets(_texts(content), services.settings.secrecy_officer)
    expert = find(session, actor, expert_id, "expert.edit")
    _refuse_stale(session, expert, content.version, content)
    expert.branch_id = fit_branch(session, expert.society_id, content.branch_id, held=expert.branch_id)
    _fill(expert, content)
    session.add(expert)
    _write_lists(session, expert, content)
    enqueue(session, "index.refresh", key=f"expert:{expert.id}")
    _audit(session, actor, expert, "save")
    session.flush()
    return expert


def change_settings(
    session: Session, services: Services, actor: Actor, expert_id: str, content: ExpertSettings
) -> Expert:
    """参与推荐, capacity, pause, where, what for. Turning 参与推荐 on is the consent, turning it off withdraws it."""
    expert = find(session, actor, expert_id, "expert.settings")
    _refuse_stale(session, expert, content.version, None)
    if content.takes_part is not expert.takes_part:
        keep(session, expert, RECOMMEND, given=content.takes_part, channel=ConsentChannel.WEB, by=actor.user_id)
        follow_consent(session, services, expert)
    expert.monthly_capacity = content.monthly_capacity
    expert.paused_until = content.paused_until
    expert.service_types = sorted(set(content.service_types))
    expert.regions = sorted({words.region(code, "regions") for code in content.regions})
    session.add(expert)
    enqueue(session, "index.refresh", key=f"expert:{expert.id}")
    _audit(session, actor, expert, "settings")
    session.flush()
    return expert


def act(session: Session, services: Services, actor: Actor, expert_id: str, action: str, given: ActionInput) -> Expert:
    refuse_secrets({"说明": given.note}, services.settings.secrecy_officer)
    expert = find(session, actor, expert_id, "expert.act")
    _refuse_stale(session, expert, given.version, None)
    perform(session, EXPERT, expert, action, actor, services.clockwork, reason=given.reason, note=given.note)
    if expert.state is ExpertState.LEFT:
        withdraw_all(session, expert, by=actor.user_id)
        withdraw_achievements(session, services, [expert.id], "本人已退出专家库")
    session.flush()
    return expert


def follow_consent(session: Session, services: Services, expert: Expert) -> None:
    """After what they agree to has changed: who does not want to be found is not found by an achievement either."""
    if not expert.takes_part:
        unpublish_achievements(session, services, expert.id, "本人已撤回参与推荐的同意，重新同意后可以再提交")


def contact(session: Session, actor: Actor, expert_id: str) -> tuple[str, str]:
    """(mobile, mail). Reading somebody else's leaves a trace."""
    expert = existing(session, actor, Expert, expert_id)
    require(actor, "expert.contact", ContactCase(expert, given_contact(session, expert.id)))
    if not is_expert_self(actor, expert):
        assert actor.user_id is not None  # "expert.contact" needs a person
        session.add(ReadEntry(reader_id=actor.user_id, subject_kind="expert", subject_id=expert.id, what="mobile mail"))
    return expert.mobile, expert.mail


def page_of(
    session: Session,
    actor: Actor,
    *,
    search: str = "",
    state: ExpertState | None = None,
    city: str = "",
    sort: str = "",
    page: int = 1,
) -> tuple[list[Expert], int]:
    """(experts of this page, how many in all). search: a part of the name; city: the code of a city or
    a province, for all who live there."""
    require(actor, "expert.list")
    wanted = visible_experts(actor)
    wanted = wanted.where(is_named(Expert, search))
    if state is not None:
        wanted = wanted.where(Expert.state == state)
    if city:
        wanted = wanted.where(col(Expert.region_code).startswith(scope_prefix(city), autoescape=True))
    return page_of_rows(session, wanted, *in_order(ORDERS, sort, actor), page=page)


def employments(session: Session, expert: Expert) -> list[Employment]:
    wanted = select(Employment).where(Employment.expert_id == expert.id)
    return list(session.exec(wanted.order_by(col(Employment.since).desc(), col(Employment.id))))


def works(session: Session, expert: Expert) -> list[Work]:
    wanted = select(Work).where(Work.expert_id == expert.id)
    return list(session.exec(wanted.order_by(col(Work.year).desc().nulls_last(), col(Work.title), col(Work.id))))


def _fill(expert: Expert, content: ExpertInput) -> None:
    checked = check_person_name(content.name)
    if checked.error:
        raise Invalid(checked.error, field="name")
    expert.name, expert.name_key = checked.name, identity_key(checked.name)
    expert.professional_title = words.line(content.professional_title, "professional_title", 50)
    expert.organization_name = words.line(content.organization_name, "organization_name", 100)
    expert.region_code = words.region(content.region_code)
    expert.profile = words.paragraphs(content.profile, "profile")
    if content.mobile.strip():
        phone = check_phone(content.mobile)
        if phone.error:
            raise Invalid(phone.error, field="mobile")
        expert.mobile = phone.phone
    else:
        expert.mobile = ""
    expert.mail = words.line(content.mail, "mail")


def _write_lists(session: Session, expert: Expert, content: ExpertInput) -> None:
    for old in (*employments(session, expert), *works(session, expert)):
        session.delete(old)
    session.flush()
    for post in content.employments:
        name = words.line(post.organization_name, "employments", 100)
        session.add(
            Employment(
                expert_id=expert.id,
                organization_name=name,
                organization_key=identity_key(name),
                position=words.line(post.position, "employments", 50),
                since=post.since,
                until=post.until,
            )
        )
    for work in content.works:
        title, text = words.line(work.title, "works"), words.paragraphs(work.text, "works", 5_000)
        session.add(Work(expert_id=expert.id, kind=work.kind, year=work.year, title=title, text=text))


def _texts(content: ExpertInput) -> dict[str, str]:
    """What was written in words, by the field's label."""
    done = "\n".join(f"{work.title}\n{work.text}" for work in content.works)
    held = "\n".join(f"{post.organization_name} {post.position}" for post in content.employments)
    return {
        "姓名": content.name,
        "职称": content.professional_title,
        "单位": content.organization_name,
        "研究方向": content.profile,
        "论文、专利、项目": done,
        "任职经历": held,
        "邮箱": content.mail,
    }


def _refuse_stale(session: Session, expert: Expert, version: int, content: ExpertInput | None) -> None:
    if expert.version == version:
        return
    plain = ("name", "professional_title", "organization_name", "region_code", "profile")
    theirs = {
        name: getattr(expert, name) for name in plain if content and getattr(content, name) != getattr(expert, name)
    }
    raise Stale(
        "您打开之后，这份画像有了变化。两边的内容都在：请对照后再保存。",
        details={"version": expert.version, "theirs": theirs},
    )


def _audit(session: Session, actor: Actor, expert: Expert, act: str) -> None:
    audit.record(session, actor_id=actor.user_id, act=f"expert.{act}", subject_kind="expert", subject_id=expert.id)
