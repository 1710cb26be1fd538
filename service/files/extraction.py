"""Text out of files, read by a child process that may fail, hang or eat memory without harm to this one."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from service.errors import Busy, Invalid
from service.files import reader
from service.rules.characters import unwritable
from service.rules.file_kind import FileKind
from service.rules.plain_text import clean_text

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """Of one child: address space, processor time, how long it may take in all, and how long to wait for a place."""

    megabytes: int = 512
    cpu_seconds: int = 10
    wall_seconds: float = 30
    waiting_seconds: float = 10


@dataclass(frozen=True)
class Extracted:
    """text: what the file says. aside: headers, comments, properties; looked through for marks and then forgotten.

    is_whole: it was read to its end.
    """

    text: str = ""
    aside: str = ""
    is_readable: bool = True
    is_whole: bool = True


LIMITS = Limits()
NOT_READABLE = Extracted(is_readable=False)
MOST_CHILDREN = 2
_children = threading.BoundedSemaphore(MOST_CHILDREN)


def extract(kind: FileKind, content: bytes, limits: Limits = LIMITS) -> Extracted:
    """Pictures have no text. Raises Invalid for a file behind a password, Busy if too many are being read."""
    if kind.is_image:
        return Extracted()
    if not _children.acquire(timeout=limits.waiting_seconds):
        raise Busy("同时上传的人太多，附件没有保存。请过一会儿再传。")
    try:
        answer = _run(kind, content, limits)
    finally:
        _children.release()
    if answer is None:
        return NOT_READABLE
    if answer.returncode == reader.NEEDS_PASSWORD:
        raise Invalid("文件有密码或限制，平台无法核对内容。请去掉密码，重新保存后再上传。", field="file")
    return _read(kind, answer)


def _run(kind: FileKind, content: bytes, limits: Limits) -> subprocess.CompletedProcess[bytes] | None:
    # Without our environment, which may hold the password of the database; what it says on stderr may repeat the file.
    limited = (str(limits.megabytes), str(limits.cpu_seconds))
    command = [sys.executable, "-I", "-B", str(Path(reader.__file__)), kind, *limited]
    try:
        return subprocess.run(
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=limits.wall_seconds,
        )
    except subprocess.TimeoutExpired:
        log.info("file.not_readable", extra={"kind": kind, "cause": "timeout"})
        return None


def _read(kind: FileKind, answer: subprocess.CompletedProcess[bytes]) -> Extracted:
    try:
        found = json.loads(answer.stdout)
        return Extracted(_writable(found["text"]), _writable(found["aside"]), is_whole=found["whole"])
    except (ValueError, KeyError, TypeError):
        log.info("file.not_readable", extra={"kind": kind, "cause": f"exit {answer.returncode}"})
        return NOT_READABLE


def _writable(text: str) -> str:
    """As free text is stored: what no text may hold is left out here, nobody can be asked to delete it."""
    lines = ("".join(char for char in line if not unwritable(char)).strip() for line in text.splitlines())
    return clean_text("\n".join(filter(None, lines)), max_chars=reader.MOST_CHARS).text[: reader.MOST_CHARS]
