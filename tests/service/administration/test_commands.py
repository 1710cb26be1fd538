"""The first administrator comes in by a command, and the server of an empty installation says so."""

from __future__ import annotations

import getpass
import io
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from service import __main__ as commands
from service.models import User
from service.services import Services
from service.settings import Settings, settings
from web.__main__ import _advice

Run = Callable[..., int]
PASSWORD = "盐湖边的风车 harbour 9"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def services(sqlite_template: Path, tmp_path: Path) -> Iterator[Services]:
    shutil.copy(sqlite_template, tmp_path / sqlite_template.name)
    found = Services.of(Settings(data_dir=tmp_path))
    yield found
    found.database.dispose()


@pytest.fixture
def run(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """answers: what a person at a terminal types, passwords apart; none: nobody is there."""
    monkeypatch.setenv("KC_DATA_DIR", str(tmp_path))
    settings.cache_clear()

    def do(*arguments: str, answers: str | None = None, passwords: tuple[str, ...] = (), piped: str = "") -> int:
        typed = iter(passwords)
        monkeypatch.setattr(sys, "stdin", io.StringIO(piped) if answers is None else _Terminal(answers))
        monkeypatch.setattr(getpass, "getpass", lambda _: next(typed))
        return commands.main(["create-admin", *arguments])

    yield do
    settings.cache_clear()


def administrators(services: Services) -> list[tuple[str, str | None]]:
    with services.database.reading() as session:
        return [(user.name, user.user_name) for user in session.exec(select(User).where(User.is_administrator))]


def test_a_person_at_a_terminal_is_asked(run: Run, services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    before = _advice(services, "http://127.0.0.1:8000")

    assert run(answers="王管理\nadmin\n", passwords=(PASSWORD, PASSWORD)) == 0

    assert administrators(services) == [("王管理", "admin")]
    assert "已建立平台管理员：admin。请用浏览器登录，照首页的“开始使用”一步一步做。" in capsys.readouterr().out
    assert "运行  make admin" in before
    assert "http://127.0.0.1:8000" in before
    assert _advice(services, "http://127.0.0.1:8000") == ""


def test_two_passwords_that_differ_make_nobody(
    run: Run, services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(answers="王管理\nadmin\n", passwords=(PASSWORD, f"{PASSWORD}8")) == 2

    assert administrators(services) == []
    assert "两遍不一样" in capsys.readouterr().err


def test_without_a_terminal_names_are_given_and_the_password_is_the_first_line(
    run: Run, services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody = run(piped=f"{PASSWORD}\n")
    told = capsys.readouterr().err
    somebody = run("--name", "王管理", "--user-name", "admin", piped=f"{PASSWORD}\n")

    assert (nobody, somebody) == (2, 0)
    assert "请写明 --name 和 --user-name" in told
    assert administrators(services) == [("王管理", "admin")]
