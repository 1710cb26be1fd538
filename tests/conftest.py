"""What all tests share: the shared data, the full size, and that nothing is skipped unnoticed."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
ABSENT = "shared data absent"
MAY_SKIP = "shared data"

# A deadline would fail on a busy machine; the gate repeats the same examples, a developer gets new ones.
settings.register_profile("developer", deadline=None)
settings.register_profile("gate", deadline=None, derandomize=True)
settings.load_profile("gate" if os.environ.get("REQUIRE_ALL") == "1" else "developer")

# Test processes side by side would otherwise each take every core and wait for each other.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("KC_THREADS", "1")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data for measuring, kept beside the repository and never in it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(ABSENT)
    return folder


def is_full_size() -> bool:
    """True in `make prove`: sizes that take minutes instead of seconds."""
    return os.environ.get("KC_PROVE") == "1"


full_size = pytest.fixture(is_full_size, scope="session", name="full_size")


@pytest.fixture
def proved(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Called with one sentence by a test that ran at full size: what it showed, and with what (the database, the
    role), for docs/proof.md."""
    callspec = getattr(request.node, "callspec", None)

    def say(text: str) -> None:
        told = os.environ.get("KC_PROVED")
        if told:
            with Path(told).open("a", encoding="utf-8") as file:
                file.write(f"{text} ({callspec.id})\n" if callspec else f"{text}\n")

    return say


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "proved" in getattr(item, "fixturenames", ()):
            item.add_marker("sized")


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """With REQUIRE_ALL=1 a skip is a failure, unless it only says that the shared data are absent."""
    if os.environ.get("REQUIRE_ALL") != "1" or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    if not reason.startswith(MAY_SKIP):
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1 and this was skipped: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report
