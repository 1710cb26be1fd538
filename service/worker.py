"""Does promised work: claims jobs, does equal ones once, marks exactly the claimed ones done."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from service.clock import now
from service.models import Job
from service.services import Services

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 5
_BATCH = 200
_IDLE_SECONDS = 1.0


@dataclass(frozen=True)
class Task:
    """run: gets what a job is about, its key, and nothing else; it must be safe to run twice.

    merges_all: does the same whatever the key, so one run does all jobs of its name that are due.
    """

    run: Callable[[str], object]
    merges_all: bool = False


class Worker:
    """tasks: by job name; jobs of other names wait for a worker that knows them."""

    def __init__(self, services: Services, tasks: Mapping[str, Task]) -> None:
        self._services = services
        self._tasks = tasks
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when the job in hand is finished."""
        self._stopping.set()
        self._thread.join()

    def run_pending(self) -> int:
        """Everything that is due, in the order it was promised; how many jobs were done."""
        done = 0
        while claimed := self._due():
            groups: dict[tuple[str, str], list[int]] = {}
            for job in claimed:
                key = "" if self._tasks[job.name].merges_all else job.key
                groups.setdefault((job.name, key), []).append(job.seq or 0)
            for (name, key), numbers in groups.items():
                self._run(name, key, numbers)
                done += len(numbers)
        return done

    def _due(self) -> list[Job]:
        wanted = (
            select(Job)
            .where(col(Job.name).in_(sorted(self._tasks)), col(Job.done_at).is_(None), col(Job.run_after) <= now())
            .where(col(Job.attempts) < MOST_ATTEMPTS)
            .order_by(col(Job.seq))
            .limit(_BATCH)
        )
        with self._services.database.reading() as session:
            return list(session.exec(wanted))

    def _run(self, name: str, key: str, numbers: list[int]) -> None:
        failure = ""
        try:
            self._tasks[name].run(key)
        except Exception as error:
            failure = f"{type(error).__name__}: {error}"
            log.error("job.failed", extra={"job": name, "key": key}, exc_info=True)
        with self._services.database.writing() as session:
            for job in session.exec(select(Job).where(col(Job.seq).in_(numbers))):
                job.attempts += 1
                job.error = failure[:2_000]
                if failure:
                    job.run_after = now() + timedelta(seconds=10 * 2**job.attempts)
                else:
                    job.done_at = now()
                session.add(job)

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                self.run_pending()
            except Exception:
                log.error("worker.failed", exc_info=True)
            self._stopping.wait(_IDLE_SECONDS)
