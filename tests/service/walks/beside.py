"""Acts with a page of their own instead of a button: writing, reviewing, choosing, asking, passing on, leaving …

Each picks who and what by chance, does it, and says what it did; None where there is nothing of the kind to do now.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from service.case_facts import Case
from service.errors import AppError, Conflict, Invalid
from service.facts import PUBLISHED
from service.models import (
    Expert,
    MatchRun,
    MatchRunState,
    Need,
    NeedState,
)
from service.permissions import is_allowed
from service.schemas.invitations import InviteInput
from service.schemas.matches import ReviewInput
from service.schemas.need_ties import MergeInput, UnmergeInput
from service.schemas.needs import NewNeed, SavedNeed
from service.schemas.recommendations import ChoiceInput
from service.schemas.referrals import ReferralInput
from service.schemas.self_offers import SelfOfferInput
from service.usecases import (
    invitations,
    match_views,
    matches,
    mergers,
    need_acts,
    needs,
    recommendation_views,
    recommendations,
    referrals,
    self_offers,
)
from service.usecases.progress import OPEN_TO_ASKING, released
from tests.service.match_steps import TERMS
from tests.service.self_offers.steps import OFFER
from tests.service.steps import CONTENT
from tests.service.ties.support import LIKE_IT, UNLIKE
from tests.service.walks.forms import NOTE, receivers
from tests.service.walks.offers import eligible, open_invitations, open_lists
from tests.service.walks.story import EXPERTS, Story

MOST_NEEDS = 6
Picked = TypeVar("Picked")
Act = Callable[[Story], str | None]


def write(story: Story) -> str | None:
    """A draft of one of the companies, unless enough is going on."""
    with story.writing() as session:
        if len(_needs(session, *(state for state in NeedState if state not in _OVER))) >= MOST_NEEDS:
            return None
        company = story.rng.choice(story.companies)
        words = CONTENT | story.rng.choice([{}, LIKE_IT, UNLIKE])
        content = NewNeed.model_validate(words | {"organization_id": company.id})
        needs.create(session, story.services, story.actor(session, company.person), content)
        return f"{company.person} writes a need"


def edit(story: Story) -> str | None:
    with story.writing() as session:
        returned = _needs(session, NeedState.MORE_INFO)
        need = pick(story, returned or _needs(session, NeedState.DRAFT, NeedState.SUBMITTED))
        who = _who_may(session, story, "need.edit", need)
        if need is None or who is None:
            return None
        changed = CONTENT | {"restrictions": f"第 {need.content_version} 稿", "version": need.version}
        needs.save(session, story.services, story.actor(session, who), need.id, SavedNeed.model_validate(changed))
        return f"{who} edits need {need.number}"


def review(story: Story) -> str | None:
    """Of any matching that waits for it: some of those that can be recommended, or nobody."""
    with story.writing() as session:
        wanted = select(MatchRun).where(MatchRun.state == MatchRunState.TO_REVIEW).order_by(col(MatchRun.created_at))
        run = pick(story, session.exec(wanted).all())
        need = session.get_one(Need, run.need_id) if run else None
        who = _who_may(session, story, "match.review", need)
        if run is None or need is None or who is None:
            return None
        shown = match_views.show(session, need, run)
        found: list[Any] = [*shown.matches, *shown.self_offers]
        fit = dict.fromkeys(f"{each.party_kind}:{each.party_id}" for each in found if not each.gone)
        chosen = _some(story, [each for each in fit if not each.startswith("society")])
        verdict = "supplement" if chosen else "none"
        given = ReviewInput.model_validate(
            {"version": run.version, "verdict": verdict, "reason": NOTE, "chosen": chosen}
        )
        matches.review(session, story.services, story.actor(session, who), need.id, given)
        return f"{who} reviews need {need.number}: {verdict} {len(chosen)}"


def choose(story: Story) -> str | None:
    with story.writing() as session:
        listed = pick(story, open_lists(session))
        need = session.get_one(Need, listed.need_id) if listed else None
        if listed is None or need is None:
            return None
        who = _who_may(session, story, "recommendation.choose", Case(listed, need))
        if who is None:
            return None
        actor = story.actor(session, who)
        shown = recommendation_views.show(session, actor, recommendations.current(session, actor, need.id))
        ids, how = [each.id for each in shown.parties], story.rng.choice(("pick", "pick", "delegate", "refuse"))
        picked = ids[: story.rng.randint(1, len(ids))] if how == "pick" else []
        rejected = [{"id": each, "reason": "direction"} for each in ids if how != "delegate" and each not in picked]
        given = {"version": shown.version, "picked": picked, "rejected": rejected, "delegate": how == "delegate"}
        content = ChoiceInput.model_validate(given | {"proxy": story.proxy})
        assert shown.may_choose
        recommendations.choose(session, story.services, actor, need.id, content)
        return f"{who} answers the list of {need.number}: {how}"


def invite(story: Story) -> str | None:
    """One of those who were released; whatever the state of the need, because nobody hides the page for us."""
    with story.writing() as session:
        open_to_it = [need for need in _needs(session) if released(session, need)]
        need = pick(story, open_to_it)
        who = _who_may(session, story, "invitation.send", need)
        if need is None or who is None:
            return None
        fit = [each for each in released(session, need) if eligible(session, need, each.party_kind, each.party_id)]
        if not fit or len(open_invitations(session, need)) >= story.services.settings.most_open_invitations:
            return None
        content = TERMS | {"version": need.version, "recommended": [fit[0].id]}
        actor, given = story.actor(session, who), InviteInput.model_validate(content)
        if need.state in OPEN_TO_ASKING:
            invitations.invite(session, story.services, actor, need.id, given)
            return f"{who} invites for {need.number}"
    refused_only(story, Conflict, lambda session: invitations.invite(session, story.services, actor, need.id, given))
    return f"{who} cannot invite for {need.number}, which is {need.state}"


def refused_only(story: Story, error: type[AppError], act: Callable[[Session], object]) -> None:
    """It must be refused; what it did meanwhile is undone with its transaction."""
    try:
        with story.writing() as session:
            act(session)
    except error:
        return
    raise AssertionError("was done though nothing offers it")


def refer(story: Story) -> str | None:
    with suppress(Conflict, Invalid), story.writing() as session:
        need = pick(story, _needs(session, *PUBLISHED))
        who = _who_may(session, story, "referral.send", need)
        if need is None or who is None:
            return None
        content = {"version": need.version, "fee_kind": "free", "note": NOTE} | story.rng.choice(receivers(story))
        given = ReferralInput.model_validate(content)
        referrals.send(session, story.services, story.actor(session, who), need.id, given)
        return f"{who} refers {need.number} to {given.receiver_kind}"
    return None


def offer_oneself(story: Story) -> str | None:
    with suppress(AppError), story.writing() as session:
        need, name = pick(story, _needs(session, *PUBLISHED)), story.rng.choice(EXPERTS)
        expert = session.exec(select(Expert).where(Expert.user_id == story.world.people[name])).first()
        if need is None or expert is None:
            return None
        parties = [("expert", expert.id), ("team", story.team_id)]
        kind, party_id = story.rng.choice(parties)
        given = SelfOfferInput.model_validate(OFFER | {"party_kind": kind, "party_id": party_id})
        self_offers.offer(session, story.services, story.actor(session, name), need.id, given)
        return f"{name} offers for {need.number}"
    return None


def pass_on(story: Story) -> str | None:
    with story.writing() as session:
        need = pick(story, _needs(session, NeedState.SUBMITTED, *PUBLISHED))
        who = _who_may(session, story, "need.pass", need)
        if need is None or who is None:
            return None
        places = [each for each in (story.world.county, story.world.city) if each.id != need.association_id]
        to = story.rng.choice(places).id
        actor = story.actor(session, who)
        need_acts.pass_on(
            session, story.services, actor, need.id, association_id=to, note=NOTE, version=need.version or 0
        )
        return f"{who} passes {need.number} on"


def seal(story: Story) -> str | None:
    """Or decide about what is sealed, as likely."""
    with story.writing() as session:
        sealed = [need for need in _needs(session) if need.sealed_at is not None]
        need = pick(story, sealed or _needs(session, NeedState.SUBMITTED, *PUBLISHED))
        policy = "need.unseal" if sealed else "need.seal"
        who = _who_may(session, story, policy, need)
        if need is None or who is None:
            return None
        actor = story.actor(session, who)
        if sealed:
            need_acts.unseal(session, story.services, actor, need.id, note="不涉密")
        else:
            need_acts.seal(session, story.services, actor, need.id, note="疑似涉密")
        return f"{who}: {policy} {need.number}"


def merge(story: Story) -> str | None:
    with suppress(Conflict), story.writing() as session:
        need = pick(story, _needs(session, NeedState.SUBMITTED, NeedState.MERGED))
        who = _who_may(session, story, "need.merge", need)
        if need is None or who is None:
            return None
        actor = story.actor(session, who)
        if need.state is NeedState.MERGED:
            back = UnmergeInput(version=need.version or 0, note=NOTE)
            mergers.unmerge(session, story.services, actor, need.id, back)
            return f"{who} takes {need.number} out again"
        others = [each for each in _needs(session, *PUBLISHED) if is_allowed(actor, "need.merge", each)]
        target = pick(story, others)
        if target is None:
            return None
        given = MergeInput(version=need.version or 0, target_id=target.id, note=NOTE)
        mergers.merge(session, story.services, actor, need.id, given)
        return f"{who} merges {need.number} into {target.number}"
    return None


def _needs(session: Session, *among: NeedState) -> list[Need]:
    """In these states, or all; in an order that does not depend on ids."""
    wanted = select(Need).order_by(col(Need.created_at), col(Need.title), col(Need.number))
    return list(session.exec(wanted.where(col(Need.state).in_(among)) if among else wanted))


def pick(story: Story, among: Any) -> Any:
    return story.rng.choice(among) if among else None


def _some(story: Story, among: list[str]) -> list[str]:
    return among[: story.rng.randint(0, min(3, len(among)))] if story.rng.random() < 0.15 else among[:3]


def _who_may(session: Session, story: Story, policy: str, subject: object) -> str | None:
    """Anybody who may; what they may not see does not exist for them."""
    people = story.people if subject is not None else []
    story.rng.shuffle(people)
    return next((each for each in people if is_allowed(story.actor(session, each), policy, subject)), None)


_OVER = (NeedState.REJECTED, NeedState.CLOSED, NeedState.EXPIRED, NeedState.MERGED, NeedState.WITHDRAWN)
# How often, against each other.
ACTS: dict[Act, int] = {
    write: 4,
    edit: 4,
    review: 8,
    choose: 8,
    invite: 8,
    refer: 3,
    offer_oneself: 2,
    pass_on: 1,
    seal: 1,
    merge: 1,
}
