"""The living demo: makes its data folder if there is none, then runs the server on it."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from matching import MatchingSettings
from seed.world.besides import PUBLICITY
from seed.world.build import FULL, Scale, build
from service.matcher import Matcher
from service.migrations.run import upgrade
from service.services import Services
from service.settings import Settings
from service.tasks import tasks_of
from service.worker import Task

Watched = Callable[[Mapping[str, Task]], Mapping[str, Task]]


def environment(folder: Path, port: int, environ: Mapping[str, str]) -> dict[str, str]:
    """What the server reads: this folder alone, never a database of elsewhere; the models are those of `make setup`."""
    kept = {name: value for name, value in environ.items() if name not in ("KC_DATABASE_URL", "KC_ALLOW_HTTP")}
    models = environ.get("KC_MODELS_DIR") or str(MatchingSettings.from_env(environ).models)
    return kept | {
        "KC_DATA_DIR": str(folder),
        "KC_MODELS_DIR": models,
        "KC_DEMO": "1",
        "KC_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "KC_APPROVAL_KINDS": f'["{PUBLICITY}"]',
    }


def make(folder: Path, environ: Mapping[str, str], scale: Scale = FULL, watched: Watched = dict) -> bool:
    """False if it is there. All or nothing: it is made beside and then given its name. watched: the worker's tasks as
    they are to be run, for who wants to know how long they take."""
    if folder.exists():
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        _build(beside, environ, scale, watched)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return True


def _build(folder: Path, environ: Mapping[str, str], scale: Scale, watched: Watched) -> None:
    ranking = MatchingSettings.from_env(environ)
    services = Services.of(Settings(data_dir=folder, database_url="", demo=True, approval_kinds=(PUBLICITY,)))
    thresholds = gc.get_threshold()
    try:
        upgrade(services.database)
        _need_not_survive(services)
        placed = MatchingSettings(
            data_dir=folder,
            encoder=ranking.encoder,
            profile=ranking.profile,
            threads=ranking.threads,
            models_dir=ranking.models,
        )
        # Thousands of short sessions: looking for garbage as often as usual takes a tenth of the time.
        gc.set_threshold(50_000, 20, 50)
        build(services, watched(tasks_of(services, Matcher(placed))), scale)
    finally:
        gc.set_threshold(*thresholds)
        services.database.dispose()


def _need_not_survive(services: Services) -> None:
    """What a power cut would spoil is thrown away anyhow; waiting for the disk would take most of the time."""
    connection = services.database.write_engine.raw_connection()
    connection.cursor().execute("PRAGMA synchronous=OFF")
    connection.close()


def serve(folder: Path, port: int) -> None:
    """Becomes the server, so that signals reach it. Does not return."""
    found = environment(folder, port, os.environ)
    os.execve(sys.executable, [sys.executable, "-m", "web", "--port", str(port)], found)


def run(folder: Path, port: int) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    start = time.monotonic()
    if not folder.exists():
        print(f"正在建立演示数据（约一分钟，只做这一次）：{folder}", flush=True)
    if make(folder, os.environ):
        print(f"演示数据已建立，用了 {time.monotonic() - start:.0f} 秒。", flush=True)
    serve(folder, port)
