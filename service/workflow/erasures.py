"""注销: asked for, waiting until nothing is left hanging, done."""

from __future__ import annotations

from service.facts import any_of, is_administrator
from service.models import ErasureState as State
from service.privacy_facts import is_own_erasure
from service.workflow.engine import Lifecycle, StateNote, Transition, Turn
from service.workflow.erasure_obstacles import nothing_is_open

ERASURE = Lifecycle(
    name="erasure_request",
    label="注销申请",
    initial=State.WAITING,
    states={
        State.WAITING: StateNote("待办结或移交手上的事", Turn.STAFF, deadline="erase_person"),
        State.DONE: StateNote("已注销", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.WITHDRAWN: StateNote("已撤回", Turn.NOBODY, why_no_clock="已办结", is_final=True),
    },
    transitions=(
        Transition(
            "carry_out",
            "注销",
            (State.WAITING,),
            State.DONE,
            any_of(is_own_erasure, is_administrator),
            guards=(nothing_is_open,),
            jobs=("index.forget",),
            internal=True,
        ),
        Transition(
            "withdraw",
            "撤回申请",
            (State.WAITING,),
            State.WITHDRAWN,
            any_of(is_own_erasure, is_administrator),
        ),
    ),
)
