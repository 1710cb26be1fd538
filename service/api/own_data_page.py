"""“Download my data” as one page that can be read and printed without anything else."""

from __future__ import annotations

from html import escape

from service.clock import beijing
from service.schemas.privacy import OwnDataOut, OwnSection

_STYLE = (
    "body{font:16px/1.6 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;width:100%;margin-bottom:1em}"
    "th,td{border:1px solid #999;padding:.3em .5em;text-align:left;vertical-align:top}"
    "th{white-space:nowrap;width:12em;font-weight:normal;color:#444}td{white-space:pre-wrap}"
)


def page(data: OwnDataOut) -> str:
    made = beijing(data.made_at).strftime("%Y 年 %m 月 %d 日 %H:%M")
    left_out = "".join(f"<li>{escape(each.what)}：{escape(each.why)}</li>" for each in data.not_included)
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>我的个人信息</title>'
        f"<style>{_STYLE}</style></head><body><h1>我的个人信息</h1>"
        f"<p>科创揭榜台于 {made}（北京时间）导出。内容有误的，请在平台上更正，或联系当地科协。</p>"
        f"{''.join(_section(each) for each in data.sections)}"
        f"<h2>没有列出的</h2><ul>{left_out}</ul></body></html>"
    )


def _section(section: OwnSection) -> str:
    if not section.rows:
        return f"<h2>{escape(section.title)}</h2><p>没有。</p>"
    tables = "".join(
        f"<table>{''.join(_line(label, value) for label, value in row.items())}</table>" for row in section.rows
    )
    return f"<h2>{escape(section.title)}（{len(section.rows)}）</h2>{tables}"


def _line(label: str, value: object) -> str:
    if value is None:
        shown = "—"
    elif isinstance(value, bool):
        shown = "是" if value else "否"
    else:
        shown = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    return f'<tr><th scope="row">{escape(label)}</th><td><bdi>{escape(shown)}</bdi></td></tr>'
