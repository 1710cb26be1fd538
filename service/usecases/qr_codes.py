"""An address as a picture that a telephone reads."""

from __future__ import annotations

import io

import segno


def qr_svg(address: str, title: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", scale=4, xmldecl=False, svgns=True, title=title)
    return drawn.getvalue().decode()
