"""Help while a need is being written, under /api."""

from __future__ import annotations

from service.api.dependencies import CurrentActor, NeedIndexDep, Reading, ServicesDep, Writing
from service.api.routing import Router, policy
from service.models import NeedAutosave
from service.schemas.autosaves import AutosaveInput, AutosaveOut
from service.schemas.need_ties import HintOut, HintsInput, SimilarInput, SimilarOut
from service.usecases import autosaves, similar_needs

router = Router(tags=["需求"])


@router.post("/needs/similar", summary="边写边看：相似的公开需求")
@policy("need.create")
def find_similar_needs(
    session: Reading, services: ServicesDep, index: NeedIndexDep, actor: CurrentActor, content: SimilarInput
) -> list[SimilarOut]:
    return similar_needs.similar(session, services, index, actor, content)


@router.post("/needs/hints", summary="边写边提示：哪里还不够清楚")
@policy("need.create")
def hint_at_need(services: ServicesDep, actor: CurrentActor, content: HintsInput) -> list[HintOut]:
    return similar_needs.hints(services, actor, content)


@router.put("/needs/{need_id}/autosave", summary="自动保存正在填写的内容")
@policy("need.edit")
def keep_autosave(
    session: Writing, services: ServicesDep, actor: CurrentActor, need_id: str, given: AutosaveInput
) -> AutosaveOut:
    return _shown(autosaves.keep(session, services, actor, need_id, given))


@router.get("/needs/{need_id}/autosave", summary="上次没有保存完的内容")
@policy("need.edit")
def show_autosave(session: Reading, actor: CurrentActor, need_id: str) -> AutosaveOut | None:
    kept = autosaves.show(session, actor, need_id)
    return _shown(kept) if kept else None


@router.delete("/needs/{need_id}/autosave", status_code=204, summary="不要上次没有保存完的内容")
@policy("need.edit")
def discard_autosave(session: Writing, actor: CurrentActor, need_id: str) -> None:
    autosaves.discard(session, actor, need_id)


def _shown(kept: NeedAutosave) -> AutosaveOut:
    return AutosaveOut(need_version=kept.need_version, saved_at=kept.saved_at, content=kept.content)
