"""Where reading starts: the lines of a text file, and the list of what is wrong with them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matching.errors import BadInput

SHOWN_PROBLEMS = 20
_SHOWN_CHARACTERS = 40
_BOM = b"\xef\xbb\xbf"
WHOLE_LINE = "（整行）"
MISSING = object()

# A run file is split at white space, and lone surrogates cannot be written as UTF-8.
_UNUSABLE_IN_ID = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Problems:
    """Everything wrong with one file, told in one message; the first 20 in full, the rest counted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._shown: list[str] = []

    def add(self, line: int, field: str, value: object, reason: str) -> None:
        """line: counted from 1. value: what stands there, or MISSING. reason: why it cannot be used, and what to do."""
        self.count += 1
        if len(self._shown) < SHOWN_PROBLEMS:
            self._shown.append(f"  {self.path} 第 {line} 行，字段 {field}，{shortened(value)}：{reason}。")

    def raise_if_any(self) -> None:
        if not self.count:
            return
        lines = [f"文件 {self.path} 有 {self.count} 处问题，请改正后重新运行：", *self._shown]
        if self.count > SHOWN_PROBLEMS:
            lines.append(f"  ……另有 {self.count - SHOWN_PROBLEMS} 处未列出。")
        raise BadInput("\n".join(lines))


def shortened(value: object) -> str:
    """A value as shown to a person: at most 40 characters of it, none that cannot be printed."""
    if value is MISSING:
        return "没有值"
    if isinstance(value, list | dict):
        return "值 […]" if isinstance(value, list) else "值 {…}"
    if not isinstance(value, str):
        return f"值 {json.dumps(value)[:_SHOWN_CHARACTERS]}"
    # Cut first: a line of megabytes should not be copied once more to show 40 characters of it.
    start = value[:_SHOWN_CHARACTERS]
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in start)
    return f"值 “{shown}{'…' if len(value) > len(start) else ''}”"


def id_problem(identifier: str) -> str | None:
    """Why this cannot be the id of a query or document in a TREC file; None if it can."""
    if not identifier:
        return "是空的；请填写 id"
    if _UNUSABLE_IN_ID.search(identifier):
        return "含有空白或控制字符，TREC 文件会因此错列；请去掉"
    return None


def read_lines(path: Path, problems: Problems) -> Iterator[tuple[int, str]]:
    """(line number from 1, text without line end) of every line that is not blank.

    A line that is not UTF-8 is added to the problems and passed over; a byte order mark is accepted.
    Raises BadInput for a file that cannot be read.
    """
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                body = raw.removeprefix(_BOM) if number == 1 else raw
                try:
                    line = body.decode("utf-8").rstrip("\r\n")
                except UnicodeDecodeError as error:
                    start = body[:_SHOWN_CHARACTERS].decode("utf-8", "backslashreplace")
                    what = (
                        f"第 {error.start + 1} 个字节 0x{body[error.start]:02x} 不是 UTF-8；请把文件另存为 UTF-8 编码"
                    )
                    problems.add(number, WHOLE_LINE, start.rstrip("\r\n"), what)
                    continue
                # Only blanks: a line of tabs is a table line whose columns are empty.
                if line.strip(" "):
                    yield number, line
    except OSError as error:
        raise BadInput(f"无法读取 {path}：{os_reason(error)}。") from None


def refuse_empty(path: Path, *, has_content: bool) -> None:
    """Raises BadInput for a file without a single line."""
    if not has_content:
        raise BadInput(f"文件 {path} 没有内容；请检查是否给错了文件。")


def os_reason(error: OSError) -> str:
    """What the operating system refused, and what to do, in Chinese."""
    match error:
        case FileNotFoundError():
            return "没有这个文件或文件夹，请检查路径"
        case IsADirectoryError():
            return "这是一个文件夹，请给出文件"
        case NotADirectoryError():
            return "路径中有一段不是文件夹，请检查路径"
        case PermissionError():
            return "没有权限，请检查文件和文件夹的权限"
        case _:
            return f"系统报告“{error.strerror or error}”，请处理后重试"


@contextmanager
def refusals_told(path: Path) -> Iterator[None]:
    """Turns a refusal of the operating system while writing into BadInput."""
    try:
        yield
    except OSError as error:
        raise BadInput(f"无法写入 {path}：{os_reason(error)}。") from None
