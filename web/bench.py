"""How fast pages come, as a ratio to a bare FastAPI page of the same server in the same run, alone and under load.

Written into docs/performance.md beside the figures of the interface (`make bench`).
"""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from matching.bench.result import Row, Section, milliseconds
from matching.bench.timing import Timing, take_turns
from service.bench import Client, fill, free_port, wait_for, write

NEEDS, CALLS, ROUNDS, TOGETHER = 2_000, 24, 5, 8
TITLE = "页面 / the pages"
_BARE = "bare"


def measure(needs: int = NEEDS, calls: int = CALLS, rounds: int = ROUNDS, together: int = TOGETHER) -> Section:
    """Starts a server on a free port over a temporary SQLite file with so many needs, without model or worker."""
    with tempfile.TemporaryDirectory() as folder:
        token, drafts = fill(Path(folder), needs)
        port = free_port()
        server = multiprocessing.get_context("spawn").Process(target=_serve, args=(folder, port), daemon=True)
        server.start()
        try:
            wait_for(port)
            found, sizes = _time(port, token, drafts[0], calls, rounds, together)
        finally:
            server.terminate()
            server.join()
    rows = [
        Row(
            f"{name}，{how}（{sizes[name] / 1_000:.0f} kB）",
            milliseconds(found[f"{name} {many}"], calls),
            f"空页面 {milliseconds(found[f'{_BARE} {many}'], calls)}",
            found[f"{_BARE} {many}"].best / found[f"{name} {many}"].best,
        )
        for many, how in ((1, "一条连接"), (together, f"{together} 条连接同时"))
        for name in _paths("")
    ]
    note = (
        f"一个 uvicorn 进程、SQLite、{needs:,} 条需求，企业联系人看；不压缩。每轮各 {calls} 次，轮流 {rounds} 轮；"
        "空页面是同一进程里的一个 FastAPI 路由。值是平均每页用时，比值是空页面用时 ÷ 本页用时，即吞吐量之比。"
    )
    return Section("pages", TITLE, note, rows)


def _paths(need_id: str) -> dict[str, str]:
    return {"需求页": f"/needs/{need_id}", "需求清单第一页": "/needs", "通知": "/notices"}


def _serve(folder: str, port: int) -> None:
    """Two apps side by side; neither goes through the other."""
    import uvicorn
    from fastapi import FastAPI
    from fastapi.responses import HTMLResponse
    from starlette.types import Receive, Scope, Send

    from service.services import Services
    from service.settings import Settings
    from web.app import create_app

    bare, pages = FastAPI(), create_app(Services.of(Settings(data_dir=Path(folder))))

    @bare.get("/bare", response_class=HTMLResponse)
    def answer() -> str:
        return "<!doctype html><title>空</title><p>空页面"

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        await (bare if scope.get("path") == "/bare" else pages)(scope, receive, send)

    uvicorn.run(both, port=port, log_level="error", access_log=False)


def _time(
    port: int, token: str, need_id: str, calls: int, rounds: int, together: int
) -> tuple[dict[str, Timing], dict[str, int]]:
    """(“name connections” → how long all calls took, bytes of each page)."""
    paths = {_BARE: "/bare"} | _paths(need_id)
    clients = [Client(port, token) for _ in range(together)]
    sizes = {name: len(clients[0].read("GET", path)) for name, path in paths.items()}

    def one_by_one(path: str) -> Callable[[], object]:
        return lambda: [clients[0].read("GET", path) for _ in range(calls)]

    with ThreadPoolExecutor(together) as pool:

        def all_at_once(path: str) -> Callable[[], object]:
            def ask(client: Client) -> None:
                for _ in range(calls // together):
                    client.read("GET", path)

            return lambda: list(pool.map(ask, clients))

        contestants = {f"{name} 1": [one_by_one(path)] for name, path in paths.items()}
        contestants |= {f"{name} {together}": [all_at_once(path)] for name, path in paths.items()}
        return take_turns(contestants, rounds), sizes


if __name__ == "__main__":
    write(Path("docs") / "performance.md", measure())
