"""A wish to have the ranking explained or looked at again by a person (PIPL 24): asked, answered."""

from __future__ import annotations

from service.models import RankingObjectionState as State
from service.privacy_facts import answers_about_ranking, asked_about_ranking
from service.workflow.engine import Lifecycle, StateNote, Transition, Turn

RANKING_OBJECTION = Lifecycle(
    name="ranking_objection",
    label="排序说明申请",
    initial=State.OPEN,
    states={
        State.OPEN: StateNote("待答复", Turn.STAFF, deadline="answer_ranking_objection"),
        State.ANSWERED: StateNote("已答复", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.WITHDRAWN: StateNote("已撤回", Turn.NOBODY, why_no_clock="已办结", is_final=True),
    },
    transitions=(
        Transition(
            "answer",
            "答复",
            (State.OPEN,),
            State.ANSWERED,
            answers_about_ranking,
            jobs=("notify",),
            note_required=True,
        ),
        Transition("withdraw", "撤回申请", (State.OPEN,), State.WITHDRAWN, asked_about_ranking),
    ),
)
