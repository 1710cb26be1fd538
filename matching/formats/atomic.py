"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from matching.formats.problems import refusals_told


def write_atomically(path: Path, lines: Iterable[bytes]) -> None:
    """Writes the lines (each with its line end) to a file beside `path`, then renames it over `path`.

    If `lines` raises, or the disk refuses, `path` stays as it was and nothing is left beside it.
    A device or pipe (/dev/stdout) cannot be renamed over and is written to directly.
    Raises BadInput where the operating system refuses; whatever `lines` raises passes through.
    """
    with refusals_told(path):
        # Through links: replacing the link would leave the file that it names unchanged.
        target = Path(os.path.realpath(path))
        if path.is_dir():
            raise IsADirectoryError
        is_special = path.exists() and not path.is_file()
    if is_special:
        with refusals_told(path):
            file: BinaryIO = path.open("wb")
        _write_and_close(path, file, lines, durable=False)
        return
    temporary = target.parent / f".writing-{secrets.token_hex(8)}.tmp"
    try:
        with refusals_told(path):
            file = temporary.open("xb")
            if target.exists():
                temporary.chmod(target.stat().st_mode & 0o777)
        # Before the rename, or a power cut could leave the new name on an empty file.
        _write_and_close(path, file, lines, durable=True)
        with refusals_told(path):
            temporary.replace(target)
    finally:
        with suppress(OSError):
            temporary.unlink()


def _write_and_close(path: Path, file: BinaryIO, lines: Iterable[bytes], *, durable: bool) -> None:
    try:
        for line in lines:
            # Only the writing is covered: an OSError out of `lines` is not about this file.
            with refusals_told(path):
                file.write(line)
        with refusals_told(path):
            file.flush()
            if durable:
                os.fsync(file.fileno())
    finally:
        # On success everything is flushed; on failure closing would only repeat the refusal.
        with suppress(OSError):
            file.close()
