"""``python -m web``: runs the server, the interface and the pages, with its worker."""

from __future__ import annotations

import argparse
import logging
import signal
import socket
import sys
import threading

import uvicorn

from service import logs
from service.errors import AppError
from service.matcher import Matcher
from service.services import Services
from service.settings import settings
from service.tasks import PERIODIC, tasks_of
from service.usecases.installation import has_administrator, refuse_other_data
from service.worker import Worker
from web.app import create_app

log = logging.getLogger(__name__)


class _Server(uvicorn.Server):
    """Says where it is as soon as it answers, and what to do first."""

    def __init__(self, config: uvicorn.Config, address: str, advice: str) -> None:
        super().__init__(config)
        self._address, self._advice = address, advice

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"科创揭榜台已启动：{self._address}  （按 Ctrl+C 停止）{self._advice}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 after it was asked to stop, 1 if it could not start, 2 if this data must not be served so."""
    parser = argparse.ArgumentParser(prog="python -m web", description="科创揭榜台：运行服务 / run the server")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parsed = parser.parse_args(arguments)
    logs.set_up()
    services = Services.of(settings())
    try:
        refuse_other_data(services)
    except AppError as error:
        print(error.message, file=sys.stderr)
        return 2
    if services.settings.allow_http and not services.settings.has_tls:
        log.warning("server.without_tls", extra={"public_url": services.settings.public_url})
    matcher = Matcher.from_env()
    config = uvicorn.Config(
        create_app(services, matcher),
        host=parsed.host,
        port=parsed.port,
        server_header=False,
        # The app writes its own line per request, without addresses and queries.
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=20,
    )
    address = f"http://{parsed.host}:{parsed.port}"
    server = _Server(config, address, _advice(services, address))
    worker = Worker(services, tasks_of(services, matcher), PERIODIC)
    # uvicorn stops, puts this handler back, and sends the signal once more; the default would end the process there.
    signal.signal(signal.SIGTERM, _interrupt)
    worker.start()
    # Opened beside, as it takes seconds: until then everything else works, and /readyz says how it would rank.
    threading.Thread(target=matcher.encoder, name="encoder", daemon=True).start()
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        worker.stop()
    return 0 if server.started else 1


def _advice(services: Services, address: str) -> str:
    """What somebody has to do who has just installed this; "" where somebody did."""
    with services.database.reading() as session:
        if has_administrator(session):
            return ""
    return (
        "\n\n这是一个新装的系统，里面还是空的。接下来：\n"
        "  1. 另开一个终端，进到这个目录，运行  make admin  ，按提示填管理员的姓名、用户名和密码；\n"
        f"  2. 用浏览器打开 {address} ，用刚才的用户名和密码登录；\n"
        "  3. 照首页的“开始使用”一步一步做，随时可以停下来，下次接着做。\n"
        "只想先看看的，按 Ctrl+C 停止，运行  make demo  看演示数据；演示数据不会混进来。\n"
    )


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
