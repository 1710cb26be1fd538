"""A body over the limit is refused in words, and the log knows of no failure."""

from __future__ import annotations

import logging

import pytest

from service.app import MAX_BODY_BYTES
from tests.web.conftest import SignIn

TOLD = "内容太大，没有保存。"


@pytest.mark.parametrize("signed_in", ["", "盐湖厂马工"])
def test_what_is_too_large_is_refused_in_words(
    browser_of: SignIn, signed_in: str, caplog: pytest.LogCaptureFixture
) -> None:
    browser = browser_of(signed_in)
    words = "盐" * MAX_BODY_BYTES

    with caplog.at_level(logging.INFO):
        by_program = browser.post("/api/needs", json={"title": words})
        by_form = browser.post("/needs/new", data={"title": words})

    assert (by_program.status_code, by_form.status_code) == (413, 413)
    assert by_program.headers["content-type"] == "application/problem+json"
    assert by_program.json()["title"].startswith(TOLD)
    assert by_form.text.startswith(TOLD)
    assert all(answer.headers["x-request-id"] for answer in (by_program, by_form))
    assert [record.levelname for record in caplog.records if record.levelno > logging.INFO] == []
