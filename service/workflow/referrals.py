"""派单: the receiver takes it, declines, names its experts, or passes it on; silence proposes the next."""

from __future__ import annotations

from service.case_facts import is_receiver, reviews_its_need, speaks_for_receiver, takes_back_own_referral
from service.facts import any_of, is_system
from service.models import ReferralState as State
from service.workflow import guards
from service.workflow.engine import Lifecycle, StateNote, Transition, Turn

DECLINE_REASONS = {
    "not_our_field": "不在本单位专长",
    "time": "时间冲突",
    "conflict": "利益冲突",
    "secret": "涉密",
    "far": "地域过远",
    "conditions": "条件不具备",
    "other": "其他，见说明",
}

REFERRAL = Lifecycle(
    name="referral",
    label="派单",
    initial=State.PENDING,
    states={
        State.PENDING: StateNote("待接单", Turn.RECEIVER, deadline="accept_referral"),
        State.ACCEPTED: StateNote("已接单", Turn.RECEIVER, why_no_clock="期限在对接咨询上"),
        State.NOMINATED: StateNote("已提名专家", Turn.STAFF, why_no_clock="期限在推荐和邀约上"),
        State.DECLINED: StateNote("已拒单", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.EXPIRED: StateNote("超时未接", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.REASSIGNED: StateNote("已转派", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.WITHDRAWN: StateNote("已撤回", Turn.NOBODY, why_no_clock="已办结", is_final=True),
    },
    transitions=(
        Transition("accept", "接单", (State.PENDING,), State.ACCEPTED, speaks_for_receiver, jobs=("notify",)),
        Transition(
            "nominate",
            "提名本会专家",
            (State.PENDING,),
            State.NOMINATED,
            speaks_for_receiver,
            jobs=("notify",),
            internal=True,
        ),
        Transition(
            "decline",
            "拒单",
            (State.PENDING,),
            State.DECLINED,
            speaks_for_receiver,
            jobs=("notify", "referral.next"),
            reasons=DECLINE_REASONS,
        ),
        Transition(
            "reassign",
            "转派",
            (State.PENDING, State.NOMINATED),
            State.REASSIGNED,
            any_of(is_receiver, reviews_its_need),
            jobs=("notify",),
            note_required=True,
            internal=True,
        ),
        Transition(
            "expire",
            "超时未接",
            (State.PENDING,),
            State.EXPIRED,
            is_system,
            jobs=("notify", "referral.next"),
            internal=True,
            after_due=True,
        ),
        Transition(
            "withdraw",
            "撤回派单",
            (State.PENDING, State.ACCEPTED, State.NOMINATED),
            State.WITHDRAWN,
            any_of(reviews_its_need, takes_back_own_referral, is_system),
            guards=(guards.nobody_was_in_touch,),
            jobs=("notify",),
            note_required=True,
        ),
    ),
)
