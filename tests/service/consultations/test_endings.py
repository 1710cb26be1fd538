"""How a consultation ends, and what that does to its need, its invitation or referral, grants and links."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service.clock import stopped_at
from service.errors import Conflict, Gone
from service.models import (
    ConsultationState,
    DisclosureGrant,
    FollowUp,
    HolderKind,
    Invitation,
    InvitationState,
    NeedState,
    PublicityLevel,
    Referral,
    ReferralState,
    Reservation,
    Resolution,
)
from service.usecases import consultations
from tests.service.consultations.steps import (
    CLERK,
    HOLDER,
    OWNER,
    SECRETARY,
    Served,
    a_cared_for_expert,
    a_matching_need,
    at,
    by_link,
    do,
    need_state,
    seen_by,
    served_by_referral,
    until_completed,
    until_to_confirm,
)
from tests.service.world import World

State = ConsultationState


def test_after_the_end_the_link_lives_thirty_days_for_rating(served: Served) -> None:
    until_completed(served)
    with stopped_at(at("2026-12-23T08:00:00")):
        assert seen_by(served, by_link(served))["state"] == "completed"

    with stopped_at(at("2026-12-23T10:00:00")), pytest.raises(Gone):
        by_link(served)


def test_silence_of_the_company_closes_it_unconfirmed_after_its_days_and_not_before(served: Served) -> None:
    until_to_confirm(served)
    services = served.world.services

    def close() -> None:
        with services.database.writing() as session:
            consultations.close_unconfirmed(session, services, served.id)

    with pytest.raises(Conflict, match="期限还没有到"):
        close()
    with stopped_at(at("2026-12-04T00:30:00")):
        close()
        with pytest.raises(Conflict):
            close()

    row, need = served.row, served.need
    assert (row.state, row.resolution, row.closed_at) == (
        State.UNCONFIRMED,
        Resolution.UNCONFIRMED,
        at("2026-12-04T00:30:00"),
    )
    assert (need.state, need.resolution) == (NeedState.CLOSED, Resolution.UNCONFIRMED)
    with services.database.reading() as session:
        assert session.exec(select(FollowUp)).all() == []
        grants = session.exec(select(DisclosureGrant)).all()
    assert [(each.level, each.ended_at is not None) for each in grants] == [(PublicityLevel.INVITED, True)]


def test_a_dispute_goes_to_staff_who_let_it_go_on_or_the_company_says_yes_after_all(served: Served) -> None:
    until_to_confirm(served)

    assert do(served, OWNER, "dispute") is State.DISPUTED
    assert do(served, CLERK, "resume") is State.ONGOING
    assert served.row.proposed is None
    assert do(served, HOLDER, "request_closing") is State.TO_CONFIRM
    assert do(served, OWNER, "dispute") is State.DISPUTED
    assert do(served, OWNER, "confirm") is State.COMPLETED


def test_aborting_frees_the_month_ends_the_reading_and_the_need_is_matched_again(served: Served) -> None:
    do(served, HOLDER, "contact")

    do(served, CLERK, "abort")

    with served.world.services.database.reading() as session:
        invitation = session.exec(select(Invitation)).one()
        slots = session.exec(select(Reservation)).all()
        grants = session.exec(select(DisclosureGrant)).all()
    assert (invitation.state, slots) == (InvitationState.STOPPED, [])
    assert [each.ended_at is not None for each in grants] == [True]
    assert (need_state(served), served.row.resolution) == (NeedState.ACCEPTED, None)


def test_where_the_company_no_longer_needs_it_the_case_closes_as_withdrawn(served: Served) -> None:
    do(served, CLERK, "abort", reason="owner_withdrew", note="企业停产")

    need = served.need
    assert (need.state, need.resolution) == (NeedState.CLOSED, Resolution.OWNER_WITHDREW)
    with served.world.services.database.reading() as session:
        assert session.exec(select(FollowUp)).all() == []


def test_with_two_who_serve_the_need_stays_open_until_both_have_ended_and_ends_with_the_best(served: Served) -> None:
    referred = served_by_referral(served.world, served.need_id, HolderKind.SOCIETY, served.world.people["盐湖学会"])
    second = Served(served.world, served.need_id, referred, "")

    until_completed(served, reason="direction_given")
    between = need_state(served)
    until_to_confirm(second, SECRETARY)
    do(second, OWNER, "confirm", reason="solved")

    assert (between, need_state(served), served.need.resolution) == (
        NeedState.ENGAGED,
        NeedState.CLOSED,
        Resolution.SOLVED,
    )


def test_an_aborted_consultation_takes_its_referral_back(world: World) -> None:
    need_id = a_matching_need(world)
    a_cared_for_expert(world)
    referred = served_by_referral(world, need_id, HolderKind.SOCIETY, world.people["盐湖学会"])

    do(Served(world, need_id, referred, ""), CLERK, "abort", reason="other", note="学会换届")

    with world.services.database.reading() as session:
        assert session.exec(select(Referral.state)).one() is ReferralState.WITHDRAWN
