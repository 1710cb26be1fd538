"""The lifecycle of a matching: it waits for one clerk's decision, or a newer one takes its place, or its need ends."""

from __future__ import annotations

from service.facts import is_system, reviews_need
from service.models import MatchRunState as State
from service.workflow.engine import Lifecycle, StateNote, Transition, Turn

MATCH_RUN = Lifecycle(
    name="match_run",
    label="匹配",
    initial=State.TO_REVIEW,
    states={
        State.TO_REVIEW: StateNote("待复核", Turn.STAFF, deadline="review_match"),
        State.REVIEWED: StateNote("已复核", Turn.NOBODY, why_no_clock="已办结", is_final=True),
        State.OUTDATED: StateNote("已失效", Turn.NOBODY, why_no_clock="已办结", is_final=True),
    },
    transitions=(
        Transition(
            "review",
            "复核",
            (State.TO_REVIEW,),
            State.REVIEWED,
            reviews_need,
            jobs=("notify",),
            internal=True,
        ),
        Transition("outdate", "由新的匹配取代", (State.TO_REVIEW,), State.OUTDATED, is_system, internal=True),
        Transition("lapse", "需求已结束，不再复核", (State.TO_REVIEW,), State.OUTDATED, is_system, internal=True),
    ),
)
