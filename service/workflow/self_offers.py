"""自荐: offered, then answered in any case: put forward, not chosen, or taken back by who offered."""

from __future__ import annotations

from service.case_facts import reviews_its_need, speaks_for_offerer
from service.facts import is_system
from service.models import SelfOfferState as State
from service.workflow import guards
from service.workflow.engine import Lifecycle, StateNote, Transition, Turn

NOT_CHOSEN_REASONS = {
    "direction": "方向与需求不合",
    "evidence": "依据不足，看不出做过类似的事",
    "timing": "时间赶不上",
    "cannot": "现在不能推荐，见说明",
    "others": "已经有合适的承接方",
    "other": "其他，见说明",
}
ENDED_REASONS = {"need_ended": "需求已经办结、撤回或过期"}

SELF_OFFER = Lifecycle(
    name="self_offer",
    label="自荐",
    initial=State.OFFERED,
    states={
        State.OFFERED: StateNote("待答复", Turn.STAFF, deadline="answer_self_offer"),
        State.PUT_FORWARD: StateNote("已推荐", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.NOT_CHOSEN: StateNote("未采用", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.WITHDRAWN: StateNote("已撤回", Turn.NOBODY, why_no_clock="已办结", is_final=True),
    },
    transitions=(
        Transition(
            "put_forward",
            "推荐",
            (State.OFFERED,),
            State.PUT_FORWARD,
            reviews_its_need,
            guards=(guards.offer_can_be_put_forward,),
            jobs=("notify",),
        ),
        Transition(
            "decline",
            "不采用",
            (State.OFFERED,),
            State.NOT_CHOSEN,
            reviews_its_need,
            jobs=("notify",),
            reasons=NOT_CHOSEN_REASONS,
            note_required=True,
        ),
        Transition(
            "lapse",
            "需求已结束，答复自荐",
            (State.OFFERED,),
            State.NOT_CHOSEN,
            is_system,
            jobs=("notify",),
            reasons=ENDED_REASONS,
            internal=True,
        ),
        Transition(
            "withdraw",
            "撤回自荐",
            (State.OFFERED,),
            State.WITHDRAWN,
            speaks_for_offerer,
            jobs=("notify",),
        ),
    ),
)
