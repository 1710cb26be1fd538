"""Random walks through the whole story of needs: what E9 of the list of features promises holds after every step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from service.services import Services
from service.workflow.document import LIFECYCLES
from tests.service.conftest import MONDAY
from tests.service.walks.always import LONG_CHECKS, Before
from tests.service.walks.story import Story, a_story
from tests.service.walks.walking import look, walk

# Achievements, ranking objections and approvals have tests of their own.
OF_THIS_WORLD = frozenset(
    ("need", "match_run", "self_offer", "recommendation", "referral", "invitation", "consultation", "expert")
)
NEARLY = 0.9
# Nobody in this world writes themselves in anew; the profiles are claimed before the walk begins.
BEFORE_THE_WALK = {("expert", "claim")}


def test_whatever_people_do_what_always_holds_holds(services: Services, tmp_path: Path) -> None:
    story = a_story(services, tmp_path, MONDAY, seed=5)

    walk(story, 150 if services.database.is_sqlite else 30)

    _look_back(story)


def test_nearly_every_act_is_done_by_somebody_in_long_walks(
    services: Services, tmp_path: Path, full_size: bool, proved: Callable[[str], None]
) -> None:
    """Without the full size only that a second walk holds, too."""
    story = a_story(services, tmp_path, MONDAY, seed=6)
    length = (3_000 if services.database.is_sqlite else 400) if full_size else 15

    walk(story, length, leavers=False)

    _look_back(story)
    print("\n".join(f"{kind}.{action}: {count}" for (kind, action), count in sorted(story.performed.items())))
    acts = _acts() - BEFORE_THE_WALK
    done = acts & set(story.performed)
    if full_size and services.database.is_sqlite:
        # The rarest wait for several things at once; each has a test of its own.
        assert len(done) >= NEARLY * len(acts), sorted(acts - done)
    proved(f"walk through the whole story: {length} steps, {len(done)} of {len(acts)} acts, E9 held after each step")


def _look_back(story: Story) -> None:
    with story.reading() as session:
        before = Before(session)
    look(story, before, LONG_CHECKS)


def _acts() -> set[tuple[str, str]]:
    found = {(each.name, t.action) for each in LIFECYCLES if each.name in OF_THIS_WORLD for t in each.transitions}
    assert {kind for kind, _ in found} == OF_THIS_WORLD
    return found
