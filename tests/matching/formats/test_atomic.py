"""Files are written whole or not at all; what the operating system refuses is told in words."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from matching.errors import BadInput
from matching.formats import read_corpus, read_pools, read_qrels, read_queries, read_run, write_jsonl, write_run
from matching.formats.atomic import write_atomically

READERS: list[Callable[[Path], object]] = [read_corpus, read_queries, read_qrels, read_pools, read_run]


def lines_that_fail(error: BaseException) -> Iterator[bytes]:
    yield b"x" * 100_000
    raise error


@pytest.mark.parametrize("error", [BadInput("第二行不对。"), OSError("not this file"), KeyboardInterrupt()])
def test_a_failure_half_way_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "out.trec"
    path.write_text("old")

    with pytest.raises(type(error)) as raised:
        write_atomically(path, lines_that_fail(error))

    assert raised.value is error
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("out.trec", "old")]


def test_a_bad_query_in_the_middle_of_a_run_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        write_run(tmp_path / "out.trec", {"q": [("a", 0.5)], "r r": [("a", 0.5)]}, "t")

    assert list(tmp_path.iterdir()) == []


def test_the_old_file_stands_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old")
    seen: list[str] = []

    def rows() -> Iterator[dict[str, object]]:
        yield {"a": 1}
        seen.append(path.read_text())

    write_jsonl(path, rows())

    assert (seen, path.read_text()) == (["old"], '{"a": 1}\n')


def test_a_new_file_gets_the_usual_rights_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    usual, new, private = (tmp_path / name for name in ("usual", "new", "private"))
    usual.touch()
    private.touch(mode=0o600)

    for path in (new, private):
        write_atomically(path, [b"x"])

    modes = [stat.S_IMODE(path.stat().st_mode) for path in (new, private)]
    assert modes == [stat.S_IMODE(usual.stat().st_mode), 0o600]


def test_writing_through_a_link_replaces_the_file_it_names(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)

    write_atomically(link, [b"new"])

    assert (link.is_symlink(), target.read_text()) == (True, "new")


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    write_atomically(pipe, [b"a\n", b"b\n"])

    assert (os.read(reader, 100), pipe.is_fifo()) == (b"a\nb\n", True)
    os.close(reader)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told() -> None:
    with pytest.raises(BadInput) as refusal:
        write_atomically(Path("/dev/full"), [b"x" * 100_000])

    assert refusal.value.message == "无法写入 /dev/full：系统报告“No space left on device”，请处理后重试。"


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    path = tmp_path / "absent" / "out.trec"

    with pytest.raises(BadInput) as refusal:
        write_run(path, {}, "t")

    assert refusal.value.message == f"无法写入 {path}：没有这个文件或文件夹，请检查路径。"


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "out.trec"

    with pytest.raises(BadInput) as refusal:
        write_run(path, {}, "t")

    assert refusal.value.message == f"无法写入 {path}：路径中有一段不是文件夹，请检查路径。"


def test_writing_over_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refusal:
        write_jsonl(tmp_path, [])

    assert refusal.value.message == f"无法写入 {tmp_path}：这是一个文件夹，请给出文件。"


@pytest.mark.parametrize("read", READERS)
def test_a_missing_file_is_told(tmp_path: Path, read: Callable[[Path], object]) -> None:
    path = tmp_path / "absent"

    with pytest.raises(BadInput) as refusal:
        read(path)

    assert refusal.value.message == f"无法读取 {path}：没有这个文件或文件夹，请检查路径。"


@pytest.mark.parametrize("read", READERS)
def test_a_folder_in_the_place_of_a_file_is_told(tmp_path: Path, read: Callable[[Path], object]) -> None:
    with pytest.raises(BadInput) as refusal:
        read(tmp_path)

    assert refusal.value.message == f"无法读取 {tmp_path}：这是一个文件夹，请给出文件。"


@pytest.mark.parametrize("read", READERS)
def test_a_file_without_permission_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[[Path], object]
) -> None:
    # The administrator, as whom tests may run, is refused nothing; so the refusal is made here.
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(BadInput) as refusal:
        read(tmp_path / "secret")

    assert refusal.value.message == f"无法读取 {tmp_path / 'secret'}：没有权限，请检查文件和文件夹的权限。"
