"""The lifecycle of an expert's entry: entered by others, claimed, verified, dormant, left."""

from __future__ import annotations

from service.facts import any_of, is_system
from service.models import ExpertState as State
from service.people_facts import is_expert_self, looks_after_expert, verifies_expert
from service.workflow import guards
from service.workflow.engine import Lifecycle, StateNote, Transition, Turn

EXPERT = Lifecycle(
    name="expert",
    label="专家",
    initial=State.UNCLAIMED,
    states={
        State.UNCLAIMED: StateNote("未认领", Turn.EXPERT, why_no_clock="等本人认领，不催促"),
        State.CLAIMED: StateNote("已认领", Turn.STAFF, deadline="verify_expert"),
        State.VERIFIED: StateNote("已核验", Turn.EXPERT, why_no_clock="在册，有邀约时才计时"),
        State.DORMANT: StateNote("休眠", Turn.EXPERT, why_no_clock="本人随时可以恢复"),
        State.LEFT: StateNote("已退出", Turn.NOBODY, why_no_clock="已办结", is_final=True),
    },
    transitions=(
        Transition(
            "claim",
            "认领",
            (State.UNCLAIMED,),
            State.CLAIMED,
            is_expert_self,
            jobs=("notify",),
        ),
        Transition(
            "verify",
            "核验通过",
            (State.CLAIMED,),
            State.VERIFIED,
            verifies_expert,
            guards=(guards.expert_is_described,),
            jobs=("index.refresh", "notify"),
        ),
        Transition(
            "sleep",
            "转入休眠",
            (State.CLAIMED, State.VERIFIED),
            State.DORMANT,
            any_of(is_expert_self, looks_after_expert, is_system),
            jobs=("index.refresh", "notify"),
            note_required=True,
        ),
        Transition(
            "wake",
            "恢复",
            (State.DORMANT,),
            State.CLAIMED,
            is_expert_self,
            jobs=("notify",),
        ),
        Transition(
            "leave",
            "退出专家库",
            (State.UNCLAIMED, State.CLAIMED, State.VERIFIED, State.DORMANT),
            State.LEFT,
            any_of(is_expert_self, looks_after_expert),
            jobs=("index.refresh", "notify"),
            note_required=True,
        ),
    ),
)
