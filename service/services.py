"""What a process needs besides a request: made once, handed to the app and to the worker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from service.db import Database
from service.files.store import FileStore
from service.links import Links, key_in
from service.rules.calendar_file import CalendarFile
from service.rules.work_calendar import WorkCalendar, with_file, work_calendar
from service.settings import CalendarSettings, Settings
from service.stored_settings import laid_over, stored
from service.workflow.approvals import KINDS
from service.workflow.engine import Clockwork


@dataclass(frozen=True)
class Services:
    """of_process: those of the environment, where these are what `present` made of them."""

    settings: Settings
    database: Database
    clockwork: Clockwork
    links: Links
    of_process: Services | None = None

    @property
    def environment(self) -> Settings:
        """What holds where nothing is stored."""
        return (self.of_process or self).settings

    def present(self) -> Services:
        """With the settings that hold at this moment: for the beginning of a request or a job, and for that alone."""
        with self.database.reading() as session:
            found = stored(session)
        process = self.of_process or self
        if not found:
            return process
        settings = laid_over(process.settings, found)
        clockwork = Clockwork(self.on_calendar(settings.calendar), settings.deadlines)
        return replace(process, settings=settings, clockwork=clockwork, of_process=process)

    @property
    def attachments(self) -> FileStore:
        return FileStore(self.settings.data_dir / "attachments")

    def on_calendar(self, kept: CalendarSettings) -> WorkCalendar:
        """The calendar of the environment with these days on top."""
        return _laid_on((self.of_process or self).clockwork.calendar, kept)

    @classmethod
    def of(cls, settings: Settings) -> Services:
        """Raises ValueError for a setting that would have no effect."""
        unknown = set(settings.approval_kinds) - set(KINDS)
        if unknown:
            raise ValueError(
                f"KC_APPROVAL_KINDS 里没有这些事项：{'、'.join(sorted(unknown))}。可选：{'、'.join(KINDS)}。"
            )
        calendar = work_calendar(settings.work_calendar)
        links = Links(key_in(settings.data_dir / "secret.key"))
        return cls(settings, Database(settings.database), Clockwork(calendar, settings.deadlines), links)


@lru_cache(maxsize=16)
def _laid_on(base: WorkCalendar, kept: CalendarSettings) -> WorkCalendar:
    notices = {each.year: each.source for each in kept.years}
    days = {each.day: each.is_off for each in kept.days}
    return with_file(base, CalendarFile(notices, days))
