"""推荐给企业: the company picks, rejects with a reason, or 委托科协代邀."""

from __future__ import annotations

from service.case_facts import speaks_for_owner
from service.facts import is_system
from service.models import RecommendationState as State
from service.workflow.engine import Lifecycle, StateNote, Transition, Turn

# Why a company rejects somebody; also what match quality is learnt from.
REJECTION_REASONS = {
    "direction": "方向不对",
    "level": "层次不符",
    "experience": "缺产业经验",
    "outdated": "证据过旧",
    "far": "地域太远",
    "time": "时间不合",
    "conflict": "有利益冲突",
    "other": "其他，见说明",
}

RECOMMENDATION = Lifecycle(
    name="recommendation",
    label="推荐名单",
    initial=State.TO_CHOOSE,
    states={
        State.TO_CHOOSE: StateNote("待企业选择", Turn.OWNER, deadline="choose_party"),
        State.CHOSEN: StateNote("企业已选择", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.DELEGATED: StateNote("已委托科协代邀", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.REFUSED: StateNote("企业都不选", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.REPLACED: StateNote("已失效", Turn.NOBODY, why_no_clock="已办结", is_final=True),
    },
    transitions=(
        Transition("choose", "选定", (State.TO_CHOOSE,), State.CHOSEN, speaks_for_owner, jobs=("notify",)),
        Transition("delegate", "委托科协代邀", (State.TO_CHOOSE,), State.DELEGATED, speaks_for_owner, jobs=("notify",)),
        Transition(
            "refuse", "都不合适", (State.TO_CHOOSE,), State.REFUSED, speaks_for_owner, jobs=("notify",), internal=True
        ),
        Transition("replace", "由新的名单取代", (State.TO_CHOOSE,), State.REPLACED, is_system, internal=True),
        Transition("lapse", "需求已结束，不再选择", (State.TO_CHOOSE,), State.REPLACED, is_system, internal=True),
    ),
)
