"""What a process needs besides a request: made once, handed to the app and to the worker."""

from __future__ import annotations

from dataclasses import dataclass

from service.db import Database
from service.files.store import FileStore
from service.links import Links, key_in
from service.rules.work_calendar import work_calendar
from service.settings import Settings
from service.workflow.approvals import KINDS
from service.workflow.engine import Clockwork


@dataclass(frozen=True)
class Services:
    settings: Settings
    database: Database
    clockwork: Clockwork
    links: Links

    @property
    def attachments(self) -> FileStore:
        return FileStore(self.settings.data_dir / "attachments")

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
