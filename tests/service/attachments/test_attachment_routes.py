"""Attachments over HTTP: names, sizes, and headers that keep a browser from opening what was uploaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from service.api.dependencies import current_actor
from service.app import create_api
from tests.service.attachments.documents import a_docx, a_png
from tests.service.attachments.steps import OWNER, TEXT, files_of
from tests.service.steps import CONTENT, a_draft
from tests.service.world import World

MEGABYTE = 1 << 20


class Browser:
    """Somebody of the small world, signed in."""

    def __init__(self, world: World, name: str = OWNER) -> None:
        app = create_api(world.services)
        with world.services.database.reading() as session:
            actor = world.actor(session, name)
        app.dependency_overrides[current_actor] = lambda: actor
        self.client = TestClient(app, base_url="https://kc.example", headers={"sec-fetch-site": "same-origin"})

    def upload(
        self, need_id: str, content: bytes, name: str | bytes = "工况 说明.docx", level: str = "invited"
    ) -> Response:
        header = quote(name) if isinstance(name, str) else name
        return self.client.post(
            f"/api/needs/{need_id}/attachments?publicity_level={level}",
            content=content,
            headers={b"x-file-name": header.encode() if isinstance(header, str) else header},
        )


@pytest.fixture
def small(world: World) -> World:
    """The same world where a file may have two megabytes."""
    settings = world.services.settings.model_copy(update={"max_upload_mb": 2})
    return replace(world, services=replace(world.services, settings=settings))


def test_a_file_goes_up_is_corrected_comes_down_and_goes_away(world: World) -> None:
    need_id, content, browser = a_draft(world), a_docx(TEXT), Browser(world)

    made = browser.upload(need_id, content, level="signed")
    assert (made.status_code, made.json()["file_name"], made.json()["publicity_level"]) == (
        201,
        "工况 说明.docx",
        "signed",
    )
    place = f"/api/attachments/{made.json()['id']}"
    assert browser.client.get(place).json()["extracted_text"] == TEXT
    corrected = browser.client.put(
        place, json={"version": 1, "extracted_text": "吸附柱十台", "publicity_level": "public"}
    )
    assert (corrected.status_code, corrected.json()["text_state"]) == (200, "corrected")

    down = browser.client.get(f"{place}/content")
    assert (down.status_code, down.content) == (200, content)
    told = ("content-disposition", "x-content-type-options", "content-security-policy", "cache-control")
    assert [down.headers[name] for name in told] == [
        f"attachment; filename*=UTF-8''{quote('工况 说明.docx')}",
        "nosniff",
        "default-src 'none'; sandbox",
        "private, no-store",
    ]

    assert browser.client.delete(f"{place}?version=1").json()["code"] == "stale"
    gone = browser.client.delete(f"{place}?version=2")
    assert (gone.status_code, gone.json()["removed_at"] is not None) == (200, True)
    assert browser.client.get(f"/api/needs/{need_id}/attachments").json()["items"] == []
    assert browser.client.get(f"{place}/content").status_code == 404
    assert browser.client.get(f"/api/needs/{need_id}/readers").json() == {
        "items": [],
        "total": 0,
        "page": 1,
        "per_page": 20,
    }


def test_the_version_of_the_need_comes_along_so_that_its_page_can_go_on_saving(world: World) -> None:
    need_id, browser = a_draft(world), Browser(world)
    made = browser.upload(need_id, a_docx(TEXT)).json()

    saved = browser.client.put(f"/api/needs/{need_id}", json=CONTENT | {"version": made["subject_version"]})

    assert saved.status_code == 200


def test_a_name_that_was_not_encoded_is_looked_through_for_marks_all_the_same(world: World) -> None:
    need_id, browser = a_draft(world), Browser(world)

    refused = browser.upload(need_id, a_png(), "机密★10年.png".encode())
    strange = browser.upload(need_id, a_png(), quote("照片.png", encoding="gb18030").encode())
    plain = browser.upload(need_id, a_png(), "照片.png".encode())

    assert (refused.status_code, refused.json()["code"]) == (422, "secrecy_suspected")
    assert (strange.status_code, strange.json()["field"]) == (422, "file_name")
    assert (plain.status_code, plain.json()["file_name"]) == (201, "照片.png")


def test_only_uploads_may_be_large_and_too_large_ones_are_refused_in_words(small: World) -> None:
    need_id, browser = a_draft(small), Browser(small)
    picture = a_png()

    statuses = [browser.upload(need_id, picture + bytes(size - len(picture)), "图.png") for size in sizes(2)]
    elsewhere = browser.client.post("/api/needs", content=b" " * (MEGABYTE + 1))

    assert [answer.status_code for answer in statuses] == [201, 422, 422, 413]
    assert "超过 2 MB 的上限" in statuses[1].json()["title"]
    assert elsewhere.status_code == 413
    assert len(files_of(small)) == 1


def sizes(most: int) -> list[int]:
    return [most * MEGABYTE, most * MEGABYTE + 1, 3 * most * MEGABYTE, 3 * most * MEGABYTE + 1]


def test_a_large_body_without_a_declared_length_is_cut_off_as_well(small: World) -> None:
    need_id, browser = a_draft(small), Browser(small)

    def pieces() -> Iterator[bytes]:
        for _ in range(7):
            yield bytes(MEGABYTE)

    answer = browser.client.post(
        f"/api/needs/{need_id}/attachments", content=pieces(), headers={"x-file-name": "a.png"}
    )

    assert answer.status_code == 413


def test_without_a_name_or_signing_in_nothing_is_taken(world: World) -> None:
    need_id, browser = a_draft(world), Browser(world)
    stranger = TestClient(create_api(world.services), base_url="https://kc.example")

    unnamed = browser.client.post(f"/api/needs/{need_id}/attachments", content=a_png())
    unknown = stranger.post(f"/api/needs/{need_id}/attachments", content=a_png(), headers={"x-file-name": "a.png"})

    assert (unnamed.status_code, unknown.status_code) == (422, 401)
    assert files_of(world) == []
