"""成效: reported by either side, corrected until decided, verified by neither; only what is verified counts."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from service.clock import stopped_at
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, SecrecySuspected, Stale
from service.models import OutcomeKind, OutcomeState, Side
from service.schemas.outcomes import CorrectedOutcome, OutcomeInput, ReportInput, VerifyOutcomeInput
from service.usecases import outcomes
from service.usecases.consultations import close_unconfirmed
from service.usecases.outcomes import Total
from tests.service.consultations.steps import (
    CLERK,
    HOLDER,
    OTHER_CLERK,
    OWNER,
    SECRETARY,
    SOLD,
    SOLVED,
    STRANGER,
    Served,
    at,
    by_link,
    do,
    seen_by,
    until_completed,
    until_to_confirm,
)
from tests.service.match_steps import PROXY


def report(served: Served, who: str, side: Side, *reported: object, occasion: str = "closing", **given: object) -> str:
    """The id of the first."""
    with served.world.services.database.writing() as session:
        actor = served.world.actor(session, who)
        content = ReportInput.model_validate({"side": side, "occasion": occasion, "outcomes": list(reported)} | given)
        return outcomes.report(session, served.world.services, actor, served.id, content)[0].id


def verify(served: Served, who: str, outcome_id: str, *, verified: bool = True, version: int = 1) -> OutcomeState:
    with served.world.services.database.writing() as session:
        given = VerifyOutcomeInput(version=version, verified=verified, note="看了发票和台账")
        actor = served.world.actor(session, who)
        return outcomes.verify(session, served.world.services, actor, outcome_id, given).state


def correct(served: Served, who: str, outcome_id: str, **given: object) -> None:
    with served.world.services.database.writing() as session:
        content = CorrectedOutcome.model_validate({"version": 1} | SOLD | given)
        outcomes.correct(session, served.world.services, served.world.actor(session, who), outcome_id, content)


def totals(served: Served) -> dict[OutcomeKind, Total]:
    with served.world.services.database.reading() as session:
        return outcomes.verified_totals(session, [served.need_id])


def test_both_sides_report_at_closing_and_only_what_is_verified_counts(served: Served) -> None:
    until_to_confirm(served, outcomes=[SOLVED, SOLD])
    do(served, OWNER, "confirm", outcomes=[SOLD | {"amount_fen": 90_000_00}])
    before = totals(served)
    sold, solved, owners = (each["id"] for each in seen_by(served, OWNER)["outcomes"])

    states = [verify(served, CLERK, solved), verify(served, CLERK, owners)]
    with pytest.raises(Conflict, match="重复计数"):
        verify(served, CLERK, sold)
    states.append(verify(served, CLERK, sold, verified=False))

    assert before == {}
    assert states == [OutcomeState.VERIFIED, OutcomeState.VERIFIED, OutcomeState.REFUSED]
    assert totals(served) == {
        OutcomeKind.PROBLEM_SOLVED: Total(1, 1, 0),
        OutcomeKind.NEW_SALES: Total(1, 0, 90_000_00),
    }
    seen = seen_by(served, HOLDER)["outcomes"]
    assert [(each["kind_label"], each["side"], each["state_label"], each["verified_by"]) for each in seen] == [
        ("新增销售", "holder", "核实未通过", CLERK),
        ("解决的难题", "holder", "已核实", CLERK),
        ("新增销售", "owner", "已核实", CLERK),
    ]


def test_nobody_verifies_what_they_entered_and_no_side_its_own(served: Served) -> None:
    until_completed(served)
    entered = report(served, CLERK, Side.OWNER, SOLD, proxy=PROXY)
    refused: dict[str, type[AppError]] = {}
    for who in (OWNER, HOLDER, SECRETARY, CLERK, STRANGER):
        with pytest.raises(AppError) as error:
            verify(served, who, entered)
        refused[who] = type(error.value)

    assert refused == {
        OWNER: Forbidden,
        HOLDER: Forbidden,
        SECRETARY: Forbidden,
        CLERK: Forbidden,
        STRANGER: NotFound,
    }
    assert verify(served, OTHER_CLERK, entered) is OutcomeState.VERIFIED


def test_the_side_corrects_its_own_until_it_is_decided(served: Served) -> None:
    until_completed(served)
    outcome_id = report(served, OWNER, Side.OWNER, SOLD)

    with pytest.raises(Forbidden):
        correct(served, HOLDER, outcome_id, amount_fen=1)
    correct(served, OWNER, outcome_id, amount_fen=100_000_00)
    with pytest.raises(Stale) as stale:
        correct(served, OWNER, outcome_id, amount_fen=110_000_00)
    with pytest.raises(Stale):
        verify(served, CLERK, outcome_id)
    verify(served, CLERK, outcome_id, version=2)
    with pytest.raises(Conflict, match="已经核实过"):
        correct(served, OWNER, outcome_id, version=3)
    with pytest.raises(Conflict, match="已经核实过"):
        verify(served, CLERK, outcome_id, version=3)

    assert stale.value.details == {"version": 2, "theirs": {"amount_fen": 100_000_00}}
    assert totals(served) == {OutcomeKind.NEW_SALES: Total(1, 0, 100_000_00)}


def test_when_and_for_whom_something_may_be_reported(served: Served) -> None:
    with pytest.raises(Conflict, match="还没有办结申请"):
        report(served, HOLDER, Side.HOLDER, SOLD)
    until_completed(served)
    with pytest.raises(Forbidden):
        report(served, HOLDER, Side.OWNER, SOLD)
    with pytest.raises(NotFound):
        report(served, STRANGER, Side.OWNER, SOLD)
    with pytest.raises(Invalid, match="受谁委托"):
        report(served, SECRETARY, Side.HOLDER, SOLD)
    with pytest.raises(Invalid, match="没有这一次回访"):
        report(served, HOLDER, Side.HOLDER, SOLD, occasion="60")
    with pytest.raises(SecrecySuspected):
        report(served, HOLDER, Side.HOLDER, SOLD | {"text": "机密★5年"})

    assert report(served, HOLDER, Side.HOLDER, SOLD, occasion="90")
    assert report(served, SECRETARY, Side.HOLDER, SOLVED, proxy=PROXY)


def test_who_serves_by_link_reports_too(served: Served) -> None:
    until_completed(served)
    expert = by_link(served)

    with served.world.services.database.writing() as session:
        given = ReportInput.model_validate({"side": "holder", "occasion": "closing", "outcomes": [SOLVED]})
        rows = outcomes.report(session, served.world.services, expert, served.id, given)

    assert [row.reported_by for row in rows] == [served.expert_id]


def test_without_the_companys_word_nothing_is_reported_at_follow_ups(served: Served) -> None:
    until_to_confirm(served)
    with stopped_at(at("2026-12-04T00:30:00")):
        with served.world.services.database.writing() as session:
            close_unconfirmed(session, served.world.services, served.id)
        with pytest.raises(Invalid, match="没有这一次回访"):
            report(served, HOLDER, Side.HOLDER, SOLD, occasion="30")


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "new_sales", "quantity": 3},
        {"kind": "new_sales", "amount_fen": 5, "quantity": 3},
        {"kind": "trained"},
        {"kind": "trained", "quantity": 3, "amount_fen": 5},
        {"kind": "trained", "quantity": -1},
        {"kind": "common_tech", "quantity": 3},
        {"kind": "happiness", "quantity": 3},
    ],
)
def test_an_outcome_says_how_much_of_the_right_thing(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        OutcomeInput.model_validate(given)
