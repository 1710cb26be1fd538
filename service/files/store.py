"""Where attachments lie: one folder, names that say nothing, readable by this service alone."""

from __future__ import annotations

import logging
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from matching.durable import sync_folder
from service.errors import Busy

log = logging.getLogger(__name__)


class FileStore:
    """folder: made when the first file is written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, content: bytes) -> str:
        """The name under which it is on the disk when this returns. Raises Busy where the disk refuses."""
        name = secrets.token_hex(16)
        unfinished = self._folder / f"{name}.part"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self._folder / name)
            sync_folder(self._folder)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            log.error("file.not_stored", extra={"errno": error.errno})
            raise Busy("附件暂时存不下，没有保存。请过一会儿再传；多次不行请联系科协工作人员。") from None
        return name

    def path(self, name: str) -> Path:
        return self._folder / name

    def remove(self, name: str) -> None:
        """Whether or not it is still there."""
        self.path(name).unlink(missing_ok=True)

    def older_than(self, moment: datetime) -> list[str]:
        """Names of all files last written before that, finished or not."""
        if not self._folder.is_dir():
            return []
        found = (path for path in self._folder.iterdir() if path.is_file())
        return sorted(path.name for path in found if datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment)
