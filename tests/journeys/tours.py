"""The tours in docs/tours, walked by their own words: what they say to click is clicked, what they name is looked for.

点「…」 a link or button; 点「…」那一条 the line of a list in which this can be read; 勾选「…」 a box; 按「…」 a key;
在「…」填“…” and 在「…」选“…” a field; any other 「…」 has to be seen on the page. A picture is that of the page then.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Error, Locator, Page

TOURS = Path(__file__).parents[2] / "docs" / "tours"
DESK, PHONE = (1440, 900), (390, 844)
# Experts have a telephone at hand, everybody else a desk.
_ON_A_PHONE = ("expert", "team-leader")
_WORD = re.compile(
    r"点「(?P<line>[^」]+)」那一条|点「(?P<click>[^」]+)」|勾选「(?P<tick>[^」]+)」|按「(?P<key>[^」]+)」"
    r"|在「(?P<field>[^」]+)」填“(?P<text>[^”]+)”|在「(?P<list>[^」]+)」选“(?P<option>[^”]+)”"
    r"|「(?P<see>[^」]+)」|!\[[^\]]*\]\((?P<picture>[^)]+)\)"
)
_PATIENCE_MS = 10_000
_A_LINE = "main tr, main li, main :is(section, article).panel:not(:has(li, tr))"


class Astray(AssertionError):
    """The tour says something that is not so."""


@dataclass(frozen=True)
class Step:
    number: int
    words: dict[str, str]


def names() -> list[str]:
    return sorted(path.stem for path in TOURS.glob("*.md") if path.stem != "README")


def steps(name: str) -> list[Step]:
    """What the numbered lines of a tour say to do and to see, in their order."""
    told = []
    for number, line in enumerate((TOURS / f"{name}.md").read_text("utf-8").splitlines(), 1):
        if re.match(r"\d+\. |   ", line):
            found = ({key: word for key, word in each.groupdict().items() if word} for each in _WORD.finditer(line))
            told += [Step(number, words) for words in found]
    return told


def opened(browser: Browser, size: tuple[int, int]) -> Page:
    width, height = size
    context = browser.new_context(
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    )
    context.set_default_timeout(_PATIENCE_MS)
    return context.new_page()


def walk(browser: Browser, home: str, name: str, picture: Callable[[Page, str], None]) -> None:
    """From the sign-in page to the end. picture: is given the page and the name of the file. Raises Astray."""
    page = opened(browser, PHONE if name in _ON_A_PHONE else DESK)
    page.goto(f"{home}/sign-in")
    for step in steps(name):
        try:
            _do(page, step.words, picture)
        except Error as error:
            text = " | ".join(filter(None, map(str.strip, page.inner_text("main").splitlines())))
            raise Astray(f"{name}.md:{step.number}: {step.words}: {error}\n{page.url}\n{text[:2_000]}") from None
    page.context.close()


def _do(page: Page, words: dict[str, str], picture: Callable[[Page, str], None]) -> None:
    if "picture" in words:
        picture(page, Path(words["picture"]).name)
    elif "line" in words:
        click(page, of_list(page, words["line"]))
    elif "click" in words:
        click(page, way(page, words["click"]))
    elif "key" in words:
        page.keyboard.press(words["key"])
    elif "tick" in words:
        page.get_by_label(words["tick"]).filter(visible=True).first.check()
    elif "field" in words:
        page.get_by_label(words["field"]).filter(visible=True).first.fill(words["text"])
    elif "list" in words:
        page.get_by_label(words["list"]).filter(visible=True).first.select_option(label=words["option"])
    else:
        page.get_by_text(words["see"]).filter(visible=True).first.wait_for()


def click(page: Page, found: Locator) -> None:
    """And wait for the page it leads to, if it leads to one."""
    if found.evaluate("it => it.matches('a[href]:not([href^=\"#\"]), button:not([type=button])')"):
        with page.expect_navigation():
            found.click()
    else:
        found.click()


def of_list(page: Page, text: str) -> Locator:
    """The link of the first line in which this can be read."""
    return page.locator(_A_LINE).filter(has_text=text).filter(visible=True).first.locator("a").first


def way(page: Page, name: str) -> Locator:
    """A link, a button, or what unfolds; a count may stand behind its name. Rather of the page than of its frame."""
    whole = re.compile(rf"^\s*{re.escape(name)}[\s（(]*\d*[)）]?\s*$")
    roles = page.get_by_role("button", name=whole).or_(page.get_by_role("link", name=whole))
    folded = page.locator("summary").filter(has_text=whole)
    roles.or_(folded).filter(visible=True).first.wait_for()
    # What was unfolded ends in a button that is often called the same.
    found = next(each for each in (roles.filter(visible=True), folded.filter(visible=True)) if each.count())
    here = found.and_(page.locator("main *"))
    return here.first if here.count() else found.first
