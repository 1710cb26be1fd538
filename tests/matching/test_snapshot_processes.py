"""Snapshots while processes die and race: there is always one that loads."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matching.snapshot import load_current

ROOT = Path(__file__).resolve().parents[2]
# Publishes one snapshot after the other, each with one document more and a few hundred in common.
PUBLISH = """
import sys
from pathlib import Path
from matching.index import build_index
from matching.records import Document
from matching.snapshot import publish
from tests.matching.fakes import HashEncoder

root, first, rounds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
encoder = HashEncoder()
index = build_index([Document(f"d{n:04}", "expert", "甲", text=f"卤水提锂吸附剂{n}") for n in range(first)], encoder)
for n in range(rounds):
    publish(index, root)
    print(len(index), flush=True)
    index = index.updated([Document(f"e{first}-{n}", "team", "乙", text=f"光伏组件积灰{n}")], encoder=encoder)
"""


def publisher(root: Path, first: int, rounds: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PUBLISH, str(root), str(first), str(rounds)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_a_publish_that_is_killed_leaves_a_snapshot_that_loads(tmp_path: Path) -> None:
    loaded: list[int] = []

    for attempt in range(6):
        process = publisher(tmp_path, 400, 1_000)
        assert process.stdout is not None
        process.stdout.readline()
        # Never at the same place of the work.
        time.sleep(0.013 * attempt)
        process.send_signal(signal.SIGKILL)
        process.communicate()

        index, manifest = load_current(tmp_path)
        assert len(index) == manifest.documents >= 400
        assert len(list(index.store)) == len(index)
        loaded.append(len(index))

    assert len(loaded) == 6


@pytest.mark.slow
def test_two_processes_that_publish_at_once_both_succeed_and_leave_a_loadable_snapshot(tmp_path: Path) -> None:
    both = [publisher(tmp_path, 300, 25), publisher(tmp_path, 350, 25)]
    while not (tmp_path / "CURRENT").exists():
        time.sleep(0.01)

    while any(process.poll() is None for process in both):
        assert len(load_current(tmp_path)[0]) >= 300
    errors = [process.communicate()[1] for process in both]

    assert ([process.returncode for process in both], errors) == ([0, 0], ["", ""])
    assert load_current(tmp_path)[1].documents in (324, 374)
    assert not list((tmp_path / "snapshots").glob(".draft-*"))
