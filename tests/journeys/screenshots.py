"""``make screenshots``: every main page at two widths, and the pictures of the tours, into docs/screenshots.

The world is the demo world of today, made anew, so the pictures differ by their dates only.
"""

from __future__ import annotations

import base64
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from matching import MatchingSettings
from seed.demo import make
from service.rules.demo_roles import DEMO_ROLES
from tests.journeys import tours
from tests.journeys.pages import chromium, served

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
_KEYS = {role.label: role.key for role in DEMO_ROLES}
_QUALITY = 55
# A phone shows two screens of a page, a desk one.
_TALLEST = {tours.DESK[0]: tours.DESK[1], tours.PHONE[0]: 2 * tours.PHONE[1]}


@dataclass(frozen=True)
class Shot:
    """name: of the file. ways: from path on, the lines (“…那一条”) or buttons to click."""

    name: str
    title: str
    path: str
    ways: tuple[str, ...] = ()
    large: bool = False


PAGES: dict[str, tuple[Shot, ...]] = {
    "路人": (
        Shot("public-home", "首页", "/"),
        Shot("public-sign-in", "登录", "/sign-in"),
        Shot("public-needs", "公开需求", "/public/needs"),
        Shot("public-teams", "学会与服务团", "/public/teams"),
        Shot("public-achievements", "成果", "/public/achievements"),
        Shot("public-guide", "办事指南", "/about/guide"),
    ),
    "企业": (
        Shot("company-home", "首页", "/"),
        Shot("company-needs", "我的需求", "/needs"),
        Shot("company-write", "写一条需求", "/needs/new"),
        Shot("company-need", "一条需求", "/needs", ("退回补正那一条",)),
        Shot("company-recommendation", "推荐专家", "/", ("请从推荐名单里选那一条",)),
        Shot("company-closing", "确认办结", "/", ("请确认是否办结那一条",)),
        Shot("company-notices", "通知", "/notices"),
    ),
    "专家": (
        Shot("expert-today", "今日待办", "/today"),
        Shot("expert-invitation", "一份邀约", "/", ("请答复邀约那一条",)),
        Shot("expert-consultation", "对接咨询", "/", ("请写纪要那一条",)),
        Shot("expert-profile", "我的画像", "/experts/me"),
        Shot("expert-large-today", "今日待办，大字版", "/today", large=True),
        Shot("expert-large-invitation", "一份邀约，大字版", "/", ("请答复邀约那一条",), large=True),
    ),
    "团长": (
        Shot("leader-referral", "派给服务团的需求", "/", ("请接单或拒单那一条",)),
        Shot("leader-consultation", "正在进行的对接", "/", ("请申请办结那一条",)),
    ),
    "市州科协": (
        Shot("city-home", "首页", "/"),
        Shot("city-desk", "待办", "/desk"),
        Shot("city-review", "审核需求", "/desk", ("请审核：那一条",)),
        Shot("city-matches", "匹配复核", "/desk", ("请复核匹配名单那一条", "匹配名单")),
        Shot("city-calls", "今天要打的电话", "/calls"),
        Shot("city-refer", "派单", "/desk", ("请复核匹配名单那一条", "派单")),
        Shot("city-proxies", "代录、代答的确认", "/proxies"),
        Shot("city-organizations", "单位", "/organizations"),
        Shot("city-experts", "专家", "/experts"),
    ),
    "省科协": (
        Shot("province-desk", "待办", "/desk"),
        Shot("province-approval", "签发公示", "/approvals", ("待签发那一条",)),
        Shot("province-associations", "科协", "/associations"),
    ),
    "学会": (
        Shot("society-home", "首页", "/"),
        Shot("society-referral", "派单", "/", ("请接单或拒单那一条",)),
        Shot("society-nominate", "提名本会专家", "/", ("请接单或拒单那一条", "提名本会专家")),
        Shot("society-teams", "服务团队", "/teams"),
    ),
    "技术经理人": (
        Shot("broker-needs", "继续找", "/broker"),
        Shot("broker-need", "转来的需求", "/broker", ("转技术经理人那一条",)),
    ),
    "管理员": (
        Shot("admin-upkeep", "运行情况", "/admin"),
        Shot("admin-start", "开始使用", "/admin/start"),
        Shot("admin-site", "本会和页脚", "/admin/site"),
        Shot("admin-parameters", "时限和参数", "/admin/parameters"),
        Shot("admin-calendar", "工作日历", "/admin/calendar"),
        Shot("admin-dictionaries", "字典", "/admin/dictionaries"),
        Shot("admin-audit", "审计查询", "/admin/audit"),
        Shot("admin-users", "账号", "/users"),
        Shot("admin-erasures", "注销申请", "/erasures"),
    ),
}


def main() -> int:
    with tempfile.TemporaryDirectory() as made:
        world = Path(made) / "world"
        print("正在建立演示数据（约一分钟）", flush=True)
        make(world, os.environ)
        ranking = MatchingSettings.from_env(os.environ)
        more = {"KC_ENCODER": ranking.encoder, "KC_MODELS_DIR": str(ranking.models.resolve())}
        with (
            served(world, KC_DEMO="1", KC_APPROVAL_KINDS='["publicity.publish"]', **more) as home,
            chromium() as browser,
        ):
            for old in FOLDER.glob("*.webp"):
                old.unlink()
            _pages(browser, home)
            for name in tours.names():
                tours.walk(browser, home, name, take)
                print(f"docs/tours/{name}.md", flush=True)
    (FOLDER / "README.md").write_text(index(), "utf-8")
    size = sum(path.stat().st_size for path in FOLDER.glob("*.webp"))
    print(f"{len(list(FOLDER.glob('*.webp')))} 张，{size / 1e6:.1f} MB：{FOLDER}")
    return 0


def _pages(browser: Browser, home: str) -> None:
    for role, shots in PAGES.items():
        for size in (tours.DESK, tours.PHONE):
            page = tours.opened(browser, size)
            if role in _KEYS:
                page.goto(f"{home}/sign-in")
                tours.click(page, page.get_by_role("button", name=f"以{role}身份登录"))
            for shot in shots:
                _look(page, home, shot)
                take(page, f"{shot.name}-{size[0]}.webp")
            page.context.close()


def _look(page: Page, home: str, shot: Shot) -> None:
    page.goto(home + shot.path)
    other = page.get_by_role("button", name="大字版" if shot.large else "普通版", exact=True)
    if other.count():
        tours.click(page, other)
        page.goto(home + shot.path)
    for way in shot.ways:
        name = way.removesuffix("那一条")
        tours.click(page, tours.of_list(page, name) if name != way else tours.way(page, name))


def take(page: Page, name: str) -> None:
    """From the top of the page, small enough to be kept in a repository."""
    assert page.viewport_size is not None
    width, height = page.viewport_size["width"], page.viewport_size["height"]
    tall = page.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": width, "height": min(tall, _TALLEST[width]), "scale": 1}
    page.set_viewport_size({"width": width, "height": clip["height"]})
    page.evaluate("scrollTo(0, 0)")
    asked = {"format": "webp", "quality": _QUALITY, "clip": clip, "captureBeyondViewport": True}
    session = page.context.new_cdp_session(page)
    picture = session.send("Page.captureScreenshot", asked)
    session.detach()
    page.set_viewport_size({"width": width, "height": height})
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).write_bytes(base64.b64decode(picture["data"]))


def index() -> str:
    """docs/screenshots/README.md."""
    parts = [
        "# 主要页面的截图\n\n由 `make screenshots` 从演示数据生成，不要手改。"
        "左边是电脑（1440 像素），右边是手机（390 像素）。\n"
    ]
    for role, shots in PAGES.items():
        parts.append(f"\n## {role}\n")
        for shot in shots:
            wide, narrow = (
                f'<img src="{shot.name}-{width}.webp" width="{shown}" alt="{role}：{shot.title}，{what}">'
                for width, shown, what in ((tours.DESK[0], 620, "电脑"), (tours.PHONE[0], 180, "手机"))
            )
            parts.append(f"\n### {shot.title}\n\n{wide} {narrow}\n")
    return "".join(parts)


if __name__ == "__main__":
    sys.exit(main())
