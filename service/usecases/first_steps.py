"""开始使用: what a new installation needs, each step done or not by what the database holds; none is compulsory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.actors import HANDLING, Actor
from service.clock import today
from service.errors import NotFound
from service.models import (
    Association,
    AssociationLevel,
    Expert,
    ExpertState,
    OneTimeSlip,
    Organization,
    OrganizationKind,
    Post,
    StoredSetting,
)
from service.permissions import require
from service.rules import region
from service.schemas.stored_settings import SkipInput, StartOut, StepOfStart
from service.services import Services
from service.settings import Settings
from service.stored_settings import present
from service.usecases import setting_rows

_NAME = "skipped_steps"
_SITE = "/admin/site"


class _Step(NamedTuple):
    """told: what is there or missing; address: where it is done."""

    key: str
    label: str
    told: str
    address: str
    is_done: bool


def show(session: Session, services: Services, actor: Actor) -> StartOut:
    require(actor, "upkeep.view")
    held = present(session, services.environment)
    skipped = set(held.skipped_steps)
    steps = [StepOfStart(**step._asdict(), is_skipped=step.key in skipped) for step in _steps(session, services, held)]
    left = sum(not (step.is_done or step.is_skipped) for step in steps)
    return StartOut(**setting_rows.change_of(session, _NAME).model_dump(), steps=steps, left=left)


def skip(session: Session, services: Services, actor: Actor, given: SkipInput) -> StartOut:
    """Or take it up again. Raises NotFound, Stale."""
    require(actor, "setting.change")
    held = present(session, services.environment)
    keys = [step.key for step in _steps(session, services, held)]
    if given.key not in keys:
        raise NotFound("没有这一步。请刷新页面。")
    chosen = {*held.skipped_steps, given.key} if given.is_skipped else {*held.skipped_steps} - {given.key}
    text = json.dumps([key for key in keys if key in chosen])
    setting_rows.store(session, actor, _NAME, text, version=given.version, act="skip")
    return show(session, services, actor)


def _steps(session: Session, services: Services, held: Settings) -> Iterator[_Step]:
    site = held.site
    yield _Step("name", "本会名称", site.association or "还没有填，写在页脚里。", _SITE, bool(site.association))
    yield _regions(session, held)
    yield _people(session)
    yield _Step("phone", "咨询电话", site.phone or "还没有填。企业和专家有事时打这个电话。", _SITE, bool(site.phone))
    lines = [each for each in (site.organizer, site.record_number) if each]
    told = "，".join(lines) if len(lines) == 2 else f"{'，'.join(lines) or '都还没有填'}。写在每一页的下面。"
    yield _Step("organizer", "主办单位与备案号", told, _SITE, len(lines) == 2)
    is_clock = (col(StoredSetting.name).startswith("deadlines."), col(StoredSetting.value).is_not(None))
    changed = _count(session, select(func.count()).where(*is_clock))
    told = f"改过 {changed} 项。" if changed else "现在都是默认的。请看一遍；不用改的，点“跳过”。"
    yield _Step("deadlines", "时限参数", told, "/admin/parameters", changed > 0)
    calendar = services.on_calendar(held.calendar)
    warning = calendar.unpublished_warning(today())
    told = warning or f"放假和调休已录到 {calendar.known_until().year} 年底。"
    yield _Step("calendar", "工作日历", told, "/admin/calendar", warning is None)
    yield from _parties(session)


def _regions(session: Session, held: Settings) -> _Step:
    levels = session.exec(select(Association.level, func.count()).group_by(col(Association.level))).all()
    counts = dict(levels)
    tops = session.exec(select(Association.region_code).where(Association.level == AssociationLevel.PROVINCE)).all()
    province = region.name(f"{held.province}0000")
    if not tops:
        told = f"所在省份现在是{province}，不对的先在“本会和页脚”里改；然后设立省科协，再设市州、县市区科协。"
        return _Step("regions", "行政区划", told, "/associations", False)
    if not any(code.startswith(held.province) for code in tops):
        told = f"所在省份是{province}，省科协却在别的省。请在“本会和页脚”里改省份，或者改省科协的地区。"
        return _Step("regions", "行政区划", told, _SITE, False)
    cities, counties = counts.get(AssociationLevel.CITY, 0), counts.get(AssociationLevel.COUNTY, 0)
    return _Step(
        "regions", "行政区划", f"{province}，已设 {cities} 个市州、{counties} 个县市区科协。", "/associations", True
    )


def _people(session: Session) -> _Step:
    day = today()
    holds = (col(Post.since) <= day, or_(col(Post.until).is_(None), col(Post.until) >= day))
    people = _count(
        session, select(func.count(func.distinct(Post.user_id))).where(*holds, col(Post.role).in_(HANDLING))
    )
    top = session.exec(select(Association.id).where(Association.level == AssociationLevel.PROVINCE).limit(1)).first()
    told = f"{people} 人在岗。" if people else "还没有人办事。先在“账号”里建账号，再到科协里任命，写明处室。"
    return _Step("people", "处室与人员", told, f"/associations/{top}" if top else "/associations", people > 0)


def _parties(session: Session) -> Iterator[_Step]:
    societies = _count(session, select(func.count()).where(Organization.kind == OrganizationKind.SOCIETY))
    experts = _count(session, select(func.count()).select_from(Expert))
    told = f"学会 {societies} 家，专家 {experts} 位。{'' if societies else '在“单位”里登记学会；'}"
    told += "" if experts else "在“专家”里一位一位录入。"
    yield _Step(
        "parties",
        "导入学会与专家",
        told,
        "/experts/new" if societies else "/organizations/new",
        bool(societies and experts),
    )
    slips = select(OneTimeSlip.id).where(OneTimeSlip.user_id == Expert.user_id)
    asked = or_(slips.exists(), col(Expert.state) != ExpertState.UNCLAIMED)
    invited = _count(session, select(func.count()).select_from(Expert).where(col(Expert.user_id).is_not(None), asked))
    told = f"{invited} 位专家已收到或已认领。" if invited else "打开专家的页面，对应到账号，打印登录单交给本人。"
    yield _Step("claims", "发出首批认领邀请", told, "/experts", invited > 0)


def _count(session: Session, wanted: SelectOfScalar[int]) -> int:
    return session.exec(wanted).one()
