"""Files are deleted for good when nobody can need them any more, and not before."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from matching import MatchingSettings
from service.clock import now
from service.errors import Busy
from service.matcher import Matcher
from service.models import Attachment, Job
from service.tasks import tasks_of
from service.usecases.attachment_upkeep import prune
from service.worker import Worker
from tests.service.attachments.documents import a_png
from tests.service.attachments.steps import OWNER, files_of, later, remove, seen_by, upload
from tests.service.steps import a_draft
from tests.service.world import World


def age(world: World, name: str, **by: float) -> None:
    moment = (now() - timedelta(**by)).timestamp()
    os.utime(world.services.attachments.path(name), (moment, moment))


def test_a_removed_file_is_deleted_after_a_month_together_with_its_text(world: World) -> None:
    need_id = a_draft(world)
    kept = upload(world, need_id, a_png(), file_name="照片.png")
    removed = remove(world, upload(world, need_id))

    with later(days=29.9):
        assert prune(world.services) == 0
    assert files_of(world) == sorted([kept.stored_name, removed.stored_name])  # type: ignore[type-var]
    with later(days=30.1):
        assert (prune(world.services), prune(world.services)) == (1, 0)

    assert files_of(world) == [kept.stored_name]
    with world.services.database.reading() as session:
        left = session.get_one(Attachment, removed.id)
    assert (left.file_name, left.stored_name, left.extracted_text) == ("工况说明.docx", None, "")


def test_files_without_a_row_are_deleted_after_a_day(world: World) -> None:
    need_id = a_draft(world)
    known = upload(world, need_id).stored_name or ""
    old, fresh = world.services.attachments.write(b"old"), world.services.attachments.write(b"fresh")
    unfinished = world.services.attachments.path("0" * 32 + ".part")
    unfinished.write_bytes(b"half")
    for name, hours in ((known, 100), (old, 24.1), (fresh, 23.9), (unfinished.name, 25)):
        age(world, name, hours=hours)

    assert prune(world.services) == 2

    assert files_of(world) == sorted([known, fresh])


def test_the_worker_is_promised_the_deleting_for_the_right_time(world: World, tmp_path: Path) -> None:
    removed = remove(world, upload(world, a_draft(world)))
    matcher = Matcher(MatchingSettings(data_dir=tmp_path, encoder="keyword"))
    worker = Worker(world.services, tasks_of(world.services, matcher))
    with world.services.database.reading() as session:
        promised = session.exec(select(Job.run_after).where(Job.name == "attachment.prune")).all()
    assert sorted(promised) == [now() + timedelta(days=1), now() + timedelta(days=30)]

    with later(days=2):
        worker.run_pending()
    assert files_of(world) == [removed.stored_name]
    with later(days=30):
        worker.run_pending()
    assert files_of(world) == []


def test_pruning_before_anything_was_ever_uploaded_does_nothing(world: World) -> None:
    assert prune(world.services) == 0


def test_a_full_disk_is_told_in_words_and_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(_: int) -> None:
        raise OSError(28, "No space left on device")

    need_id = a_draft(world)
    monkeypatch.setattr(os, "fsync", no_space)

    with pytest.raises(Busy, match="没有保存"):
        upload(world, need_id)

    assert files_of(world) == []
    assert seen_by(world, OWNER, need_id).items == []
