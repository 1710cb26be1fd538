"""What the worker can do, by the names that use cases promise work under."""

from __future__ import annotations

from service.matcher import Matcher
from service.services import Services
from service.usecases import attachment_upkeep, invitations, matches, referral_acts, repeats
from service.worker import Task


def tasks_of(services: Services, matcher: Matcher) -> dict[str, Task]:
    def refresh(_: str) -> None:
        matches.refresh_index(services, matcher)

    def suggest(key: str) -> None:
        kind, _, need_id = key.partition(":")
        if kind == "need":
            matches.suggest(services, matcher, need_id)

    def promote(key: str) -> None:
        invitations.promote(services, key.partition(":")[2])

    def prune_attachments(_: str) -> None:
        attachment_upkeep.prune(services)

    def next_referral(key: str) -> None:
        referral_acts.follow_up(services, key.partition(":")[2])

    def prune_answers(_: str) -> None:
        with services.database.writing() as session:
            repeats.prune(session)

    return {
        "index.refresh": Task(refresh, merges_all=True),
        "match.suggest": Task(suggest),
        "invitation.promote": Task(promote),
        "attachment.prune": Task(prune_attachments, merges_all=True),
        "referral.next": Task(next_referral),
        "answers.prune": Task(prune_answers, merges_all=True),
    }
