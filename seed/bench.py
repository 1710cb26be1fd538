"""Where the time from `make demo` to the first usable page goes; written into docs/performance.md (`make bench`)."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from matching.bench.result import Row, Section
from seed.demo import environment, make
from seed.world.build import FULL, Scale
from service.bench import free_port, wait_for
from service.worker import Task

TITLE = "演示从启动到第一页 / from `make demo` to the first page"
# What the worker does while the world is built, in words; what is not here counts among “其余任务”.
_TASKS = {
    "notify": "通知：告诉每件事有关的人",
    "clock.remind": "到期提醒",
    "index.refresh": "专家索引：读模型，编码全部专家和服务团",
    "match.suggest": "为需求匹配专家",
    "achievement.match": "成果与需求互配",
}
_REST = "其余任务"
# Seconds for the model to be read; one that never is does not hang the measurement.
_PATIENCE = 120


def measure(environ: Mapping[str, str] = os.environ, scale: Scale = FULL) -> Section:
    """Needs what `make setup` and `make prepare` leave behind."""
    with tempfile.TemporaryDirectory() as place:
        folder, clock = Path(place) / "demo", _Clock()
        start, work = time.perf_counter(), time.process_time()
        make(folder, environ, scale, clock.watched)
        built, work = time.perf_counter() - start, time.process_time() - work
        answers, page, ready = _served(folder, environ)
    stories = built - sum(clock.seconds.values())
    parts = {"办事：登记、填报、受理、邀约、咨询等每一步": stories} | {
        name: clock.seconds[name] for name in (*_TASKS.values(), _REST) if name in clock.seconds
    }
    rows = [
        Row("演示数据，全部", f"{built:.1f} s", _busy(work), built, 60 if scale == FULL else None),
        *(_row(f"其中 {name}", seconds) for name, seconds in parts.items()),
        _row("启动到第一次应答（/healthz）", answers),
        _row("启动到第一页（登录页）", page),
        _row("启动到按意义排序（/readyz），此前按关键词", ready),
    ]
    note = (
        f"{scale.experts} 位专家、{scale.needs} 条需求、{scale.squads} 支服务团、{scale.achievements} 项成果，"
        "经用例逐步办理，一个进程；之后 `make demo` 只剩启动。"
        "安装依赖（`make setup`）和导出模型（`make prepare`）各做一次，时间由网络和下载决定，不在此列。单位：秒。"
    )
    return Section("demo", TITLE, note, rows)


class _Clock:
    """Seconds within each task, by its words."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def watched(self, tasks: Mapping[str, Task]) -> dict[str, Task]:
        return {name: replace(task, run=self._timed(name, task.run)) for name, task in tasks.items()}

    def _timed(self, name: str, run: Callable[[str], object]) -> Callable[[str], object]:
        def timed(key: str) -> object:
            start = time.perf_counter()
            try:
                return run(key)
            finally:
                words = _TASKS.get(name, _REST)
                self.seconds[words] = self.seconds.get(words, 0.0) + time.perf_counter() - start

        return timed


def _served(folder: Path, environ: Mapping[str, str]) -> tuple[float, float, float]:
    """Seconds from starting the server until it answers, until the first page is there, until it ranks by meaning."""
    port = free_port()
    start = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "web", "--port", str(port)],
        env=environment(folder.resolve(), port, environ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        _get(port, "/healthz")
        answers = time.perf_counter() - start
        _get(port, "/sign-in")
        page = time.perf_counter() - start
        while json.loads(_get(port, "/readyz"))["matching"] != "model" and time.perf_counter() < start + _PATIENCE:
            time.sleep(0.1)
        return answers, page, time.perf_counter() - start
    finally:
        server.terminate()
        server.wait()


def _get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    return connection.getresponse().read()


def _busy(work: float) -> str:
    """What would count on a quiet machine."""
    return f"处理器时间 {work:.0f} s；1 分钟平均负载 {os.getloadavg()[0]:.1f}"


def _row(name: str, seconds: float) -> Row:
    return Row(name, f"{seconds:.1f} s", "", None)
