"""成果: the list, the form, one of them, its acts, and the needs it fits."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, PageNumber, Reading, Search, ServicesDep
from service.api.routing import policy
from service.disclosure import ACHIEVEMENT_LEVELS
from service.errors import AppError, Stale
from service.models import AchievementState, CooperationMode
from service.permissions import is_allowed
from service.schemas.achievements import AchievementActionInput, NewAchievement, SavedAchievement
from service.schemas.needs import SealInput
from service.services import Services
from service.usecases import achievement_acts, achievements, experts, organizations
from service.usecases.achievement_views import lines, show
from service.usecases.fitting_views import needs_for
from service.usecases.histories import steps
from service.usecases.paging import paged
from service.workflow.achievements import ACHIEVEMENT
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.listing import listing
from web.once import once
from web.render import leave_for, page
from web.sent import SentForm
from web.words import CHANNELS, LEVELS, industries

router = APIRouter(include_in_schema=False)
MODES = {
    CooperationMode.JOINT_DEVELOPMENT.value: "合作开发",
    CooperationMode.COMMISSIONED_DEVELOPMENT.value: "委托开发",
    CooperationMode.TRANSFER.value: "转让",
    CooperationMode.LICENSE.value: "许可",
    CooperationMode.CONSULTING.value: "技术咨询",
    CooperationMode.SERVICE.value: "技术服务",
    CooperationMode.EQUITY.value: "作价入股",
    CooperationMode.SHARED_PLATFORM.value: "共建平台",
    CooperationMode.DIAGNOSIS.value: "现场诊断",
    CooperationMode.TRAINING.value: "培训",
}
MATURITY = {
    "1": "1 级：发现基本原理",
    "2": "2 级：提出技术方案",
    "3": "3 级：关键功能得到验证",
    "4": "4 级：实验室样机",
    "5": "5 级：相关环境中的样机",
    "6": "6 级：相关环境中的系统",
    "7": "7 级：实际环境中的样机",
    "8": "8 级：定型，通过试验",
    "9": "9 级：实际应用成功",
}
_OWNER, _EXPERT, _ORGANIZATION = "owner", "expert", "organization"


@router.get("/achievements")
@policy("achievement.list")
def show_achievements(
    request: Request,
    session: Reading,
    services: ServicesDep,
    actor: CurrentActor,
    mine: bool = False,
    state: Annotated[str, Query(max_length=24)] = "",
    industry_field: Annotated[str, Query(max_length=3)] = "",
    search: Search = "",
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    chosen = AchievementState(state) if state in list(AchievementState) else None
    found, total = achievements.page_of(
        session,
        actor,
        mine=mine,
        state=chosen,
        industry_field=industry_field,
        search=search,
        sort=sort,
        page=page_number,
    )
    return page(
        request,
        actor,
        "achievements/list.html",
        listed=paged(lines(session, actor, found), total, page_number),
        listing=listing(request, achievements.ORDERS, sort, mine="true" if mine else ""),
        mine=mine,
        state=chosen,
        search=search,
        industry_field=industry_field,
        states={each.value: note.label for each, note in ACHIEVEMENT.states.items()},
        industries=industries(services.settings).labels,
        modes=MODES,
    )


@router.get("/achievements/new")
@policy("achievement.create")
def show_new_achievement(request: Request, services: ServicesDep, actor: CurrentActor) -> Response:
    return _new(request, services, actor)


@router.post("/achievements/new")
@policy("achievement.create")
def send_new_achievement(request: Request, services: ServicesDep, actor: CurrentActor, sent: SentForm) -> Response:
    kind, _, owner_id = str(sent.get(_OWNER, "")).partition(":")
    owner = {f"{kind}_id": owner_id} if kind in (_EXPERT, _ORGANIZATION) else {}
    try:
        given = read(NewAchievement, sent, **owner)
        with services.database.writing() as session:
            made = once(
                session,
                actor,
                "achievement.create",
                sent,
                lambda: achievements.create(session, services, actor, given).id,
            )
    except AppError as error:
        if error.status == 401:
            raise
        return _new(request, services, actor, sent, error)
    return leave_for(f"/achievements/{made}", "草稿已保存。核对无误后，请点“提交审核”。")


@router.get("/achievements/{achievement_id}")
@policy("achievement.view")
def show_achievement(request: Request, services: ServicesDep, actor: CurrentActor, achievement_id: str) -> Response:
    return _page(request, services, actor, achievement_id)


@router.get("/achievements/{achievement_id}/edit")
@policy("achievement.edit")
def show_achievement_form(
    request: Request, services: ServicesDep, actor: CurrentActor, achievement_id: str
) -> Response:
    with services.database.reading() as session:
        achievement = achievements.find(session, actor, achievement_id, "achievement.edit")
        stored = show(session, services.clockwork, actor, achievement)
    return _edit(request, services, actor, achievement_id, Form(SavedAchievement, stored), stored.version)


@router.post("/achievements/{achievement_id}/edit")
@policy("achievement.edit")
def send_achievement_form(
    request: Request, services: ServicesDep, actor: CurrentActor, achievement_id: str, sent: SentForm
) -> Response:
    try:
        given = read(SavedAchievement, sent)
        with services.database.writing() as session:
            achievements.save(session, services, actor, achievement_id, given)
    except AppError as error:
        pass_on_hiding(error)
        seen = error.details["version"] if isinstance(error, Stale) else sent.get("version", 0)
        form = Form(SavedAchievement, typed=sent, error=error)
        return _edit(request, services, actor, achievement_id, form, int(str(seen)), error.status)
    return leave_for(f"/achievements/{achievement_id}", "已保存。")


@router.post("/achievements/{achievement_id}/actions/{action}")
@policy("achievement.act")
def send_achievement_act(
    request: Request, services: ServicesDep, actor: CurrentActor, achievement_id: str, action: str, sent: SentForm
) -> Response:
    try:
        given = read(AchievementActionInput, sent)
        with services.database.writing() as session:
            achievement_acts.act(session, services, actor, achievement_id, action, given)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, achievement_id, failed=action, sent=sent, error=error)
    return leave_for(f"/achievements/{achievement_id}", f"已办理：{ACHIEVEMENT.find(action).label}。")


@router.post("/achievements/{achievement_id}/seal")
@policy("achievement.seal")
def send_achievement_seal(
    request: Request, services: ServicesDep, actor: CurrentActor, achievement_id: str, sent: SentForm
) -> Response:
    try:
        given = read(SealInput, sent)
        with services.database.writing() as session:
            achievement_acts.seal(session, services, actor, achievement_id, note=given.note)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, achievement_id, failed="seal", sent=sent, error=error)
    return leave_for("/desk", "已封存。从现在起只有保密员看得到，已通知他决定。")


@router.get("/sealed/achievements/{achievement_id}")
@policy("achievement.unseal")
def show_sealed_achievement(
    request: Request, services: ServicesDep, actor: CurrentActor, achievement_id: str
) -> Response:
    return _sealed(request, services, actor, achievement_id)


@router.post("/sealed/achievements/{achievement_id}")
@policy("achievement.unseal")
def send_achievement_unseal(
    request: Request, services: ServicesDep, actor: CurrentActor, achievement_id: str, sent: SentForm
) -> Response:
    try:
        given = read(SealInput, sent)
        with services.database.writing() as session:
            achievement_acts.unseal(session, services, actor, achievement_id, note=given.note)
    except AppError as error:
        pass_on_hiding(error)
        return _sealed(request, services, actor, achievement_id, sent, error)
    return leave_for("/desk", "已解除封存。")


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    achievement_id: str,
    *,
    failed: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    """failed: the act that was refused; its form stands open again with what was typed."""
    with services.database.reading() as session:
        achievement = achievements.find(session, actor, achievement_id)
        shown = show(session, services.clockwork, actor, achievement)
        names = ("achievement.history", "achievement.needs", "achievement.edit", "achievement.seal")
        may = {name: is_allowed(actor, name, achievement) for name in names}
        history = (
            steps(session, achievement_acts.history(session, actor, achievement_id), ACHIEVEMENT)
            if may["achievement.history"]
            else []
        )
        fitting = needs_for(session, actor, achievement_id) if may["achievement.needs"] else []
        own = achievement.organization_id in actor.organizations or achievement.expert_id == actor.expert_id
    return page(
        request,
        actor,
        "achievements/show.html",
        error.status if error else 200,
        achievement=shown,
        history=history,
        fitting=fitting,
        can_edit=may["achievement.edit"] and shown.state in achievements.EDITABLE_STATES,
        may_seal=may["achievement.seal"],
        failed=failed,
        form=Form(SealInput if failed == "seal" else AchievementActionInput, typed=sent, error=error),
        seal_form=Form(SealInput),
        channels=CHANNELS,
        is_owner=own,
        modes=MODES,
        maturity=MATURITY,
    )


def _new(
    request: Request, services: Services, actor: Actor, sent: FormData | None = None, error: AppError | None = None
) -> Response:
    """Owners: the actor as an expert, their organisations, and, for staff, those they may enter for."""
    owners = {f"{_EXPERT}:{actor.expert_id}": "我本人（专家）"} if actor.expert_id else {}
    with services.database.reading() as session:
        for each in organizations.page_of(session, actor, page=1)[0]:
            owners[f"{_ORGANIZATION}:{each.id}"] = each.name
        if actor.is_staff:
            for person in experts.page_of(session, actor, page=1)[0]:
                owners.setdefault(f"{_EXPERT}:{person.id}", f"{person.name}（专家）")
    return page(
        request,
        actor,
        "achievements/edit.html",
        error.status if error else 200,
        form=Form(NewAchievement, typed=sent, error=error),
        address="/achievements/new",
        owners=owners,
        chosen=str(sent.get(_OWNER, "")) if sent else "",
        is_new=True,
        version=0,
        channels=CHANNELS,
        **_choices(services),
    )


def _edit(
    request: Request,
    services: Services,
    actor: Actor,
    achievement_id: str,
    form: Form,
    version: int,
    status: int = 200,
) -> Response:
    """version: on which the next attempt builds; after somebody else saved, theirs."""
    return page(
        request,
        actor,
        "achievements/edit.html",
        status,
        form=form,
        address=f"/achievements/{achievement_id}/edit",
        owners={},
        chosen="",
        is_new=False,
        version=version,
        channels=CHANNELS,
        **_choices(services, form),
    )


def _sealed(
    request: Request,
    services: Services,
    actor: Actor,
    achievement_id: str,
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    """The officer has to read what is to be decided about."""
    with services.database.reading() as session:
        found = achievements.find(session, actor, achievement_id, "achievement.unseal")
        texts = {"标题": found.title, "简介": found.summary, "知识产权状况": found.ip_status}
        number, sealed_at = found.number, found.sealed_at
    return page(
        request,
        actor,
        "achievements/sealed.html",
        error.status if error else 200,
        achievement_id=achievement_id,
        number=number,
        sealed_at=sealed_at,
        texts=texts,
        form=Form(SealInput, typed=sent, error=error),
    )


def _choices(services: Services, stored: Form | None = None) -> dict[str, object]:
    """stored: of one that was filed under a word which may no longer be offered."""
    kept = [stored["industry_field"].text] if stored else []
    return {
        "industries": industries(services.settings).offered(kept),
        "modes": MODES,
        "maturity": MATURITY,
        "levels": {level.value: words for level, words in LEVELS.items()},
        "default_levels": ACHIEVEMENT_LEVELS,
    }
