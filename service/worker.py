"""Does promised work: claims jobs, does equal ones once, marks exactly the claimed ones done."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from service import jobs
from service.clock import now
from service.errors import Busy, Conflict
from service.jobs import Claim, Periodic
from service.services import Services

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=1)
_IDLE_SECONDS = 1.0


@dataclass(frozen=True)
class Task:
    """run: gets what a job is about, its key, and nothing else; it must be safe to run twice.

    merges_all: does the same whatever the key, so one run does all jobs of its name that are due.
    """

    run: Callable[[str], object]
    merges_all: bool = False


class Worker:
    """tasks: by job name; jobs of other names wait for a worker that knows them. periodic: promised by the worker.

    Several workers may share one PostgreSQL database: each job is done by one of them, and by another only if that one
    has not been heard of for the time of the lease.
    """

    def __init__(
        self,
        services: Services,
        tasks: Mapping[str, Task],
        periodic: Sequence[Periodic] = (),
        lease: timedelta = LEASE,
    ) -> None:
        self._services = services
        self._tasks = tasks
        self._periodic = periodic
        self._lease = lease
        self._merging = {name: task.merges_all for name, task in tasks.items()}
        self._in_hand: Claim | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="worker", daemon=True)

    def start(self) -> None:
        if self._services.database.is_sqlite:
            # One process works on a SQLite file: what is claimed now was left by one that died.
            with self._services.database.writing() as session:
                jobs.release_all(session)
        self._thread.start()

    def stop(self) -> None:
        """Returns when the job in hand is finished."""
        self._stopping.set()
        self._thread.join()

    def run_pending(self) -> int:
        """Everything that is due, in the order it was promised; how many jobs were done."""
        self._promise()
        done, claimed = 0, self._claim()
        if claimed is None:
            return 0
        with self._kept():
            while claimed is not None:
                self._run(claimed)
                done += claimed.count
                claimed = self._claim()
        return done

    def _promise(self) -> None:
        if not self._periodic:
            return
        with self._services.database.reading() as session:
            next_times = jobs.next_times(session)
        for periodic in self._periodic:
            if periodic.name not in next_times or next_times[periodic.name] <= now():
                try:
                    with self._services.database.writing() as session:
                        jobs.promise_due(session, periodic)
                except Conflict:
                    # Another worker promised it for the first time, at this moment.
                    continue

    def _claim(self) -> Claim | None:
        if self._stopping.is_set():
            return None
        with self._services.database.reading() as session:
            if not jobs.is_due(session, self._merging):
                return None
        with self._services.database.writing() as session:
            self._in_hand = jobs.claim(session, self._merging, self._lease)
        return self._in_hand

    def _run(self, claimed: Claim) -> None:
        failure = ""
        try:
            self._tasks[claimed.name].run(claimed.key)
        except Exception as error:
            failure = f"{type(error).__name__}: {error}"
            log.error("job.failed", extra={"job": claimed.name, "key": claimed.key}, exc_info=True)
        with self._services.database.writing() as session:
            jobs.finish(session, claimed, failure)

    @contextmanager
    def _kept(self) -> Iterator[None]:
        """Inside, the lease of what is in hand is renewed, so that work may take longer than it."""
        done = threading.Event()

        def renew() -> None:
            while not done.wait(self._lease.total_seconds() / 3):
                claimed = self._in_hand
                if claimed is None:
                    continue
                try:
                    with self._services.database.writing() as session:
                        jobs.keep(session, claimed, self._lease)
                except Busy:
                    log.warning("job.lease_not_renewed", extra={"job": claimed.name, "key": claimed.key})

        renewing = threading.Thread(target=renew, name="lease", daemon=True)
        renewing.start()
        try:
            yield
        finally:
            done.set()
            renewing.join()

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                self.run_pending()
            except Exception:
                log.error("worker.failed", exc_info=True)
            self._stopping.wait(_IDLE_SECONDS)
