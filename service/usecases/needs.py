"""Writing and reading needs: draft, save, find, list."""

from __future__ import annotations

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.errors import Forbidden, Invalid, Stale
from service.facts import is_own_organization
from service.field_visibility import has_part, need_deadline, need_owner, need_title
from service.models import Association, Need, NeedState, Organization, SubProblem
from service.permissions import require
from service.schemas.needs import NeedInput, NewNeed, SavedNeed
from service.services import Services
from service.usecases import autosaves, words
from service.usecases.lookup import existing
from service.usecases.paging import Order, Orders, by, by_state, in_order, page_of_rows
from service.usecases.places import association_for
from service.usecases.proxies import record_proxy
from service.usecases.secrecy import refuse_secrets
from service.visibility import own_or_handled_needs, visible_needs
from service.workflow.engine import Turn
from service.workflow.needs import NEED

_TEXTS = ("title", "scene", "situation", "targets", "restrictions", "tried")
_FACTS = (
    "industry_field",
    "service_type",
    "region_code",
    "budget_low_fen",
    "budget_high_fen",
    "wanted_by",
    "is_delegated",
)
# What the needs of a list can be put in order by.
ORDERS: Orders = {
    "created": by("提出", col(Need.created_at), col(Need.id), newest_first=True),
    "title": Order("标题", lambda actor: (need_title(actor), col(Need.id))),
    "state": by("状态", by_state(col(Need.state), NEED.states), col(Need.created_at), col(Need.id)),
    "due": Order("期限", lambda actor: (need_deadline(actor), col(Need.id))),
    "organization": Order("需求方", lambda actor: (need_owner(actor), col(Need.id))),
}
_EDITABLE_STATES = (NeedState.DRAFT, NeedState.MORE_INFO, NeedState.SUBMITTED)


def find(session: Session, actor: Actor, need_id: str, policy: str = "need.view") -> Need:
    """Raises NotFound alike for what does not exist and for what this person may not see."""
    need = existing(session, actor, Need, need_id)
    require(actor, policy, need)
    return need


def create(session: Session, services: Services, actor: Actor, content: NewNeed) -> Need:
    """A draft, by one of the organisation's people or, as 代录, by staff of the 科協 responsible for it."""
    require(actor, "need.create")
    refuse_secrets(content.texts(), services.settings.secrecy_officer)
    organization = session.get(Organization, content.organization_id)
    if organization is None:
        raise Invalid("没有这个需求方。请先登记组织，或重新选择。", field="organization_id")
    home = session.get_one(Association, organization.association_id)
    if not is_own_organization(actor, organization):
        if not actor.has_in_scope(home.path):
            raise Forbidden("您不是这个组织的联系人，不能替它发布需求。请让组织管理员先把您加为联系人。")
        if content.proxy is None:
            raise Invalid("代录请写明受谁委托、用什么方式、什么时候。", field="proxy")
    association = association_for(session, organization.region_code)
    need = Need(
        organization_id=organization.id,
        created_by_id=_user_id(actor),
        association_id=association.id,
        association_path=association.path,
        origin_path=association.path,
    )
    session.add(need)
    # The entries below refer to it.
    session.flush()
    _write(need, content)
    _write_sub_problems(session, need, content)
    if content.proxy is not None:
        record_proxy(session, services, actor, "create", subject_kind="need", subject_id=need.id, proxy=content.proxy)
    audit.record(session, actor_id=actor.user_id, act="need.create", subject_kind="need", subject_id=need.id)
    return need


def save(session: Session, services: Services, actor: Actor, need_id: str, content: SavedNeed) -> Need:
    """Replace what the need says. Raises Stale, with what is stored, if somebody saved in between."""
    refuse_secrets(content.texts(), services.settings.secrecy_officer)
    need = find(session, actor, need_id, "need.edit")
    refuse_unless_editable(need)
    theirs = differences(session, need, content)
    # Sent twice, it says what is stored already.
    if theirs and content.version != need.version:
        raise Stale(
            "您打开之后，别人已经改过这条需求。两边的内容都在：请对照后选择保留哪一边，再保存。",
            details={"version": need.version, "theirs": theirs},
        )
    if theirs:
        note_change(need)
        _write(need, content)
        if "sub_problems" in theirs:
            _write_sub_problems(session, need, content)
        audit.record(
            session,
            actor_id=actor.user_id,
            act="need.save",
            subject_kind="need",
            subject_id=need.id,
            content=content.model_dump_json(),
        )
    autosaves.forget(session, actor, need)
    return need


def note_change(need: Need) -> None:
    """Of text or files: what was confirmed was another content, so handing it in asks again."""
    need.content_version += 1
    if need.state is not NeedState.SUBMITTED:
        need.no_secrets_confirmed_at = None


def is_editable(need: Need) -> bool:
    return need.state in _EDITABLE_STATES


def refuse_unless_editable(need: Need) -> None:
    if not is_editable(need):
        raise Forbidden("需求已经受理或办结，不能再直接修改。请在办理页面提出更正，由科协退回后修改。")


def differences(session: Session, need: Need, content: NeedInput) -> dict[str, object]:
    """Field → what is stored, for every field in which the content differs from it."""
    stored: dict[str, object] = {name: getattr(need, name) for name in (*_TEXTS, *_FACTS, "levels")}
    stored["sub_problems"] = sub_problems(session, need)
    return {name: value for name, value in stored.items() if value != _as_stored(content, name)}


_SUB_PROBLEMS = (
    select(SubProblem.text).where(SubProblem.need_id == bindparam("need_id")).order_by(col(SubProblem.place))
)


def sub_problems(session: Session, need: Need) -> list[str]:
    return list(session.exec(_SUB_PROBLEMS, params={"need_id": need.id}))


def page_of(
    session: Session,
    actor: Actor,
    *,
    mine: bool = False,
    state: NeedState | None = None,
    industry_field: str = "",
    search: str = "",
    sort: str = "",
    page: int = 1,
) -> tuple[list[Need], int]:
    """(needs of this page, how many in all). mine: only what the actor owns or handles; search: a part of the number or
    the title."""
    require(actor, "need.list")
    wanted = own_or_handled_needs(actor) if mine else visible_needs(actor)
    if state is not None:
        wanted = wanted.where(Need.state == state)
    if industry_field:
        wanted = wanted.where(Need.industry_field == industry_field)
    wanted = wanted.where(has_part(search, col(Need.number), need_title(actor)))
    return page_of_rows(session, wanted, *in_order(ORDERS, sort, actor), page=page)


def waiting_for_owner(session: Session, actor: Actor) -> list[Need]:
    """Needs of the actor's organisations whose next step is theirs, the most urgent first; drafts last."""
    require(actor, "need.list")
    states = [state for state, note in NEED.states.items() if note.turn == Turn.OWNER]
    wanted = own_or_handled_needs(actor).where(
        col(Need.organization_id).in_(sorted(actor.organizations)), col(Need.state).in_(states)
    )
    urgent_first = (col(Need.due_at).is_(None), col(Need.due_at), col(Need.created_at).desc(), col(Need.id))
    return page_of_rows(session, wanted, *urgent_first, page=1)[0]


def _write(need: Need, content: NeedInput) -> None:
    for name in (*_TEXTS, *_FACTS, "levels"):
        setattr(need, name, _as_stored(content, name))


def _write_sub_problems(session: Session, need: Need, content: NeedInput) -> None:
    for old in session.exec(select(SubProblem).where(SubProblem.need_id == need.id)):
        session.delete(old)
    session.flush()
    wanted = sub_problems_of(content)
    session.add_all(SubProblem(need_id=need.id, place=place, text=text) for place, text in enumerate(wanted))


def sub_problems_of(content: NeedInput) -> list[str]:
    kept = [words.paragraphs(text, "sub_problems", 2_000) for text in content.sub_problems]
    return [text for text in kept if text]


def _as_stored(content: NeedInput, name: str) -> object:
    value = getattr(content, name)
    if name == "title":
        return words.line(value, name)
    if name in _TEXTS:
        return words.paragraphs(value, name)
    if name == "sub_problems":
        return sub_problems_of(content)
    if name == "region_code":
        return words.region(value) if value else ""
    if name == "levels":
        return {str(field): str(level) for field, level in value.items()}
    return value


def _user_id(actor: Actor) -> str:
    assert actor.user_id is not None  # "need.create" and "need.edit" need a person
    return actor.user_id
