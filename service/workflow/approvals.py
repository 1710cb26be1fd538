"""审签: 拟稿 → 审核 → 签发, one step for every kind of act that an installation switches it on for."""

from __future__ import annotations

from service.approval_facts import drafts_approval, issues_approval, reviews_approval, takes_back_approval
from service.models import ApprovalState as State
from service.workflow.engine import Lifecycle, StateNote, Transition, Turn

# The acts that may have to be issued first; which ones do is the setting approval_kinds.
KINDS = {
    "recommendation.release": "把推荐名单发给企业",
    "report.submit": "报送报表",
    "publicity.publish": "发布公示",
}

APPROVAL = Lifecycle(
    name="approval",
    label="审签",
    initial=State.DRAFTED,
    states={
        State.DRAFTED: StateNote("待审核", Turn.STAFF, deadline="review_approval"),
        State.REVIEWED: StateNote("待签发", Turn.STAFF, deadline="issue_approval"),
        State.RETURNED: StateNote("退回拟稿人", Turn.STAFF, why_no_clock="由拟稿人修改，不催促"),
        State.ISSUED: StateNote("已签发", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.WITHDRAWN: StateNote("已撤回", Turn.NOBODY, why_no_clock="已办结", is_final=True),
    },
    transitions=(
        Transition("review", "审核通过", (State.DRAFTED,), State.REVIEWED, reviews_approval, jobs=("notify",)),
        Transition(
            "return",
            "审核退回",
            (State.DRAFTED,),
            State.RETURNED,
            reviews_approval,
            jobs=("notify",),
            note_required=True,
        ),
        Transition("issue", "签发", (State.REVIEWED,), State.ISSUED, issues_approval, jobs=("notify",)),
        Transition(
            "refuse",
            "不予签发",
            (State.REVIEWED,),
            State.RETURNED,
            issues_approval,
            jobs=("notify",),
            note_required=True,
        ),
        Transition("redraft", "重新送审", (State.RETURNED,), State.DRAFTED, drafts_approval, jobs=("notify",)),
        Transition(
            "withdraw",
            "撤回",
            (State.DRAFTED, State.REVIEWED, State.RETURNED),
            State.WITHDRAWN,
            takes_back_approval,
            jobs=("notify",),
            note_required=True,
        ),
    ),
)
