"""对接咨询: first contact, meetings, minutes, 办结申请, the company's word."""

from __future__ import annotations

from service.case_facts import (
    gives_owners_word,
    reviews_its_need,
    speaks_for_holder,
    speaks_for_owner,
    works_for_holder,
)
from service.facts import any_of, is_system
from service.models import ConsultationState as State
from service.workflow import guards
from service.workflow.engine import Lifecycle, StateNote, Transition, Turn
from service.workflow.resolutions import PROPOSED, reasons

ABORT_REASONS = {
    "conflict": "发现利益冲突",
    "lost_contact": "一方失联",
    "owner_withdrew": "企业撤回",
    "holder_left": "承接方不能继续",
    "other": "其他，见说明",
}
# Who did not come: kept apart, because it says something about that side.
ABSENT = {"owner": "需求方未到场", "holder": "承接方未到场", "both": "双方都未到场"}
AT_WORK = (State.TO_CONTACT, State.CONTACTED, State.SCHEDULED, State.TO_MINUTE, State.ONGOING)
OPEN = (*AT_WORK, State.TO_CONFIRM, State.DISPUTED)

CONSULTATION = Lifecycle(
    name="consultation",
    label="对接咨询",
    initial=State.TO_CONTACT,
    states={
        State.TO_CONTACT: StateNote("待首次联系", Turn.EXPERT, deadline="first_contact"),
        State.CONTACTED: StateNote("待约时间", Turn.EXPERT, deadline="arrange_meeting"),
        State.SCHEDULED: StateNote("已排期", Turn.EXPERT, why_no_clock="按约定的时间"),
        State.TO_MINUTE: StateNote("待纪要", Turn.EXPERT, deadline="write_minutes"),
        State.ONGOING: StateNote("进行中", Turn.EXPERT, deadline="serve_calendar_days"),
        State.TO_CONFIRM: StateNote("待企业确认", Turn.OWNER, deadline="confirm_closing_calendar_days"),
        State.DISPUTED: StateNote("有争议", Turn.STAFF, deadline="settle_dispute"),
        State.COMPLETED: StateNote("已完成", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.UNCONFIRMED: StateNote("办结（企业未确认）", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.ABORTED: StateNote("已中止", Turn.NOBODY, why_no_clock="已办结", is_final=True),
    },
    transitions=(
        Transition(
            "contact",
            "登记首次联系",
            (State.TO_CONTACT,),
            State.CONTACTED,
            works_for_holder,
            jobs=("notify",),
            internal=True,
        ),
        Transition(
            "schedule",
            "约定时间",
            (State.CONTACTED, State.ONGOING),
            State.SCHEDULED,
            any_of(works_for_holder, speaks_for_owner),
            guards=(guards.is_attested,),
            jobs=("notify",),
            internal=True,
        ),
        Transition(
            "reschedule",
            "改期",
            (State.SCHEDULED,),
            State.SCHEDULED,
            any_of(works_for_holder, speaks_for_owner),
            jobs=("notify",),
            note_required=True,
            internal=True,
        ),
        Transition(
            "hold",
            "已见面",
            (State.SCHEDULED,),
            State.TO_MINUTE,
            any_of(works_for_holder, speaks_for_owner),
            guards=(guards.meeting_has_begun,),
            internal=True,
        ),
        Transition(
            "miss",
            "未到场",
            (State.SCHEDULED,),
            State.CONTACTED,
            any_of(works_for_holder, speaks_for_owner),
            guards=(guards.meeting_has_begun,),
            jobs=("notify",),
            reasons=ABSENT,
            note_required=True,
            internal=True,
        ),
        Transition(
            "write_minutes",
            "写纪要",
            (State.TO_MINUTE,),
            State.ONGOING,
            works_for_holder,
            jobs=("notify",),
            internal=True,
        ),
        Transition(
            "request_closing",
            "办结申请",
            (State.CONTACTED, State.TO_MINUTE, State.ONGOING),
            State.TO_CONFIRM,
            speaks_for_holder,
            guards=(guards.is_attested,),
            jobs=("notify",),
            reasons=reasons(PROPOSED),
            internal=True,
        ),
        Transition(
            "confirm",
            "确认办结",
            (State.TO_CONFIRM, State.DISPUTED),
            State.COMPLETED,
            gives_owners_word,
            jobs=("notify",),
            reasons=reasons(PROPOSED),
            internal=True,
        ),
        Transition(
            "dispute",
            "不同意办结",
            (State.TO_CONFIRM,),
            State.DISPUTED,
            gives_owners_word,
            jobs=("notify",),
            note_required=True,
        ),
        Transition(
            "resume",
            "继续服务",
            (State.DISPUTED,),
            State.ONGOING,
            reviews_its_need,
            jobs=("notify",),
            note_required=True,
        ),
        Transition(
            "close_unconfirmed",
            "企业未确认，办结",
            (State.TO_CONFIRM,),
            State.UNCONFIRMED,
            is_system,
            jobs=("notify",),
            internal=True,
            after_due=True,
        ),
        Transition(
            "abort",
            "中止",
            OPEN,
            State.ABORTED,
            any_of(reviews_its_need, is_system),
            jobs=("notify",),
            reasons=ABORT_REASONS,
            note_required=True,
        ),
    ),
)
