"""What happens beside an upload, while the file is read or as it is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlmodel import Session, select

from service.db import Database
from service.errors import AppError, Conflict, Forbidden
from service.files.extraction import Extracted
from service.models import Attachment
from service.rules.file_kind import FileKind
from service.usecases import attachments
from tests.service.attachments.documents import an_xlsx
from tests.service.attachments.steps import OWNER, TEXT, files_of, seen_by, upload
from tests.service.steps import a_draft, a_submitted_need, act
from tests.service.world import World


def test_three_people_at_once_get_the_last_two_places_between_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_id = a_draft(world)
    for number in range(8):
        upload(world, need_id, an_xlsx([number]), file_name=f"{number}.xlsx")
    outcomes: list[object] = []
    together = threading.Barrier(3)

    def read_together(_: FileKind, __: bytes) -> Extracted:
        together.wait()
        return Extracted()

    monkeypatch.setattr(attachments, "extract", read_together)

    def one_more(number: int) -> None:
        try:
            outcomes.append(upload(world, need_id, an_xlsx([number]), file_name=f"{number}.xlsx").file_name)
        except AppError as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=one_more, args=(number,)) for number in (10, 11, 12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count(Conflict) == 1
    assert len(seen_by(world, OWNER, need_id).items) == len(files_of(world)) == 10


def test_a_need_that_changed_hands_while_the_file_was_read_takes_it_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_id = a_submitted_need(world)

    def slowly(_: FileKind, __: bytes) -> Extracted:
        act(world, "格尔木赵静", need_id, "accept")
        return Extracted(TEXT)

    monkeypatch.setattr(attachments, "extract", slowly)

    with pytest.raises(Forbidden):
        upload(world, need_id)

    assert files_of(world) == []


def test_a_file_stays_if_only_the_answer_of_the_commit_was_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    need_id, real = a_draft(world), Database.writing

    @contextmanager
    def broken_off(database: Database) -> Iterator[Session]:
        with real(database) as session:
            yield session
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(Database, "writing", broken_off)
        with pytest.raises(ConnectionError):
            upload(world, need_id)

    with world.services.database.reading() as session:
        kept = session.exec(select(Attachment.stored_name)).all()
    assert files_of(world) == list(kept)
    assert len(kept) == 1
