"""``python -m service``: what an operator does: the database, the first administrator, figures, generated documents."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from service.actors import SYSTEM
from service.errors import AppError, Invalid
from service.migrations.run import upgrade
from service.passwords import keeper, refuse_weak
from service.services import Services
from service.settings import settings
from service.usecases.accounts import create_user
from service.workflow import document


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 done, 2 bad input."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.handler(parsed))
    except AppError as error:
        print(error.message, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m service", description="科创揭榜台：运行与维护 / running and upkeep"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    migrating = commands.add_parser("migrate", help="建立或升级数据库 / bring the database to the newest revision")
    migrating.set_defaults(handler=_migrate)
    admitting = commands.add_parser("create-admin", help="建立平台管理员账号 / make an administrator's account")
    admitting.add_argument("--name", help="姓名，不写就问 / name of the person, asked for if left out")
    admitting.add_argument("--user-name", help="登录用的用户名，不写就问 / name to sign in with, asked for if left out")
    admitting.set_defaults(handler=_create_administrator)
    documents = commands.add_parser("docs", help="从代码生成 workflows.md、permissions.md / write the generated docs")
    documents.add_argument("folder", nargs="?", type=Path, default=Path("docs"))
    documents.set_defaults(handler=_document)
    benching = commands.add_parser("bench", help="测接口的速度，写进 performance.md / measure the interface")
    benching.add_argument("report", nargs="?", type=Path, default=Path("docs") / "performance.md")
    benching.set_defaults(handler=_bench)
    return parser


def _bench(parsed: argparse.Namespace) -> int:
    from service.bench import measure, write

    write(parsed.report, measure())
    return 0


def _migrate(_: argparse.Namespace) -> int:
    services = Services.of(settings())
    upgrade(services.database)
    print(f"数据库已是最新：{services.database.url.render_as_string(hide_password=True)}")
    return 0


def _create_administrator(parsed: argparse.Namespace) -> int:
    """Asks a person at a terminal; a program writes the password on the first line."""
    name = parsed.name or _asked("管理员的姓名 / name: ")
    user_name = parsed.user_name or _asked("登录用的用户名，如 admin / user name: ")
    password = _new_password()
    refuse_weak(password, [name, user_name], field="password")
    stored = keeper().hash(password)
    with Services.of(settings()).database.writing() as session:
        create_user(session, SYSTEM, name=name, user_name=user_name, password_hash=stored, is_administrator=True)
    print(f"已建立平台管理员：{user_name}。请用浏览器登录，照首页的“开始使用”一步一步做。")
    return 0


def _asked(question: str) -> str:
    """Raises Invalid where nobody can be asked."""
    if not sys.stdin.isatty():
        raise Invalid("请写明 --name 和 --user-name，或者在终端里运行 make admin，按提示填写。")
    return input(question).strip()


def _new_password() -> str:
    """Twice, as nobody sees what is typed."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    password = getpass.getpass("密码，至少 10 个字符，输入时不显示 / password: ")
    if getpass.getpass("再输一遍 / once more: ") != password:
        raise Invalid("两遍不一样，没有建立。请重新运行。", field="password")
    return password


def _document(parsed: argparse.Namespace) -> int:
    (parsed.folder / "workflows.md").write_text(document.workflows(), "utf-8")
    (parsed.folder / "permissions.md").write_text(document.permissions(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
