"""The desk goes on behind its first page."""

from __future__ import annotations

from service.usecases import desk_tabs
from service.usecases.paging import PER_PAGE
from tests.service.steps import a_draft, act, verify
from tests.service.world import World


def test_what_does_not_fit_on_a_page_is_on_the_next(world: World) -> None:
    verify(world)
    for number in range(PER_PAGE + 1):
        act(world, "盐湖厂马工", a_draft(world, title=f"吸附剂用半年就吸不动锂了 {number}"), "submit")

    with world.services.database.reading() as session:
        actor = world.actor(session, "格尔木赵静")
        pages = [desk_tabs.tabs(session, world.services, actor, page=page)[0] for page in (1, 2, 3)]

    assert [(tab.name, tab.total, len(tab.items)) for tab in pages] == [
        ("needs", PER_PAGE + 1, PER_PAGE),
        ("needs", PER_PAGE + 1, 1),
        ("needs", PER_PAGE + 1, 0),
    ]
    assert len({line.id for tab in pages for line in tab.items}) == PER_PAGE + 1
