"""Lists sorted by their headings and found by words: with plain links and forms, and nothing kept back comes out."""

from __future__ import annotations

import re
from html import unescape

from httpx2 import Response

from service.models import Need, PublicityLevel
from tests.service.matrix.people import more_people
from tests.service.steps import a_draft, a_submitted_need, act
from tests.service.world import World
from tests.web.conftest import SignIn, words


def headings(answer: Response) -> dict[str, tuple[str, str]]:
    """Label → (aria-sort, where a click leads)."""
    found = re.findall(r'<th scope="col" aria-sort="(\w+)"><a href="([^"]*)">([^<]*)</a></th>', answer.text)
    return {label: (direction, unescape(address)) for direction, address, label in found}


def test_headings_sort_turn_round_and_keep_the_filters(world: World, browser_of: SignIn) -> None:
    browser = browser_of("盐湖厂马工")
    a_draft(world)

    first = headings(browser.get("/needs?mine=true&state=draft&industry_field=&page=1"))
    by_due = headings(browser.get(first["期限"][1]))

    assert first["提出"] == ("descending", "/needs?mine=true&state=draft&sort=created")
    assert first["期限"] == ("none", "/needs?mine=true&state=draft&sort=due")
    assert by_due["期限"] == ("ascending", "/needs?mine=true&state=draft&sort=-due")
    assert by_due["提出"] == ("none", "/needs?mine=true&state=draft&sort=-created")


LISTS = {
    "盐湖厂马工": (
        *("needs", "consultations", "invitations", "referrals", "self-offers", "organizations", "achievements"),
        *("experts", "teams", "broker", "public/needs", "public/achievements"),
    ),
    "格尔木赵静": ("approvals", "proxies"),
    "平台管理员": ("erasures",),
}


def test_every_filter_may_be_left_at_everything(world: World, browser_of: SignIn) -> None:
    """As a browser sends the form: with empty texts for what was not chosen."""
    more_people(world)
    wrong = {}
    for name, lists in LISTS.items():
        browser = browser_of(name)
        for each in lists:
            shown = browser.get(f"/{each}")
            form = re.search(r'<form class="filters".*?</form>', shown.text, re.DOTALL)
            fields = set(re.findall(r' name="(\w+)"', form[0])) if form else set()
            answer = browser.get(f"/{each}?" + "&".join(f"{field}=" for field in fields - {"mine", "which", "role"}))
            if answer.status_code != 200 or "清除筛选" in words(answer) or not fields:
                wrong[each] = (shown.status_code, answer.status_code, fields)

    assert wrong == {}


def test_filters_keep_the_order_and_are_cleared_without_losing_it(world: World, browser_of: SignIn) -> None:
    answer = browser_of("盐湖厂马工").get("/needs?mine=true&sort=-due&search=没有这几个字")

    assert '<input type="hidden" name="sort" value="-due">' in answer.text
    assert 'href="/needs?mine=true&amp;sort=-due">清除筛选</a>' in answer.text
    assert "没有符合条件的需求" in words(answer)


def test_an_order_that_there_is_not_says_what_to_do(world: World, browser_of: SignIn) -> None:
    answer = browser_of("盐湖厂马工").get("/needs?sort=size")

    assert answer.status_code == 422
    assert "不能按这一项排序。请点表头重新选。" in words(answer)


def test_a_title_kept_back_is_neither_found_nor_sorted_by(world: World, browser_of: SignIn) -> None:
    need_id = a_submitted_need(world)
    act(world, "格尔木赵静", need_id, "accept")
    with world.services.database.writing() as session:
        need = session.get_one(Need, need_id)
        need.levels = {**need.levels, "title": PublicityLevel.SIGNED}
        title, number = need.title, need.number

    seen = {
        name: [
            need_id in browser_of(name).get(f"/needs?mine=false&search={part}").text for part in (title[2:6], number)
        ]
        for name in ("盐湖厂马工", "格尔木赵静", "路人吴芳")
    }

    # Strangers find it by its number alone, too.
    by_words, by_number = (browser_of("").get(f"/public/needs?search={part}").text for part in (title[2:6], number))

    assert number is not None
    assert (number in by_words, number in by_number, title in by_number) == (False, True, False)
    assert seen == {"盐湖厂马工": [True, True], "格尔木赵静": [True, True], "路人吴芳": [False, True]}
