"""What each person finds on the left: only pages that have something for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from service.actors import Actor
from service.models import PostRole


@dataclass(frozen=True)
class Entry:
    """icon: of static/icons.svg."""

    label: str
    address: str
    icon: str
    is_current: bool = False


Shown = Callable[[Actor], bool]


def _everybody(_: Actor) -> bool:
    return True


def _company(actor: Actor) -> bool:
    return bool(actor.organizations)


def _expert(actor: Actor) -> bool:
    return actor.expert_id is not None


def _staff(actor: Actor) -> bool:
    return actor.is_staff


def _accounts(actor: Actor) -> bool:
    return actor.is_staff or actor.is_administrator


def _administrator(actor: Actor) -> bool:
    return actor.is_administrator


def _broker(actor: Actor) -> bool:
    return any(post.role is PostRole.TECH_MANAGER for post in actor.posts)


def _signed_in(actor: Actor) -> bool:
    return actor.is_signed_in


def _follows_up(actor: Actor) -> bool:
    return _company(actor) or _staff(actor)


def _answers(actor: Actor) -> bool:
    return _expert(actor) or _company(actor) or _staff(actor)


_ENTRIES: tuple[tuple[str, str, str, Shown], ...] = (
    ("首页", "/", "home", _everybody),
    ("待办", "/desk", "checklist", _staff),
    ("今日待办", "/today", "checklist", _expert),
    ("需求", "/needs", "bulb", _signed_in),
    ("邀约", "/invitations", "mail", _answers),
    ("自荐", "/self-offers", "star", _answers),
    ("对接咨询", "/consultations", "message", _answers),
    ("回访", "/follow-ups", "heart-handshake", _follows_up),
    ("派单", "/referrals", "send", _answers),
    ("继续找", "/broker", "search", _broker),
    ("我的画像", "/experts/me", "user", _expert),
    ("专家", "/experts", "users", _signed_in),
    ("服务团队", "/teams", "team", _signed_in),
    ("成果", "/achievements", "award", _signed_in),
    ("审签", "/approvals", "file-text", _staff),
    ("代办确认", "/proxies", "phone", _staff),
    ("单位", "/organizations", "building", _signed_in),
    ("科协", "/associations", "tree", _accounts),
    ("账号", "/users", "user", _accounts),
    ("注销", "/erasures", "x", _administrator),
    ("管理", "/admin", "settings", _administrator),
    ("通知", "/notices", "bell", _signed_in),
)


def entries(actor: Actor, path: str) -> list[Entry]:
    """The one whose address the path begins with is current; of several the longest."""
    shown = [(label, address, icon) for label, address, icon, is_shown in _ENTRIES if is_shown(actor)]
    fitting = [address for _, address, _ in shown if path == address or path.startswith(address + "/")]
    current = max(fitting, key=len, default="")
    return [Entry(label, address, icon, address == current) for label, address, icon in shown]
