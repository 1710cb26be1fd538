"""代录 and 代答: whoever asked confirms by a link, or is called back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from service.clock import stopped_at
from service.errors import Conflict, Gone, Invalid, NotFound
from service.models import AuditEntry, Notice, ProxyEntry
from service.schemas.needs import NewNeed
from service.schemas.proxy_checks import CallBackInput, ProxyAnswerInput, ProxyEntryOut
from service.usecases import need_acts, needs, proxy_checks
from tests.service.match_steps import ranking_by_words
from tests.service.steps import CONTENT
from tests.service.world import World

CLERK = "格尔木赵静"
PROXY = {"asked_by": "马工", "channel": "phone", "asked_at": "2026-11-23T08:30:00+08:00"}


@pytest.fixture
def entry_id(world: World) -> str:
    """Of a need that a clerk entered for the company, on the telephone."""
    with world.services.database.writing() as session:
        content = NewNeed.model_validate(CONTENT | {"organization_id": world.company.id, "proxy": PROXY})
        needs.create(session, world.services, world.actor(session, CLERK), content)
    with world.services.database.reading() as session:
        return session.exec(select(ProxyEntry.id)).one()


def listed(world: World, name: str, *, is_open: bool = True) -> list[ProxyEntryOut]:
    with world.services.database.reading() as session:
        return proxy_checks.page_of(session, world.actor(session, name), is_open=is_open, page=1)[0]


def link(world: World, entry_id: str) -> str:
    with world.services.database.reading() as session:
        return proxy_checks.hand_out(session, world.services, world.actor(session, CLERK), entry_id).link


def answer(world: World, token: str, **given: object) -> ProxyEntry:
    with world.services.database.writing() as session:
        content = ProxyAnswerInput.model_validate(given)
        return proxy_checks.answer_by_link(session, world.services, token, content)


def call_back(world: World, name: str, entry_id: str, **given: object) -> ProxyEntry:
    with world.services.database.writing() as session:
        actor = world.actor(session, name)
        return proxy_checks.call_back(session, world.services, actor, entry_id, CallBackInput.model_validate(given))


def test_the_text_for_whoever_asked_says_what_was_done_and_nothing_of_its_content(world: World, entry_id: str) -> None:
    with world.services.database.reading() as session:
        given = proxy_checks.hand_out(session, world.services, world.actor(session, CLERK), entry_id)

    assert given.text == (
        f"马工：科协按您11月23日的委托（电话）代您办理了“需求：登记”。请点开确认，不用登录：{given.link} "
        "如不是您委托的，也请点开说明。"
    )
    assert str(CONTENT["title"]) not in given.text
    assert given.qr_svg.startswith("<svg")


def test_whoever_asked_confirms_by_the_link_once(world: World, entry_id: str) -> None:
    token = link(world, entry_id).rsplit("/", 1)[1]

    answer(world, token, agreed=True, note="是我说的")

    [entry] = listed(world, CLERK, is_open=False)
    assert (entry.checked_how, entry.checked_by, entry.note) == ("link", None, "是我说的")
    assert entry.confirmed_at is not None
    assert entry.denied_at is None
    assert listed(world, CLERK) == []
    with pytest.raises(Conflict, match="已经确认过"):
        answer(world, token, agreed=False, note="不是")


def test_who_denies_it_alarms_the_clerk_and_who_leads(
    world: World, entry_id: str, monday: datetime, tmp_path_factory: pytest.TempPathFactory
) -> None:
    answer(world, link(world, entry_id).rsplit("/", 1)[1], agreed=False, note="没有人问过我")
    ranking_by_words(world, tmp_path_factory.mktemp("index")).run_pending()

    with world.services.database.reading() as session:
        told = {
            session.get_one(ProxyEntry, each.subject_id).id: each.title
            for each in session.exec(select(Notice).where(Notice.subject_kind == "proxy_entry"))
        }
        recipients = set(session.exec(select(Notice.recipient_id).where(Notice.subject_kind == "proxy_entry")))
        acts = session.exec(select(AuditEntry.act).where(AuditEntry.subject_kind == "proxy_entry")).all()
    assert told == {entry_id: "马工说没有委托过：有一件代办的事要核实"}
    assert recipients == {world.people[CLERK], world.people["省科协王敏"]}
    assert acts == ["proxy.deny"]


def test_a_call_back_is_marked_with_who_called(world: World, entry_id: str) -> None:
    with pytest.raises(Invalid, match="请写明情况"):
        call_back(world, CLERK, entry_id, agreed=False)

    call_back(world, CLERK, entry_id, agreed=True)

    [entry] = listed(world, CLERK, is_open=False)
    assert (entry.checked_how, entry.checked_by) == ("call_back", CLERK)


@pytest.mark.parametrize("name", ["西宁孙浩", "盐湖厂马工", "路人吴芳"])
def test_others_neither_see_nor_mark_it(world: World, entry_id: str, name: str) -> None:
    assert listed(world, name) == []
    with pytest.raises(NotFound):
        call_back(world, name, entry_id, agreed=True)


def test_staff_above_see_and_mark_it(world: World, entry_id: str) -> None:
    assert [entry.id for entry in listed(world, "省科协王敏")] == [entry_id]


def test_a_link_ends_and_a_sealed_need_hides_it(world: World, entry_id: str, monday: datetime) -> None:
    token = link(world, entry_id).rsplit("/", 1)[1]

    with pytest.raises(NotFound):
        answer(world, token[:-1] + ("A" if token[-1] != "A" else "B"), agreed=True)
    with stopped_at(monday + timedelta(days=31)), pytest.raises(Gone):
        answer(world, token, agreed=True)
    with world.services.database.writing() as session:
        entry = session.get_one(ProxyEntry, entry_id)
        need_acts.seal(session, world.services, world.actor(session, CLERK), entry.need_id or "", note="疑似有密级标志")
    with pytest.raises(NotFound):
        answer(world, token, agreed=True)
    assert listed(world, CLERK) == []
