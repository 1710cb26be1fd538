"""Writing and reading achievements: draft, save, find, list."""

from __future__ import annotations

from sqlmodel import Session, col

from service import audit
from service.achievement_facts import is_achievement_owner
from service.actors import Actor
from service.errors import Conflict, Forbidden, Invalid, Stale
from service.field_visibility import achievement_deadline, achievement_owner, achievement_title, has_part
from service.models import Achievement, AchievementState, Association, Expert, Organization
from service.permissions import POLICIES, require
from service.schemas.achievements import AchievementInput, NewAchievement, SavedAchievement
from service.services import Services
from service.usecases import words
from service.usecases.lookup import existing
from service.usecases.paging import Order, Orders, by, by_state, in_order, page_of_rows
from service.usecases.places import association_for
from service.usecases.proxies import record_proxy
from service.usecases.secrecy import refuse_secrets
from service.visibility import own_or_handled_achievements, visible_achievements
from service.workflow.achievements import ACHIEVEMENT

_FIELDS = (
    "title",
    "summary",
    "ip_status",
    "industry_field",
    "trl9",
    "cooperation_modes",
    "price_low_fen",
    "price_high_fen",
    "levels",
)
ORDERS: Orders = {
    "created": by("登记", col(Achievement.created_at), col(Achievement.id), newest_first=True),
    "title": Order("标题", lambda actor: (achievement_title(actor), col(Achievement.id))),
    "owner": Order("成果方", lambda actor: (achievement_owner(actor), col(Achievement.id))),
    "state": by("状态", by_state(col(Achievement.state), ACHIEVEMENT.states), col(Achievement.id)),
    "due": Order("期限", lambda actor: (achievement_deadline(actor), col(Achievement.id))),
}
EDITABLE_STATES = (AchievementState.DRAFT, AchievementState.MORE_INFO, AchievementState.SUBMITTED)


def find(session: Session, actor: Actor, achievement_id: str, policy: str = "achievement.view") -> Achievement:
    """Raises NotFound alike for what does not exist and for what this person may not see."""
    achievement = existing(session, actor, Achievement, achievement_id)
    require(actor, policy, achievement)
    return achievement


def create(session: Session, services: Services, actor: Actor, content: NewAchievement) -> Achievement:
    """A draft, by the expert or the organisation's people or, as 代录, by staff responsible for their place."""
    require(actor, "achievement.create")
    refuse_secrets(content.texts(), services.settings.secrecy_officer)
    home = _home(session, actor, content)
    assert actor.user_id is not None  # "achievement.create" needs a person
    achievement = Achievement(
        organization_id=content.organization_id,
        expert_id=content.expert_id,
        created_by_id=actor.user_id,
        association_id=home.id,
        association_path=home.path,
    )
    if not is_achievement_owner(actor, achievement):
        if not actor.handles(home.path):
            raise Forbidden("您不是成果方，不能替它发布成果。请由本人、组织的联系人，或请当地科协代录。")
        if content.proxy is None:
            raise Invalid("代录请写明受谁委托、用什么方式、什么时候。", field="proxy")
    _write(achievement, content)
    session.add(achievement)
    # The entries below refer to it.
    session.flush()
    if content.proxy is not None:
        record_proxy(
            session,
            services,
            actor,
            "create",
            subject_kind="achievement",
            subject_id=achievement.id,
            proxy=content.proxy,
        )
    _audit(session, actor, achievement, "create", content)
    return achievement


def save(
    session: Session, services: Services, actor: Actor, achievement_id: str, content: SavedAchievement
) -> Achievement:
    """Replace what it says. Raises Stale, with what is stored, if somebody saved in between."""
    refuse_secrets(content.texts(), services.settings.secrecy_officer)
    achievement = find(session, actor, achievement_id, "achievement.edit")
    if achievement.state not in EDITABLE_STATES:
        raise Conflict("成果已经发布或办结，不能直接修改。已发布的请先“收回修改”，改好再提交审核。")
    theirs = {name: stored for name in _FIELDS if (stored := getattr(achievement, name)) != _as_stored(content, name)}
    if content.version != achievement.version:
        raise Stale(
            "您打开之后，别人已经改过这项成果。两边的内容都在：请对照后选择保留哪一边，再保存。",
            details={"version": achievement.version, "theirs": theirs},
        )
    if theirs:
        _write(achievement, content)
        achievement.content_version += 1
        session.add(achievement)
        _audit(session, actor, achievement, "save", content)
    return achievement


def page_of(
    session: Session,
    actor: Actor,
    *,
    mine: bool = False,
    state: AchievementState | None = None,
    industry_field: str = "",
    search: str = "",
    sort: str = "",
    page: int = 1,
) -> tuple[list[Achievement], int]:
    """(achievements of this page, how many in all). mine: only what the actor owns or handles; search: a part of the
    number or the title."""
    require(actor, "achievement.list")
    wanted = own_or_handled_achievements(actor) if mine else visible_achievements(actor)
    if state is not None:
        wanted = wanted.where(Achievement.state == state)
    if industry_field:
        wanted = wanted.where(Achievement.industry_field == industry_field)
    wanted = wanted.where(has_part(search, col(Achievement.number), achievement_title(actor)))
    return page_of_rows(session, wanted, *in_order(ORDERS, sort, actor), page=page)


def owner_of(session: Session, achievement: Achievement) -> Organization | Expert:
    if achievement.organization_id is not None:
        return session.get_one(Organization, achievement.organization_id)
    return session.get_one(Expert, achievement.expert_id)


def _home(session: Session, actor: Actor, content: NewAchievement) -> Association:
    """The 科协 responsible for the owner. Raises Invalid alike for unknown owners and experts not to be seen."""
    if content.organization_id is not None:
        organization = session.get(Organization, content.organization_id)
        if organization is None:
            raise Invalid("没有这个组织。请先登记组织，或重新选择。", field="organization_id")
        return association_for(session, organization.region_code)
    expert = session.get(Expert, content.expert_id)
    if expert is None or not POLICIES["expert.view"].sees(actor, expert):
        raise Invalid("没有找到这位专家。请从专家名录里选择，或先建自己的画像。", field="expert_id")
    return session.get_one(Association, expert.association_id)


def _write(achievement: Achievement, content: AchievementInput) -> None:
    for name in _FIELDS:
        setattr(achievement, name, _as_stored(content, name))


def _as_stored(content: AchievementInput, name: str) -> object:
    value = getattr(content, name)
    if name == "title":
        return words.line(value, name)
    if name == "summary":
        return words.paragraphs(value, name)
    if name == "ip_status":
        return words.paragraphs(value, name, 2_000)
    if name == "cooperation_modes":
        return sorted({str(mode) for mode in value})
    if name == "levels":
        return {str(field): str(level) for field, level in value.items()}
    return value


def _audit(session: Session, actor: Actor, achievement: Achievement, act: str, content: AchievementInput) -> None:
    audit.record(
        session,
        actor_id=actor.signature,
        act=f"achievement.{act}",
        subject_kind="achievement",
        subject_id=achievement.id,
        content=content.model_dump_json(exclude={"proxy"}),
    )
