"""The machinery that measures the demo's start, with a small world ranked by words."""

from __future__ import annotations

import os

import pytest

from seed import bench
from seed.world.build import Scale
from tests.seed.conftest import BY_WORDS


@pytest.mark.slow
def test_every_part_of_the_start_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "_PATIENCE", 0)

    section = bench.measure(dict(os.environ) | BY_WORDS, Scale(experts=120, needs=62, squads=6, achievements=16))

    names = [row.name for row in section.rows]
    assert names[0] == "演示数据，全部"
    assert names[-3:] == [
        "启动到第一次应答（/healthz）",
        "启动到第一页（登录页）",
        "启动到按意义排序（/readyz），此前按关键词",
    ]
    assert "其中 通知：告诉每件事有关的人" in names
