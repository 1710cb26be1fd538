"""One step of a walk: somebody does something that is offered to them, or tries what is not; then everything is
looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from service.errors import AppError, Conflict, Invalid
from service.models import StatusChange
from service.usecases.concerned import KINDS
from tests.service.walks import beside, own
from tests.service.walks.always import CHECKS, LONG_CHECKS, Before, Check
from tests.service.walks.forms import fill
from tests.service.walks.offers import (
    ASKED_WITH_THE_FORM,
    WITH_BUTTONS,
    buttons,
    stands_in_the_way,
)
from tests.service.walks.story import Story, Thing, states

# Against each other; the acts with a page of their own are as many as all these together.
_LIKELY: dict[str, int] = {"press a button": 50, "try what is not offered": 8, "work": 22, "wait": 8}
# An end, or nearly: offered everywhere, and would leave little to do.
_SELDOM = {
    **dict.fromkeys(("withdraw", "reject", "abort", "search_again", "stop", "close", "sleep", "cancel"), 0.1),
    **dict.fromkeys(("release", "return", "dispute"), 0.3),
    "leave": 0.01,
    # Stays on offer for ever once a case is over.
    "add_to_minutes": 0.02,
}
# The first time of all: what would leave too few to go on stays as seldom as it is.
_FIRST = {"leave": 0.01}
_EVERY = 10


def walk(story: Story, steps: int, *, leavers: bool = True) -> None:
    """Raises AssertionError with everything that was done so far."""
    for number in range(steps):
        story.moment += timedelta(minutes=1)
        with story.reading() as session:
            before = Before(session)
        try:
            story.log.append(_step(story, with_erasure=leavers and number % 97 == 96))
            look(story, before, CHECKS if number % _EVERY else (*CHECKS, *LONG_CHECKS))
        except Exception as error:
            told = "\n".join(story.log[-40:])
            raise AssertionError(f"step {number}: {error!r}\n{told}") from error
        _count(story, before)


def look(story: Story, before: Before, checks: tuple[Check, ...] = (*CHECKS, *LONG_CHECKS)) -> None:
    with story.reading() as session:
        for check in checks:
            check(session, story, before)


def _step(story: Story, *, with_erasure: bool) -> str:
    if with_erasure:
        return own.erase(story) or "nobody asks to be erased"
    if story.rng.random() < 0.45:
        return do_something_beside(story)
    return story.rng.choices(list(_STEPS), [_LIKELY[name] for name in _NAMES])[0](story)


def do_something_beside(story: Story) -> str:
    """An act that has a page of its own."""
    acts: dict[beside.Act, int] = beside.ACTS | dict.fromkeys(own.ACTS, 1)
    act = story.rng.choices(list(acts), list(acts.values()))[0]
    return act(story) or f"nothing to {act.__name__}"


def press_a_button(story: Story) -> str:
    """What is offered and ready is done; what is not ready is refused with what stands in the way."""
    with story.reading() as session:
        found = _offered(session, story)
        if found is None:
            return "nobody is offered anything"
        who, thing, action, reasons = found
        obstacle = stands_in_the_way(session, thing, action)
    done = f"{who}: {thing.kind}.{action} {thing.id[:6]}"
    may_refuse = (thing.kind, action) in ASKED_WITH_THE_FORM
    try:
        fill(story, who, thing, action, reasons)
    except AppError as error:
        if may_refuse or (obstacle is not None and isinstance(error, Conflict | Invalid)):
            return f"{done} refused: {error.message}"
        raise AssertionError(f"{done} was offered, but: {error.message}") from error
    return done


def try_what_is_not_offered(story: Story) -> str:
    """Whatever the state, whoever tries: without the button there is no act, and nothing changes."""
    with story.reading() as session:
        things = _things(session)
        if not things:
            return "nothing to try"
        thing, who = story.rng.choice(things), story.rng.choice(story.people)
        transition = story.rng.choice(KINDS[thing.kind].lifecycle.transitions)
        offered = buttons(session, story, who, thing)
        was = states(session)
    if transition.action in offered:
        return "is offered"
    told = f"{who} tries {thing.kind}.{transition.action} {thing.id[:6]}"
    try:
        fill(story, who, thing, transition.action, sorted(transition.reasons))
    except AppError as error:
        with story.reading() as session:
            assert states(session) == was, f"{told}: refused, and something changed"
        return f"{told}: {type(error).__name__}"
    raise AssertionError(f"{told}: was done though it is not offered")


def _work(story: Story) -> str:
    story.work()
    return "the worker works"


def _wait(story: Story) -> str:
    days = story.rng.choice((1, 1, 2, 4, 11))
    story.wait(days)
    return f"{days} days go by"


def _offered(session: Session, story: Story) -> tuple[str, Thing, str, list[str]] | None:
    """(who, what, action, reasons) of some button that somebody sees."""
    things, people = _things(session), story.people
    story.rng.shuffle(things)
    story.rng.shuffle(people)
    seldom = story.rng.random()
    for thing in things:
        for who in people:
            shown = buttons(session, story, who, thing)
            wanted = [each for each in shown if _likelihood(story, thing, each) > seldom]
            if wanted:
                # What was done least so far is tried first.
                action = story.rng.choices(wanted, [1 / (1 + story.performed[thing.kind, each]) for each in wanted])[0]
                return who, thing, action, sorted(shown[action].reasons)
    return None


def _likelihood(story: Story, thing: Thing, action: str) -> float:
    """What nobody did yet is done, though it ends much: that every act can be done is to be seen."""
    likely = _SELDOM.get(action, 1.0)
    return likely if story.performed[thing.kind, action] else max(likely, _FIRST.get(action, 1.0))


def _things(session: Session) -> list[Thing]:
    """With buttons of their own, in an order that does not depend on ids."""
    found: list[tuple[Any, ...]] = []
    for kind in WITH_BUTTONS:
        lifecycle, table = KINDS[kind].lifecycle, KINDS[kind].table
        left = [state for state, note in lifecycle.states.items() if not note.is_final]
        reopened = [state for each in lifecycle.transitions if each.reopens for state in each.sources]
        of_state: Any = table
        wanted = select(of_state).where(col(of_state.state).in_([*left, *reopened, *_AFTERWARDS.get(kind, ())]))
        found += [(each.created_at, kind, str(each.state), each.id) for each in session.exec(wanted)]
    return [Thing(kind, each_id) for _, kind, _, each_id in sorted(found)]


def _count(story: Story, before: Before) -> None:
    with story.reading() as session:
        fresh = session.exec(select(StatusChange).where(col(StatusChange.seq) > before.seq)).all()
    story.performed.update((change.subject_kind, change.action) for change in fresh)


# Rated after the end.
_AFTERWARDS = {"consultation": ("completed",)}
_NAMES = tuple(_LIKELY)
_STEPS: tuple[Callable[[Story], str], ...] = (press_a_button, try_what_is_not_offered, _work, _wait)
