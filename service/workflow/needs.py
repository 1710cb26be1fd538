"""The lifecycle of a need, from draft to the end, and from there once more."""

from __future__ import annotations

from sqlmodel import Session

from service.facts import PUBLISHED, any_of, chooses_for_need, is_system, owns_need, reviews_need
from service.models import Need
from service.models import NeedState as State
from service.workflow import guards
from service.workflow.engine import Lifecycle, StateNote, Transition, Turn
from service.workflow.resolutions import WITHOUT_SERVICE, reasons

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


def is_open(need: Need) -> bool:
    """Handed in, and something is still to come of it."""
    return need.state is not State.DRAFT and not NEED.states[need.state].is_final


def joins_an_open_need(session: Session, need: Need) -> str | None:
    target = session.get(Need, need.merged_into_id)
    if target is not None and target.id != need.id and is_open(target):
        return None
    return "要并入的需求还没有提交，或者已经办结、撤回、合并。请另选一条正在办理的需求。"


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
        State.MATCHING: StateNote("匹配中", Turn.STAFF, deadline="review_match"),
        State.BROKER: StateNote("转技术经理人", Turn.BROKER, deadline="broker_offer"),
        State.RECOMMENDED: StateNote("待企业选择", Turn.OWNER, deadline="choose_party"),
        State.TO_INVITE: StateNote("待发邀约", Turn.STAFF, deadline="send_invitation"),
        State.INVITING: StateNote("邀约中", Turn.EXPERT, why_no_clock="期限在每份邀约、派单上"),
        State.ENGAGED: StateNote("对接中", Turn.EXPERT, why_no_clock="期限在每次对接咨询上"),
        State.CLOSED: StateNote("已办结", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.EXPIRED: StateNote("已过期", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.MERGED: StateNote("已合并", Turn.NOBODY, why_no_clock="随共性需求一起办理", is_final=True),
        State.WITHDRAWN: StateNote("已撤回", Turn.NOBODY, why_no_clock="已办结", is_final=True),
    },
    transitions=(
        Transition(
            "submit",
            "提交审核",
            (State.DRAFT,),
            State.SUBMITTED,
            owns_need,
            guards=(
                guards.organization_is_verified,
                guards.need_is_complete,
                guards.secrecy_is_confirmed,
                guards.duplicates_are_answered,
            ),
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
            guards=(guards.content_has_changed, guards.need_is_complete, guards.secrecy_is_confirmed),
            jobs=("notify",),
            resumes=True,
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
            jobs=("match.suggest", "notify"),
        ),
        Transition(
            "merge",
            "合并",
            (State.SUBMITTED,),
            State.MERGED,
            reviews_need,
            guards=(joins_an_open_need, guards.is_not_shared),
            jobs=("notify",),
            note_required=True,
            internal=True,
        ),
        Transition(
            "unmerge",
            "撤销合并",
            (State.MERGED,),
            State.SUBMITTED,
            reviews_need,
            guards=(guards.merge_can_be_undone,),
            jobs=("notify",),
            note_required=True,
            internal=True,
            reopens=True,
        ),
        Transition("match", "匹配完成", (State.ACCEPTED,), State.MATCHING, is_system, jobs=("notify",), internal=True),
        Transition(
            "recommend",
            "推荐给企业",
            (State.MATCHING, State.BROKER, State.TO_INVITE, State.INVITING),
            State.RECOMMENDED,
            any_of(reviews_need, is_system),
            internal=True,
        ),
        Transition(
            "release",
            "名单可以邀约",
            (State.MATCHING, State.BROKER, State.RECOMMENDED, State.INVITING, State.ENGAGED),
            State.TO_INVITE,
            any_of(chooses_for_need, is_system),
            internal=True,
        ),
        Transition(
            "send_to_broker",
            "转技术经理人",
            (State.MATCHING,),
            State.BROKER,
            any_of(reviews_need, is_system),
            jobs=("notify",),
            internal=True,
        ),
        Transition(
            "ask",
            "发出邀约或派单",
            (State.MATCHING, State.BROKER, State.TO_INVITE, State.RECOMMENDED, State.ENGAGED),
            State.INVITING,
            any_of(reviews_need, is_system),
            internal=True,
        ),
        Transition(
            "search_again",
            "重新匹配",
            (State.BROKER, State.RECOMMENDED, State.TO_INVITE, State.INVITING, State.ENGAGED),
            State.ACCEPTED,
            any_of(reviews_need, is_system),
            jobs=("match.suggest", "notify"),
            note_required=True,
        ),
        Transition(
            "engage",
            "开始对接",
            (State.ACCEPTED, State.MATCHING, State.BROKER, State.RECOMMENDED, State.TO_INVITE, State.INVITING),
            State.ENGAGED,
            is_system,
            internal=True,
        ),
        Transition(
            "complete", "对接结束，办结", (State.ENGAGED,), State.CLOSED, is_system, jobs=("notify",), internal=True
        ),
        Transition(
            "close",
            "直接办结",
            (State.MATCHING, State.BROKER, State.TO_INVITE),
            State.CLOSED,
            reviews_need,
            guards=(guards.nobody_serves,),
            jobs=("notify",),
            reasons=reasons(WITHOUT_SERVICE),
            note_required=True,
        ),
        Transition(
            "expire",
            "过期",
            (State.MORE_INFO, State.RECOMMENDED),
            State.EXPIRED,
            is_system,
            jobs=("notify",),
            internal=True,
            after_due=True,
        ),
        Transition(
            "reopen",
            "重新打开",
            (State.CLOSED,),
            State.ACCEPTED,
            chooses_for_need,
            guards=(guards.is_soon_enough_to_reopen,),
            jobs=("match.suggest", "notify"),
            note_required=True,
            reopens=True,
        ),
        Transition(
            "take_up",
            "恢复办理",
            (State.EXPIRED,),
            State.SUBMITTED,
            owns_need,
            guards=(guards.is_soon_enough_to_take_up, guards.need_is_complete, guards.secrecy_is_confirmed),
            jobs=("notify",),
            reopens=True,
        ),
        Transition(
            "withdraw",
            "撤回",
            (State.DRAFT, State.SUBMITTED, State.MORE_INFO, *PUBLISHED),
            State.WITHDRAWN,
            any_of(owns_need, is_system),
            guards=(guards.nothing_is_signed,),
            jobs=("notify",),
            note_required=True,
        ),
    ),
)
