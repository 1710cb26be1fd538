"""A need on paper: what this reader may see, in Chinese, on one or two pages of A4."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pypdf import PdfReader

from tests.service.match_steps import list_of
from tests.service.steps import a_draft, act, verify
from tests.service.world import World
from tests.web.conftest import SignIn
from tests.web.test_recommendation_pages import a_recommended_need


def text_of(browser: TestClient, need_id: str) -> str:
    answer = browser.get(f"/needs/{need_id}/paper.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    return read(answer.content)


def read(made: bytes) -> str:
    pages = PdfReader(io.BytesIO(made)).pages
    assert len(pages) <= 2
    assert [round(side) for side in pages[0].mediabox[2:]] == [595, 842]
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_the_owner_has_it_all_on_paper(world: World, tmp_path: Path, browser_of: SignIn) -> None:
    need_id = a_recommended_need(world, tmp_path)
    owner = browser_of("盐湖厂马工")
    party = list_of(world, "盐湖厂马工", need_id).parties[0]

    told = text_of(owner, need_id)

    said = (
        "吸附剂用半年就吸不动锂了",
        "待企业选择",
        "轮到需求方",
        "现状与问题",
        party.name,
        "提交审核",
        "青海湖东盐化有限公司",
    )
    assert [part for part in said if part not in told] == []
    assert "邀请了谁" not in told


@pytest.mark.parametrize("markup", ['#import "/etc/passwd" *粗* $x$', "] #panic()", "<a> \\ // @b `c`"])
def test_what_people_wrote_is_no_markup(world: World, browser_of: SignIn, markup: str) -> None:
    need_id = a_draft(world, situation=markup)

    assert "".join(markup.split()) in text_of(browser_of("盐湖厂马工"), need_id)


def test_who_reads_only_the_public_fields_prints_only_those(world: World, browser_of: SignIn) -> None:
    verify(world)
    need_id = a_draft(world, levels={"situation": "signed"})
    act(world, "盐湖厂马工", need_id, "submit")
    act(world, "格尔木赵静", need_id, "accept")

    told = text_of(browser_of("路人吴芳"), need_id)

    hidden = ("吸附容量", "青海湖东盐化有限公司", "经过", "提交审核")
    assert [part for part in hidden if part in told] == []


def test_the_longest_need_still_fits(world: World, browser_of: SignIn) -> None:
    need_id = a_draft(world, **dict.fromkeys(("situation", "targets", "scene"), "吸附容量下降。" * 2_800))

    assert "……" in text_of(browser_of("盐湖厂马工"), need_id)
