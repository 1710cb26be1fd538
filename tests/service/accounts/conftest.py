"""The small world of accounts, and the browser of a clerk in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.service.accounts.support import World, a_staff_user, a_world, an_association


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with a_world(tmp_path) as made:
        yield made


@pytest.fixture
def clerk(world: World) -> TestClient:
    a_staff_user(world, "clerk", an_association(world, "西宁市科协"))
    return world.signed_in("clerk")
