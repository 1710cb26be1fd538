"""One or two pages of a case on paper, for whoever decides: made of what this reader may see, and nothing else.

What people wrote goes in as data, never as part of the template: its markup stays what it is, text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

from service.clock import now
from service.schemas.common import StepOut
from service.schemas.invitations import InvitationLine
from service.schemas.needs import NeedOut
from service.schemas.recommendations import RecommendationOut, RecommendedOut
from web.filters import day, left, moment, region

# So that two pages hold it, whatever somebody wrote.
_CHARS, _PARTIES, _QUOTES, _STEPS, _QUOTE_CHARS = 240, 5, 2, 8, 120
_TEXTS = {"situation": "现状与问题", "targets": "目标指标", "scene": "应用场景"}
_CHOICES = {"picked": "已选定", "rejected": "没有选"}


def paper_of_need(
    need: NeedOut,
    steps: Sequence[StepOut],
    recommendation: RecommendationOut | None,
    invitations: Sequence[InvitationLine],
    *,
    site: str,
    industry: str,
) -> bytes:
    """PDF, A4. industry: what the need's field is called."""
    parties = recommendation.parties if recommendation else []
    about = (need.number or "草稿", need.state_label, need.organization, industry)
    shown = {
        "site": site,
        "made": f"{moment(now())}打印",
        "title": need.title or "（标题受邀可见）",
        "meta": "　·　".join(part for part in (*about, region(need.region_code), need.association) if part),
        "next": _next(need),
        "texts": [[label, _cut(text, _CHARS)] for name, label in _TEXTS.items() if (text := getattr(need, name))],
        "parties": [_party(each) for each in parties[:_PARTIES]],
        "invitations": [{"name": each.party_name, "state": each.state_label} for each in invitations],
        "steps": [{"at": day(step.at), "label": step.label} for step in steps[-_STEPS:]],
    }
    return _compiled("need", shown)


def _next(need: NeedOut) -> str:
    if need.turn == "无人":
        return f"已经办完。{need.resolution_label or ''}"
    until = f"，期限 {day(need.due_at)}（{left(need.days_left)}）" if need.due_at else ""
    return f"轮到{need.turn}{until}。"


def _party(party: RecommendedOut) -> dict[str, Any]:
    about = (party.professional_title, party.organization_name, party.region.replace("/", " "), party.band)
    return {
        "place": party.place,
        "name": party.name,
        "about": "　".join(part for part in about if part),
        "choice": _CHOICES.get(party.choice, ""),
        "quotes": [_cut(str(pair["item"]["text"]), _QUOTE_CHARS) for pair in party.evidence[:_QUOTES]],
    }


def _cut(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most]}……"


def _compiled(name: str, shown: dict[str, Any]) -> bytes:
    return typst.compile(
        str(Path(__file__).parent / "papers" / f"{name}.typ"),
        font_paths=[str(Path(pylopdf_fonts_zh_cn.__file__).parent)],
        ignore_system_fonts=True,
        sys_inputs={"shown": json.dumps(shown, ensure_ascii=False)},
    )
