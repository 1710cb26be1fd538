"""The machinery that measures pages, at a small size."""

from __future__ import annotations

from web.bench import measure


def test_pages_are_measured_against_a_bare_page_alone_and_together() -> None:
    section = measure(needs=30, calls=4, rounds=1, together=2)

    assert [row.name.partition("（")[0] for row in section.rows] == [
        f"{page}，{how}" for how in ("一条连接", "2 条连接同时") for page in ("需求页", "需求清单第一页", "通知")
    ]
    assert all(row.ratio is not None and row.ratio > 0 for row in section.rows)
