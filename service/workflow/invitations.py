"""邀约: sent, answered, expired, or taken back."""

from __future__ import annotations

from service.case_facts import reviews_its_need, speaks_for_invited
from service.facts import any_of, is_system
from service.models import InvitationState as State
from service.workflow import guards
from service.workflow.engine import Lifecycle, StateNote, Transition, Turn

DECLINE_REASONS = {
    "not_my_field": "不在本人专长",
    "time": "时间冲突",
    "conflict": "利益冲突",
    "secret": "涉密",
    "far": "地域过远",
    "conditions": "条件不具备",
    "later": "以后再约，写明哪天以后",
    "other": "其他，见说明",
}
# Nobody is asked twice about one need in one round after these.
REFUSED = (State.DECLINED, State.RELEASED, State.STOPPED, State.EXPIRED)
OPEN = (State.SENT,)
TAKEN = (State.ACCEPTED, State.PARTLY)

INVITATION = Lifecycle(
    name="invitation",
    label="邀约",
    initial=State.SENT,
    states={
        State.SENT: StateNote("已发出，待答复", Turn.EXPERT, deadline="answer_invitation"),
        State.ACCEPTED: StateNote("已接受", Turn.EXPERT, why_no_clock="期限在对接咨询上"),
        State.PARTLY: StateNote("部分接受", Turn.EXPERT, why_no_clock="期限在对接咨询上"),
        State.DECLINED: StateNote("已谢绝", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.EXPIRED: StateNote("已逾期", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.CANCELLED: StateNote("已取消", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.RELEASED: StateNote("已释放", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.STOPPED: StateNote("利益冲突中止", Turn.NOBODY, why_no_clock="已办结", is_final=True),
    },
    transitions=(
        Transition("accept", "接受", (State.SENT,), State.ACCEPTED, speaks_for_invited, jobs=("notify",)),
        Transition("accept_partly", "部分接受", (State.SENT,), State.PARTLY, speaks_for_invited, jobs=("notify",)),
        Transition(
            "decline",
            "谢绝",
            (State.SENT,),
            State.DECLINED,
            speaks_for_invited,
            jobs=("notify", "invitation.promote"),
            reasons=DECLINE_REASONS,
        ),
        Transition(
            "expire",
            "逾期未答",
            (State.SENT,),
            State.EXPIRED,
            is_system,
            jobs=("notify", "invitation.promote"),
            internal=True,
            after_due=True,
        ),
        Transition(
            "cancel",
            "取消邀约",
            (State.SENT,),
            State.CANCELLED,
            any_of(reviews_its_need, is_system),
            jobs=("notify",),
            note_required=True,
        ),
        Transition(
            "release",
            "释放",
            TAKEN,
            State.RELEASED,
            any_of(speaks_for_invited, is_system),
            guards=(guards.nobody_has_met,),
            jobs=("notify", "invitation.promote"),
            note_required=True,
        ),
        Transition(
            "stop",
            "因利益冲突中止",
            (State.SENT, *TAKEN),
            State.STOPPED,
            reviews_its_need,
            guards=(guards.is_not_served_to_the_end,),
            jobs=("notify", "invitation.promote"),
            note_required=True,
        ),
    ),
)
