"""The description of the interface: Chinese throughout, complete, and readable without the internet."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.api.description import PROBLEMS, is_chinese, operations
from service.api.docs import page
from service.api.routing import kept_routes, route_policies
from service.app import create_api
from service.permissions import POLICIES
from service.services import Services
from service.settings import Settings


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return create_api(Services.of(Settings(data_dir=Path(tmp_path_factory.mktemp("description")))))


@pytest.fixture(scope="module")
def description(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def refs(part: object) -> Iterator[str]:
    """Names of the structures that a part of the description leads to at once."""
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"].rpartition("/")[2]
        for each in part.values():
            yield from refs(each)
    elif isinstance(part, list):
        for each in part:
            yield from refs(each)


def sent(description: dict[str, Any]) -> set[str]:
    """Structures that are sent in requests, and those inside them."""
    schemas = description["components"]["schemas"]
    found: set[str] = set()
    frontier = set(refs([each.get("requestBody") for _, _, each in operations(description)]))
    while frontier:
        found |= frontier
        frontier = {name for each in frontier for name in refs(schemas[each])} - found
    return found


def test_every_route_says_in_chinese_what_it_does(description: dict[str, Any]) -> None:
    told = {each["operationId"]: each for _, _, each in operations(description)}

    assert {name for name, each in told.items() if not is_chinese(each["summary"])} == set()
    assert {name for name, each in told.items() if len(each["tags"]) != 1} == set()


def test_every_group_has_a_chinese_description(description: dict[str, Any]) -> None:
    assert {group["name"] for group in description["tags"] if not is_chinese(group["description"])} == set()


def test_every_field_that_is_sent_has_a_chinese_description(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    fields = {
        (name, field): told for name in sent(description) for field, told in schemas[name].get("properties", {}).items()
    }
    parameters = {
        (each["operationId"], told["name"]): told
        for _, _, each in operations(description)
        for told in each.get("parameters", ())
    }

    assert len(fields) > 50
    assert len(parameters) > 50
    lacking = {name for name, told in (fields | parameters).items() if not is_chinese(told.get("description"))}
    assert lacking == set()


def test_no_english_docstring_gets_into_the_description(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    words = [schema["description"] for schema in schemas.values() if "description" in schema]
    words += [each["description"] for _, _, each in operations(description)]
    words += [
        answer["description"]
        for _, _, each in operations(description)
        for answer in each["responses"].values()
        if "$ref" not in answer
    ]

    assert [each for each in words if not is_chinese(each)] == []


def test_every_route_names_its_policy_and_how_it_may_fail(app: FastAPI, description: dict[str, Any]) -> None:
    policies = {(each.path, method.lower()): each.policy for each in route_policies(app) for method in each.methods}
    always = {str(status) for status in PROBLEMS}

    for path, method, each in operations(description):
        assert each["x-policy"] == policies[path, method]
        assert POLICIES[each["x-policy"]].title in each["description"]
        missing = always - set(each["responses"])
        assert missing == (set() if method != "get" else {"409", "413"}), (method, path)
        assert "HTTPValidationError" not in set(refs(each))
    assert {"401", "403", "404", "409", "422", "429", "503"} <= always


def test_the_key_that_makes_repeating_safe_is_described_where_it_counts(
    app: FastAPI, description: dict[str, Any]
) -> None:
    told = {
        each["operationId"]
        for _, _, each in operations(description)
        if "Idempotency-Key" in {parameter["name"] for parameter in each.get("parameters", ())}
    }

    assert told == kept_routes(app)


def test_all_references_lead_somewhere(description: dict[str, Any]) -> None:
    parts = description["components"]

    assert set(refs(description)) <= set(parts["schemas"]) | set(parts["responses"])


class Page(HTMLParser):
    """What of a page could reach out, run, or lead nowhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.ids: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src"):
                self.links.add(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_shows_everything_and_needs_nothing_from_elsewhere(app: FastAPI, description: dict[str, Any]) -> None:
    client = TestClient(app)

    answer = client.get("/api/docs")
    style = client.get("/api/docs/style.css")

    found = Page(answer.text)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert found.tags.isdisjoint({"script", "style", "img", "iframe", "form"})
    assert found.attributes <= {
        "charset",
        "content",
        "href",
        "id",
        "lang",
        "name",
        "rel",
        "scope",
        "class",
        "aria-label",
    }
    outside = {link for link in found.links if not link.startswith("#")}
    assert outside == {"/api/docs/style.css", "/api/openapi.json"}
    assert {link[1:] for link in found.links - outside} <= set(found.ids)
    assert len(set(found.ids)) == len(found.ids)
    for path, method, each in operations(description):
        assert f"{method.upper()} {path}" in found.words
        assert each["summary"] in found.words
    for name in sent(description):
        assert all(field in found.words for field in description["components"]["schemas"][name].get("properties", {}))
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
    for served in (answer, style):
        assert served.headers["content-security-policy"] == (
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        assert served.headers["x-content-type-options"] == "nosniff"


def test_words_in_the_description_cannot_become_markup(description: dict[str, Any]) -> None:
    hostile = "<script>alert(1)</script>"
    bad = description | {"info": description["info"] | {"description": hostile}, "tags": [], "paths": {}}
    bad["components"] = {"schemas": {hostile: {"description": hostile, "properties": {hostile: {"type": hostile}}}}}

    assert "script" not in Page(page(bad)).tags
