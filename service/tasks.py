"""What the worker can do, by the names that use cases promise work under."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from service.channels.sms import sms_of
from service.jobs import Periodic
from service.matcher import Matcher, TextIndex
from service.services import Services
from service.usecases import (
    achievement_matches,
    announcements,
    attachment_upkeep,
    deadlines,
    deliveries,
    invitations,
    mailed_links,
    matches,
    plain_notices,
    plain_reminders,
    pruning,
    referral_acts,
    successors,
)
from service.worker import Task

# What a worker promises itself. Steps of the clock are due to the minute; reminders to the day, see rules/reminders.py.
PERIODIC = (
    Periodic("clock.pass", timedelta(minutes=1)),
    Periodic("clock.remind", timedelta(minutes=10)),
    Periodic("broker.relieve", timedelta(minutes=5)),
    Periodic("clock.remind_plain", timedelta(minutes=10)),
    Periodic("clock.calendar", timedelta(days=1)),
    Periodic("prune", timedelta(days=1)),
)


def tasks_of(process: Services, matcher: Matcher) -> dict[str, Task]:
    """process: with the settings of the environment; each job works with those that hold when it begins."""

    def about_one(act: Callable[[Services, str], object]) -> Task:
        """It gets the id alone: the kind before the colon is the same for all jobs of the name."""
        return Task(lambda key: act(process.present(), key.partition(":")[2]))

    def on_all(act: Callable[[Services], object]) -> Task:
        return Task(lambda _: act(process.present()))

    achievements, open_needs = TextIndex(matcher.encoder), TextIndex(matcher.encoder)

    def refresh(_: str) -> None:
        matches.refresh_index(process.present(), matcher)

    def rebuild(_: str) -> None:
        matches.rebuild_index(process.present(), matcher)

    def forget(_: str) -> None:
        matches.forget_old_indexes(process.present(), matcher)

    def suggest(key: str) -> None:
        kind, _, need_id = key.partition(":")
        if kind == "need":
            matches.suggest(process.present(), matcher, achievements, need_id)

    def match_achievement(key: str) -> None:
        achievement_matches.keep_needs(process.present(), open_needs, key.partition(":")[2])

    def prune_attachments(_: str) -> None:
        attachment_upkeep.prune(process.present())

    def announce(key: str) -> None:
        announcements.announce(process.present(), key)

    def alert_officers(key: str) -> None:
        plain_notices.alert_officers(process.present(), key)

    def deliver(key: str) -> None:
        deliveries.deliver(process.present(), sms, key.partition(":")[2])

    sms = sms_of(process.settings.sms)

    return {
        "index.refresh": Task(refresh, merges_all=True),
        "index.rebuild": Task(rebuild, merges_all=True),
        "index.forget": Task(forget, merges_all=True),
        "match.suggest": Task(suggest),
        "achievement.match": Task(match_achievement),
        "invitation.promote": about_one(invitations.promote),
        "referral.next": about_one(referral_acts.follow_up),
        "attachment.prune": Task(prune_attachments, merges_all=True),
        "notify": Task(announce),
        "secrecy.alert": Task(alert_officers),
        "notice.deliver": Task(deliver),
        "password.link": about_one(mailed_links.send_reset_link),
        "mail.confirm": about_one(mailed_links.send_confirm_link),
        "clock.pass": on_all(deadlines.pass_deadlines),
        "clock.remind": on_all(deadlines.remind),
        "broker.relieve": on_all(successors.relieve),
        "clock.remind_plain": on_all(plain_reminders.remind),
        "clock.calendar": on_all(deadlines.warn_of_calendar),
        "prune": on_all(pruning.prune),
    }
