"""``python -m service``: what an operator does with the database."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from service.migrations.run import upgrade
from service.services import Services
from service.settings import settings
from service.workflow import document


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m service", description="科创揭榜台：数据库维护 / database upkeep")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="建立或升级数据库 / bring the database to the newest revision")
    documents = commands.add_parser("docs", help="从代码生成 workflows.md、permissions.md / write the generated docs")
    documents.add_argument("folder", nargs="?", type=Path, default=Path("docs"))
    parsed = parser.parse_args(arguments)
    if parsed.command == "docs":
        (parsed.folder / "workflows.md").write_text(document.workflows(), "utf-8")
        (parsed.folder / "permissions.md").write_text(document.permissions(), "utf-8")
        return 0
    services = Services.of(settings())
    upgrade(services.database)
    print(f"数据库已是最新：{services.database.url.render_as_string(hide_password=True)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
