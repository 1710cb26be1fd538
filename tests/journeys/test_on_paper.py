"""What comes out of the printer, in Chromium: the list and the comparison, without anything to fill in or to press."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from service.services import Services
from tests.journeys.browser import Someone
from tests.journeys.browser_town import Town, town
from tests.journeys.pages import Watched
from tests.service.conftest import monday, sqlite_template
from tests.service.match_steps import KNOWS, a_matched_need, an_expert, list_of, ranking_by_words, review
from tests.service.world import World, a_world

__all__ = ["monday", "sqlite_template"]
_NAMES = ("李锂", "赵风", "钱田")
_TO_PRESS = """
    [...document.querySelectorAll("input, select, textarea, button, .btn, label, nav, .top, .bottom")]
        .filter(one => one.checkVisibility()).map(one => one.outerHTML.slice(0, 100))
"""
_SIZES = "[...document.querySelectorAll('sup')].map(one => parseFloat(getComputedStyle(one).fontSize))"


@pytest.fixture
def place(browser: Browser, sqlite_template: Path, tmp_path: Path, monday: datetime) -> Iterator[Town]:
    def matched(services: Services) -> World:
        found = a_world(services)
        for name in _NAMES:
            found.people[f"专家{name}"] = an_expert(found, name)
        found.people["need"] = a_matched_need(found, ranking_by_words(found, services.settings.data_dir))
        return found

    with town(browser, sqlite_template, tmp_path, matched) as found:
        yield found


def recommended(place: Town) -> list[str]:
    chosen = (f"expert:{place.world.people[f'专家{name}']}" for name in _NAMES)
    review(place.world, place.world.people["need"], "supplement", *chosen, reason="另有熟悉现场的")
    return [party.id for party in list_of(place.world, "盐湖厂马工", place.world.people["need"]).parties]


def compares(company: Someone, *names: str) -> None:
    company.ticks(*(f"比较{name}" for name in names))
    company.clicks("比较勾选的")
    company.part("region", "并排比较")


def test_the_list_under_review_prints_its_sentences_and_no_form(place: Town) -> None:
    clerk = place.someone("格尔木赵静")
    clerk.opens(f"{place.home}/needs/{place.world.people['need']}/matches")
    sizes = clerk.page.evaluate(_SIZES)
    clerk.reads("提交复核")

    clerk.page.emulate_media(media="print")

    assert clerk.page.evaluate(_TO_PRESS) == []
    clerk.reads(KNOWS["李锂"], "容量年衰减不超过 5%", "1. 李锂")
    clerk.reads_nowhere("提交复核", "采纳：就从机器名单里推荐", "复核结论")
    assert min(sizes) >= 13
    assert place.trouble() == []


def test_the_recommendation_prints_without_what_is_to_be_chosen(place: Town) -> None:
    recommended(place)
    company = place.someone("盐湖厂马工")
    company.opens(f"{place.home}/needs/{place.world.people['need']}/recommendation")
    company.reads("我的选择")

    company.page.emulate_media(media="print")

    assert company.page.evaluate(_TO_PRESS) == []
    company.reads("1. 李锂", "2. 赵风", "3. 钱田", KNOWS["李锂"], "容量年衰减不超过 5%")
    company.reads_nowhere("我的选择", "提交我的选择")


def test_three_side_by_side_fit_a_phone_and_a_sheet_on_its_side(place: Town) -> None:
    recommended(place)
    company = place.someone("盐湖厂马工", phone=True)
    company.opens(f"{place.home}/needs/{place.world.people['need']}/recommendation")
    company.part("region", "1. 李锂").picks("我的选择", "请邀请这一位")

    compares(company, *_NAMES)

    page = company.page
    assert page.viewport_size == {"width": 390, "height": 844}
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    watched = Watched(page, place.home)
    watched.look(page.url.removeprefix(place.home))
    assert watched.trouble == []
    box = page.get_by_role("region", name="并排比较")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    first = page.get_by_role("rowheader", name="为什么推荐")
    before = first.bounding_box()
    box.evaluate("box => { box.scrollLeft = 200; }")
    assert first.bounding_box() == before

    page.emulate_media(media="print")

    assert page.evaluate(_TO_PRESS) == []
    company.reads("为什么推荐", KNOWS["李锂"], "容量年衰减不超过 5%", "不在机器名单里")
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert [[round(side) for side in sheet.mediabox[2:]] for sheet in printed] == [[842, 595]]


def test_what_was_chosen_is_kept_while_comparing(place: Town) -> None:
    first, second, _ = recommended(place)
    company = place.someone("盐湖厂马工")
    company.opens(f"{place.home}/needs/{place.world.people['need']}/recommendation")
    company.part("region", "1. 李锂").picks("我的选择", "请邀请这一位")
    company.part("region", "3. 钱田").picks("我的选择", "不合适：方向不对")

    compares(company, "李锂", "赵风")
    assert company.page.locator(f"#choice-{first}").input_value() == "pick"
    company.page.locator(f"#choice-{second}").select_option("pick")
    company.clicks("收起比较")

    company.reads_nowhere("比什么")
    assert company.is_ticked("比较李锂")
    assert company.page.locator(f"#choice-{second}").input_value() == "pick"
    company.clicks("提交我的选择")
    company.reads("已收到您的选择")
    kept = [
        (party.name, party.choice) for party in list_of(place.world, "盐湖厂马工", place.world.people["need"]).parties
    ]
    assert kept == [("李锂", "picked"), ("赵风", "picked"), ("钱田", "rejected")]
    assert place.trouble() == []


def test_comparing_needs_no_script(place: Town) -> None:
    recommended(place)
    company = place.someone("盐湖厂马工", script=False)
    company.opens(f"{place.home}/needs/{place.world.people['need']}/recommendation")

    compares(company, "李锂", "赵风")

    company.reads("比什么", "名单上的其他人")
