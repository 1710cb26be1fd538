"""What a process needs besides a request: made once, handed to the app and to the worker."""

from __future__ import annotations

from dataclasses import dataclass

from service.db import Database
from service.rules.work_calendar import work_calendar
from service.settings import Settings
from service.workflow.engine import Clockwork


@dataclass(frozen=True)
class Services:
    settings: Settings
    database: Database
    clockwork: Clockwork

    @classmethod
    def of(cls, settings: Settings) -> Services:
        calendar = work_calendar(settings.work_calendar)
        return cls(settings, Database(settings.database), Clockwork(calendar, settings.deadlines))
