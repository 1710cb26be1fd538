"""The machinery that measures the interface, at a small size."""

from __future__ import annotations

from pathlib import Path

from matching.bench.result import Row, Section
from service.bench import measure, write


def test_the_interface_is_measured_against_a_bare_route() -> None:
    section = measure(needs=80, calls=3, rounds=1)

    assert [row.name for row in section.rows] == ["单条需求（GET）", "需求清单第一页（GET）", "保存需求（PUT）"]
    assert all(row.ratio is not None and row.ratio > 0 for row in section.rows)


def test_the_section_is_written_once_and_replaced(tmp_path: Path) -> None:
    report = tmp_path / "performance.md"
    report.write_text("# 速度\n\n## 编码\n\n一\n\n## 环境 / Environment\n\n- 二\n", "utf-8")

    for ratio in (0.5, 0.25):
        write(report, Section("interface", "接口 / the interface", "怎么测的", [Row("单条", "4 ms", "1 ms", ratio)]))

    assert report.read_text("utf-8") == (
        "# 速度\n\n## 编码\n\n一\n\n## 接口 / the interface\n\n怎么测的\n\n"
        "| 项目 | 值 | 参照 | 比值 | 目标 | 达到 |\n|---|---|---|--:|--:|:-:|\n"
        "| 单条 | 4 ms | 1 ms | 0.25 |  |  |\n\n## 环境 / Environment\n\n- 二\n"
    )


def test_an_older_section_is_replaced_where_it_stands(tmp_path: Path) -> None:
    report = tmp_path / "performance.md"
    first, second = (Section(title, title, "注", [Row("项", "1 ms", "1 ms", 1.0)]) for title in ("甲", "乙"))
    report.write_text("# 速度\n\n## 环境 / Environment\n\n- 二\n", "utf-8")

    for section in (first, second, first):
        write(report, section)

    titles = [line for line in report.read_text("utf-8").splitlines() if line.startswith("## ")]
    assert titles == ["## 甲", "## 乙", "## 环境 / Environment"]
