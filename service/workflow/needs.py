"""The lifecycle of a need, from draft to 已受理."""

from __future__ import annotations

from service.facts import any_of, is_system, owns_need, reviews_need
from service.models import NeedState as State
from service.workflow import guards
from service.workflow.engine import Lifecycle, StateNote, Transition, Turn

RETURN_REASONS = {
    "unclear": "问题没有说清楚，专家无法判断",
    "no_target": "没有可以检验的目标指标",
    "material_missing": "缺少必要的材料",
    "levels": "公开级别需要调整",
    "other": "其他，见说明",
}
REJECT_REASONS = {
    "not_technical": "不是技术问题，例如融资、招聘、采购",
    "out_of_scope": "不在本平台受理范围",
    "untrue": "信息不真实，且经核实不能补正",
    "unlawful": "违反法律法规或者有害",
    "other": "其他，见说明",
}

NEED = Lifecycle(
    name="need",
    label="需求",
    initial=State.DRAFT,
    states={
        State.DRAFT: StateNote("草稿", Turn.OWNER, why_no_clock="尚未提交，由需求方自己掌握"),
        State.SUBMITTED: StateNote("待审核", Turn.STAFF, deadline="review_need"),
        State.MORE_INFO: StateNote("退回补正", Turn.OWNER, deadline="complete_need"),
        State.REJECTED: StateNote("不予受理", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.ACCEPTED: StateNote("已受理", Turn.STAFF, deadline="review_match"),
        State.WITHDRAWN: StateNote("已撤回", Turn.NOBODY, why_no_clock="已办结", is_final=True),
    },
    transitions=(
        Transition(
            "submit",
            "提交审核",
            (State.DRAFT,),
            State.SUBMITTED,
            owns_need,
            guards=(guards.organization_is_verified, guards.need_is_complete, guards.secrecy_is_confirmed),
            jobs=("notify",),
        ),
        Transition(
            "return",
            "退回补正",
            (State.SUBMITTED,),
            State.MORE_INFO,
            reviews_need,
            jobs=("notify",),
            reasons=RETURN_REASONS,
            note_required=True,
        ),
        Transition(
            "resubmit",
            "重新提交",
            (State.MORE_INFO,),
            State.SUBMITTED,
            owns_need,
            guards=(guards.need_has_changed, guards.need_is_complete, guards.secrecy_is_confirmed),
            jobs=("notify",),
        ),
        Transition(
            "reject",
            "不予受理",
            (State.SUBMITTED,),
            State.REJECTED,
            reviews_need,
            jobs=("notify",),
            reasons=REJECT_REASONS,
            note_required=True,
        ),
        Transition(
            "accept",
            "受理",
            (State.SUBMITTED,),
            State.ACCEPTED,
            reviews_need,
            guards=(guards.need_is_complete,),
            jobs=("index.refresh", "match.suggest", "notify"),
        ),
        Transition(
            "withdraw",
            "撤回",
            (State.DRAFT, State.SUBMITTED, State.MORE_INFO, State.ACCEPTED),
            State.WITHDRAWN,
            any_of(owns_need, is_system),
            jobs=("index.refresh", "notify"),
            note_required=True,
        ),
    ),
)
