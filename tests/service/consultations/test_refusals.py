"""What is refused on the way of a consultation: wrong people, states, times, and marks of secrecy."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, SecrecySuspected, Stale
from service.models import (
    ConsultationState,
    HolderKind,
    SignedLink,
)
from service.schemas.common import ActionInput
from service.usecases import consultations
from service.workflow.consultations import CONSULTATION
from tests.service.consultations.steps import (
    CLERK,
    HOLDER,
    OTHER_CLERK,
    OWNER,
    SECRETARY,
    STRANGER,
    Served,
    a_matching_need,
    by_link,
    do,
    served_by_invitation,
    served_by_referral,
    until_to_confirm,
)
from tests.service.match_steps import PROXY
from tests.service.world import World

State = ConsultationState


def test_a_link_is_for_its_own_consultation_and_dies_with_it(served: Served) -> None:
    other_need = a_matching_need(served.world)
    other = Served(
        served.world,
        other_need,
        served_by_invitation(served.world, other_need, served.expert_id),
        served.expert_id,
    )
    expert = by_link(served)

    with pytest.raises(NotFound):
        do(other, expert, "contact")
    until_to_confirm(served)
    do(served, CLERK, "abort")
    with served.world.services.database.reading() as session:
        link = session.exec(select(SignedLink).where(SignedLink.subject_id == served.id)).one()
    assert link.revoked_at is not None


def refusal(served: Served, who: str, action: str, **given: object) -> type[AppError] | None:
    try:
        do(served, who, action, **given)
    except AppError as error:
        return type(error)
    return None


def test_the_wrong_person_is_refused(served: Served) -> None:
    tried = {
        (STRANGER, "contact"): NotFound,
        ("西宁孙浩", "contact"): NotFound,
        (OWNER, "contact"): Forbidden,
        (OWNER, "attest"): Forbidden,
        (HOLDER, "sign"): Forbidden,
        (HOLDER, "abort"): Forbidden,
        (HOLDER, "confirm"): Forbidden,
        (SECRETARY, "confirm"): Forbidden,
        (OWNER, "resume"): Forbidden,
        (OWNER, "request_closing"): Forbidden,
        (OWNER, "write_minutes"): Forbidden,
    }

    assert {(who, action): refusal(served, who, action) for who, action in tried} == tried
    assert served.row.state is State.TO_CONTACT


def test_nothing_but_the_first_contact_comes_first(served: Served) -> None:
    by_holder = ("schedule", "hold", "miss", "write_minutes", "request_closing")

    assert {refusal(served, HOLDER, action) for action in by_holder} == {Conflict}
    assert {refusal(served, OWNER, action) for action in ("sign", "dispute", "confirm")} == {Conflict}


def test_without_the_attestation_only_contact_is_made(served: Served) -> None:
    do(served, HOLDER, "contact")

    for who, action in ((HOLDER, "schedule"), (HOLDER, "request_closing"), (OWNER, "sign")):
        with pytest.raises(Conflict, match="兼职报备"):
            do(served, who, action)


def test_who_has_a_conflict_cannot_attest(served: Served) -> None:
    with pytest.raises(Invalid, match="不能承接"):
        do(served, HOLDER, "attest", no_conflict=False)


def test_a_stale_step_is_refused_and_shows_where_it_stands(served: Served) -> None:
    before = served.row.version
    do(served, HOLDER, "contact")

    with pytest.raises(Stale) as refused:
        do(served, HOLDER, "attest", version=before)

    assert refused.value.details == {"version": (before or 0) + 1, "theirs": {"state": "contacted"}}


def test_a_first_contact_is_neither_in_the_future_nor_before_anybody_was_asked(served: Served) -> None:
    with pytest.raises(Invalid, match="还没有到"):
        do(served, HOLDER, "contact", made_at="2026-11-23T09:01:00+08:00")
    with pytest.raises(Invalid, match="早于"):
        do(served, HOLDER, "contact", made_at="2026-11-22T09:00:00+08:00")


def test_a_mark_of_secrecy_stops_every_text(served: Served) -> None:
    mark = "见附件 机密★5年"
    texts: list[tuple[str, dict[str, object]]] = [
        ("contact", {"line": mark}),
        ("request_closing", {"summary": mark}),
        ("request_closing", {"outcomes": [{"kind": "trained", "quantity": 3, "text": mark}]}),
        ("write_minutes", {"text": mark}),
        ("schedule", {"place": mark}),
        ("reschedule", {"note": mark}),
        ("miss", {"note": mark}),
        ("sign", {"note": mark}),
        ("abort", {"note": mark}),
        ("confirm", {"note": mark}),
        ("confirm", {"rating": {"skill": 5, "comment": mark}}),
    ]

    assert {refusal(served, CLERK, action, **given) for action, given in texts} == {SecrecySuspected}


def test_staff_who_serve_do_not_give_the_companys_word_themselves(world: World) -> None:
    need_id = a_matching_need(world)
    consultation_id = served_by_referral(world, need_id, HolderKind.ASSOCIATION, world.county.id)
    served = Served(world, need_id, consultation_id, "")
    until_to_confirm(served, CLERK)

    with pytest.raises(Forbidden):
        do(served, CLERK, "confirm", proxy=PROXY)
    with pytest.raises(Forbidden):
        do(served, CLERK, "dispute", proxy=PROXY)

    assert do(served, OTHER_CLERK, "confirm", proxy=PROXY) is State.COMPLETED


def test_a_signing_is_dated_between_acceptance_and_today(served: Served) -> None:
    do(served, HOLDER, "contact")
    do(served, HOLDER, "attest")

    for day in ("2026-11-24", "2026-11-22"):
        with pytest.raises(Invalid, match="签约日期"):
            do(served, OWNER, "sign", signed_on=day)


def by_name_alone(served: Served, action: str) -> None:
    services = served.world.services
    with services.database.writing() as session:
        given = ActionInput(version=served.row.version or 0, reason="solved", note="说明", proxy=None)
        consultations.act(session, services, served.world.actor(session, OWNER), served.id, action, given)


def test_a_step_with_a_form_of_its_own_cannot_be_taken_by_its_name_alone(served: Served) -> None:
    until_to_confirm(served)
    named = [transition.action for transition in CONSULTATION.transitions if transition.internal]

    for action in named:
        with pytest.raises(NotFound):
            by_name_alone(served, action)

    assert {"confirm", "contact", "close_unconfirmed"} <= set(named)
    assert served.row.state is State.TO_CONFIRM
