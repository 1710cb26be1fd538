"""The last slot of an expert's month, wanted by many at once: one gets it, everybody else is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from sqlmodel import Session, delete, select

from service.errors import Busy, Conflict
from service.models import (
    Consultation,
    Expert,
    Invitation,
    InvitationState,
    LinkPurpose,
    Need,
    NeedState,
    Reservation,
    SignedLink,
)
from tests.service.match_steps import accept, an_expert, choose, invite, list_of, ranking_by_words, review
from tests.service.steps import a_draft, act, verify
from tests.service.world import World

CLIENTS = 16


def invitations_of_one_expert(world: World, folder: Path, count: int = CLIENTS) -> list[str]:
    """As many as there are clients, each for a need of its own; the expert has one slot."""
    worker = ranking_by_words(world, folder)
    expert = an_expert(world, "李锂", monthly_capacity=1)
    verify(world)
    needs = [a_draft(world) for _ in range(count)]
    for need_id in needs:
        act(world, "盐湖厂马工", need_id, "submit")
        act(world, "格尔木赵静", need_id, "accept")
    worker.run_pending()
    sent = []
    for need_id in needs:
        review(world, need_id, "supplement", f"expert:{expert}", reason="熟悉现场")
        listed = [party.id for party in list_of(world, "盐湖厂马工", need_id).parties]
        choose(world, "盐湖厂马工", need_id, picked=listed)
        sent += invite(world, "格尔木赵静", need_id, *listed)
    return sent


def begin_again(session: Session) -> None:
    """Everything as before anybody answered."""
    for table in (Reservation, Consultation):
        session.exec(delete(table))
    session.exec(delete(SignedLink).where(SignedLink.purpose == LinkPurpose.CONSULTATION))  # type: ignore[arg-type]
    for invitation in session.exec(select(Invitation)):
        invitation.state = InvitationState.SENT
    for need in session.exec(select(Need)):
        need.state = NeedState.INVITING


def answer_of(world: World, invitation_id: str, start: Barrier) -> str:
    start.wait()
    try:
        accept(world, "李锂", invitation_id)
    except Conflict as error:
        return "full" if "接满" in error.message else error.message
    except Busy:
        return "busy"
    return "won"


def test_the_last_slot_has_one_winner(
    world: World, tmp_path: Path, full_size: bool, proved: Callable[[str], None]
) -> None:
    sent = invitations_of_one_expert(world, tmp_path)

    with ThreadPoolExecutor(CLIENTS) as clients:
        rounds = 1_000 if full_size else 4
        for _ in range(rounds):
            start = Barrier(CLIENTS)
            told = Counter(clients.map(lambda each, start=start: answer_of(world, each, start), sent))
            assert told == {"won": 1, "full": CLIENTS - 1}
            with world.services.database.writing() as session:
                slots = [(each.month, each.slot) for each in session.exec(select(Reservation))]
                opened = session.exec(select(Consultation.state)).all()
                capacity = session.exec(select(Expert.monthly_capacity)).one()
                begin_again(session)
            assert (slots, opened, capacity) == ([("2026-11", 1)], ["to_contact"], 1)
    proved(f"last slot: {rounds} rounds × {CLIENTS} clients, one winner in each")
