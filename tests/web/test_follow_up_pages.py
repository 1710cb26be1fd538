"""回访 by forms: by the company, and by staff who called."""

from __future__ import annotations

import re

from sqlmodel import col, select

from service.clock import stopped_at
from service.models import FollowUp, Outcome
from tests.service.consultations.steps import CLERK, OWNER, a_served_need, at, until_completed
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words


def test_a_follow_up_is_answered_once_with_what_came_of_it(world: World, browser_of: SignIn) -> None:
    until_completed(a_served_need(world))
    assert "今天没有要做的回访" in words(browser_of(OWNER).get("/follow-ups"))
    with stopped_at(at("2026-12-23T09:00:00")):
        shown = browser_of(CLERK).get("/follow-ups")
        path = re.findall(r'action="(/follow-ups/\w+/answer)"', shown.text)[0]
        sold = {"outcomes.0.kind": "new_sales", "outcomes.0.amount_fen": "3.5", "note": "一直在用"}
        form = {"version": typed(shown, "version"), "still_works": "yes"} | sold

        silent = browser_of(CLERK).post(path, data=form)
        done = browser_of(OWNER).post(path, data=form)
        again = browser_of(OWNER).post(path, data=form)

    assert (silent.status_code, done.status_code, again.status_code) == (422, 303, 409)
    assert (typed(silent, "note"), typed(silent, "outcomes.0.amount_fen")) == ("一直在用", "3.5")
    assert "这次回访已经做过" in words(again)
    with world.services.database.reading() as session:
        first = session.exec(select(FollowUp).order_by(col(FollowUp.days))).all()[0]
        assert (first.still_works, first.note) == (True, "一直在用")
        assert [(each.occasion, each.amount_fen) for each in session.exec(select(Outcome))] == [("30", 3_500_000)]
