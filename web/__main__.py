"""``python -m web``: runs the server, the interface and the pages, with its worker."""

from __future__ import annotations

import argparse
import sys

import uvicorn

from service import logs
from service.matcher import Matcher
from service.services import Services
from service.settings import settings
from service.tasks import PERIODIC, tasks_of
from service.worker import Worker
from web.app import create_app


def main(arguments: list[str] | None = None) -> int:
    """Returns 0 after it was asked to stop."""
    parser = argparse.ArgumentParser(prog="python -m web", description="科创揭榜台：运行服务 / run the server")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parsed = parser.parse_args(arguments)
    logs.set_up()
    services = Services.of(settings())
    matcher = Matcher.from_env()
    worker = Worker(services, tasks_of(services, matcher), PERIODIC)
    worker.start()
    try:
        uvicorn.run(
            create_app(services, matcher),
            host=parsed.host,
            port=parsed.port,
            server_header=False,
            # The app writes its own line per request, without addresses and queries.
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=20,
        )
    finally:
        worker.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
