"""People at real browsers, each with one of their own, who act only through what they can see."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, Response, Route

from service.clock import BEIJING
from tests.journeys.people import PASSWORD

_PATIENCE_MS = 20_000
_SHOWN = 2_500
_MOST_TABS = 90
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


class Unseen(AssertionError):
    """Somebody looked for something that is not there, or is there twice."""


@dataclass
class View:
    """A page, or a part of it. Everything is found by role, label or text, and only if it is visible."""

    page: Page
    root: Page | Locator

    def clicks(self, name: str, *, waits: bool = True, times: int = 1) -> None:
        """A button or a link of this name; a name that says more, like 通知 3, is another. waits: for what comes;
        times: 2 for a double click."""
        found = self._named(name)
        if isinstance(self.root, Page):
            # What the page is about comes before what stands around it on every page.
            about = self.root.get_by_role("main").locator(found)
            found = about if about.filter(visible=True).count() else found
        links = found.and_(self.root.get_by_role("link")).filter(visible=True)
        self._wait(found.filter(visible=True).first, f"“{name}”")
        if links.count() > 1 and len({each.get_attribute("href") for each in links.all()}) == 1:
            links.first.click()  # the same way twice
        else:
            self._the(found, f"“{name}”").click(no_wait_after=not waits, click_count=times)

    def follows(self, beginning: str) -> None:
        """A link that says more, like how many there are."""
        self._the(
            self.root.get_by_role("link", name=re.compile(rf"^{re.escape(beginning)}")), f"“{beginning}…”"
        ).click()

    def unfolds(self, name: str) -> View:
        """What is folded up under these words; the part it belongs to."""
        self._the(self.root.get_by_text(name, exact=True), f"“{name}”").click()
        return self

    def types(self, label: str, text: str | int) -> None:
        self._the(self._labelled(label), f"a field “{label}”").fill(str(text))

    def sets(self, label: str, moment: datetime) -> None:
        """A date with time, as the calendar of the browser writes it."""
        self.types(label, moment.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M"))

    def picks(self, label: str, option: str) -> None:
        self._the(self._labelled(label), f"a choice “{label}”").select_option(label=option)

    def ticks(self, *labels: str) -> None:
        """Boxes, or one of several."""
        for label in labels:
            self._the(self._labelled(label), f"a box “{label}”").check()

    def has(self, label: str) -> str:
        """What stands in a field."""
        return self._the(self._labelled(label), f"a field “{label}”").input_value()

    def is_ticked(self, label: str) -> bool:
        return self._the(self._labelled(label), f"a box “{label}”").is_checked()

    def reads(self, *texts: str) -> None:
        for text in texts:
            found = self.root.get_by_text(text).filter(visible=True).first
            self._wait(found, f"“{text}”")

    def reads_nowhere(self, *texts: str) -> None:
        for text in texts:
            if self.root.get_by_text(text).filter(visible=True).count():
                raise Unseen(f"“{text}” should not be there\n{self.told()}")

    def may(self, name: str) -> bool:
        """Whether there is a button or a link of this name, once the page is there."""
        self.page.wait_for_load_state()
        return bool(self._named(name).filter(visible=True).count())

    def part(self, role: str, name: str) -> View:
        """role: of ARIA; name: its beginning or its whole."""
        found = self.root.get_by_role(role, name=name)  # type: ignore[arg-type]  # a literal of all roles
        return View(self.page, self._the(found, f"a {role} “{name}”"))

    def around(self, role: str, text: str) -> View:
        """The row or the like in which this can be read."""
        found = self.root.get_by_role(role).filter(has_text=text)  # type: ignore[arg-type]
        return View(self.page, self._the(found, f"a {role} with “{text}”"))

    def text_of(self, label: str) -> str:
        """What stands in a field that is only to be copied."""
        return self.has(label)

    def told(self) -> str:
        """For messages: what there is to see."""
        whole = self.root.get_by_role("main") if isinstance(self.root, Page) else self.root
        lines = (line.strip() for line in whole.inner_text().splitlines())
        return f"--- {self.page.url}\n{' | '.join(filter(None, lines))[:_SHOWN]}"

    def _named(self, name: str) -> Locator:
        button = self.root.get_by_role("button", name=name, exact=True)
        return button.or_(self.root.get_by_role("link", name=name, exact=True))

    def _labelled(self, label: str) -> Locator:
        # What may be left out says so in its label; a label around a box may go on after it.
        return self.root.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*(选填)?\s*$"))

    def _the(self, found: Locator, what: str) -> Locator:
        seen = found.filter(visible=True)
        self._wait(seen.first, what)
        if seen.count() != 1:
            raise Unseen(f"{what} is there {seen.count()} times\n{self.told()}")
        return seen

    def _wait(self, found: Locator, what: str) -> None:
        try:
            found.wait_for()
        except Error:
            raise Unseen(f"there is no {what}\n{self.told()}") from None


@dataclass
class Someone(View):
    """Somebody at a browser. trouble: what the browser complained about; held: what it has not sent yet."""

    context: BrowserContext
    home: str
    trouble: list[str] = field(default_factory=list)
    held: list[Route] | None = None

    @classmethod
    def at(cls, browser: Browser, home: str, *, script: bool = True, phone: bool = False) -> Self:
        context = browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]  # a dict is what it takes
            java_script_enabled=script,
        )
        context.set_default_timeout(_PATIENCE_MS)
        page = context.new_page()
        found = cls(page, page, context, home)
        page.on("pageerror", lambda error: found.trouble.append(f"script failed: {error}"))
        page.on("response", found._note)
        return found

    def _note(self, answer: Response) -> None:
        if answer.status >= 500:
            self.trouble.append(f"{answer.status} {answer.url}")

    def holds(self) -> None:
        """From now on, the forms that this browser sends wait on the way."""
        self.held = []
        self.page.route("**/*", self._passes)

    def lets_go(self) -> None:
        end = time.monotonic() + _PATIENCE_MS / 1_000
        while not self.held and time.monotonic() < end:
            self.page.wait_for_timeout(20)
        waiting, self.held = self.held or [], None
        for route in waiting:
            route.continue_()

    def _passes(self, route: Route) -> None:
        if self.held is not None and route.request.method == "POST":
            self.held.append(route)
        else:
            route.continue_()

    def presses(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tabs_to(self, name: str) -> None:
        """From where the focus is to a link, button or field of this name; where it is can be seen."""
        wanted = self._named(name).or_(self._labelled(name))
        for _ in range(_MOST_TABS):
            self.presses("Tab")
            for each in wanted.filter(visible=True).all():
                if each.evaluate("thing => thing === document.activeElement"):
                    shown = "thing => getComputedStyle(thing).outlineStyle + getComputedStyle(thing).boxShadow"
                    assert each.evaluate(shown) != "nonenone", f"the focus on “{name}” cannot be seen"
                    return
        raise Unseen(f"no way to “{name}” by Tab\n{self.told()}")

    def opens(self, link: str) -> None:
        """A link that this person was given."""
        self.page.goto(link)

    def comes(self) -> None:
        """To the first page."""
        self.opens(self.home)

    def signs_in(self, name: str, password: str = PASSWORD) -> Self:
        self.comes()
        self.clicks("登录")
        return self.enters(name, password)

    def enters(self, name: str, password: str = PASSWORD) -> Self:
        """On the page that asks who it is."""
        self.types("手机号、邮箱或用户名", name)
        self.types("密码", password)
        self.clicks("登录")
        return self

    def goes(self, entry: str) -> None:
        """By the menu, which is folded up on a phone."""
        menu = self.part("navigation", "主导航")
        if not menu.may(entry):
            menu.unfolds("菜单")
        menu.clicks(entry)

    def waits_for(self, name: str, *, at: str) -> None:
        """What somebody else's act brings, by way of the worker: looks again until it is there."""
        end = time.monotonic() + _PATIENCE_MS / 1_000
        self.goes(at)
        while not self.may(name):
            if time.monotonic() > end:
                raise Unseen(f"“{name}” did not come\n{self.told()}")
            time.sleep(0.3)
            self.reloads()

    def reloads(self) -> None:
        self.page.reload()

    def goes_back(self) -> None:
        self.page.go_back()

    def leaves(self) -> None:
        self.context.close()
