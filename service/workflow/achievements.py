"""The lifecycle of an achievement: written, reviewed by staff, in the library until its owner takes it back."""

from __future__ import annotations

from service.achievement_facts import owns_achievement, reviews_achievement
from service.models import AchievementState as State
from service.workflow import guards
from service.workflow.engine import Lifecycle, StateNote, Transition, Turn

RETURN_REASONS = {
    "unclear": "没有说清楚能解决什么、达到什么指标",
    "evidence_missing": "缺少依据，例如检测、应用、鉴定情况",
    "ip_unclear": "知识产权归属没有说清楚",
    "levels": "公开级别需要调整",
    "other": "其他，见说明",
}
REJECT_REASONS = {
    "not_an_achievement": "不是可以转化的技术成果",
    "untrue": "信息不真实，且经核实不能补正",
    "rights": "发布人没有权利发布",
    "unlawful": "违反法律法规或者有害",
    "other": "其他，见说明",
}
_READY = (guards.achievement_is_complete, guards.secrecy_is_confirmed)

ACHIEVEMENT = Lifecycle(
    name="achievement",
    label="成果",
    initial=State.DRAFT,
    states={
        State.DRAFT: StateNote("草稿", Turn.HOLDER, why_no_clock="由成果方自己掌握"),
        State.SUBMITTED: StateNote("待审核", Turn.STAFF, deadline="review_achievement"),
        State.MORE_INFO: StateNote("退回补正", Turn.HOLDER, why_no_clock="由成果方自己掌握"),
        State.PUBLISHED: StateNote("已发布", Turn.HOLDER, why_no_clock="在库，成果方随时可以修改或撤回"),
        State.REJECTED: StateNote("不予发布", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.WITHDRAWN: StateNote("已撤回", Turn.NOBODY, why_no_clock="已办结", is_final=True),
    },
    transitions=(
        Transition(
            "submit",
            "提交审核",
            (State.DRAFT,),
            State.SUBMITTED,
            owns_achievement,
            guards=(guards.achievement_owner_is_verified, *_READY),
            jobs=("notify",),
        ),
        Transition(
            "return",
            "退回补正",
            (State.SUBMITTED,),
            State.MORE_INFO,
            reviews_achievement,
            jobs=("notify",),
            reasons=RETURN_REASONS,
            note_required=True,
        ),
        Transition(
            "resubmit",
            "重新提交",
            (State.MORE_INFO,),
            State.SUBMITTED,
            owns_achievement,
            guards=(guards.content_has_changed, *_READY),
            jobs=("notify",),
            resumes=True,
        ),
        Transition(
            "reject",
            "不予发布",
            (State.SUBMITTED,),
            State.REJECTED,
            reviews_achievement,
            jobs=("notify",),
            reasons=REJECT_REASONS,
            note_required=True,
        ),
        Transition(
            "publish",
            "审核通过，发布",
            (State.SUBMITTED,),
            State.PUBLISHED,
            reviews_achievement,
            guards=(guards.achievement_owner_is_verified, guards.achievement_is_complete),
            jobs=("achievement.match", "notify"),
        ),
        Transition("revise", "收回修改", (State.PUBLISHED,), State.DRAFT, owns_achievement, jobs=("notify",)),
        Transition(
            "take_down",
            "下架",
            (State.PUBLISHED,),
            State.WITHDRAWN,
            reviews_achievement,
            jobs=("notify",),
            note_required=True,
        ),
        Transition(
            "withdraw",
            "撤回",
            (State.DRAFT, State.SUBMITTED, State.MORE_INFO, State.PUBLISHED),
            State.WITHDRAWN,
            owns_achievement,
            jobs=("notify",),
            note_required=True,
        ),
    ),
)
