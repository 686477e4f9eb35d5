"""The file store: the same bytes are stored once, whoever sends them and however many at a time."""

import os
from pathlib import Path
from threading import Barrier, Thread

import pytest

from data.core import clock, durable, files
from data.core.settings import settings


def test_many_who_store_the_same_bytes_at_once_all_have_them():
    content = b"the very same scanned invoice " * 50_000
    barrier, kept, failed = Barrier(8), [], []

    def keeping() -> None:
        barrier.wait()
        try:
            kept.append(files.keep("invoice.pdf", content))
        except OSError as error:
            failed.append(error)

    threads = [Thread(target=keeping) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(set(kept)) == 1
    with files.read(kept[0][0]) as stream:
        assert stream.read() == content


def stored() -> list[Path]:
    return [path for path in (settings().var / "files").rglob("*") if path.is_file()]


def test_a_write_that_fails_leaves_no_part_behind(monkeypatch):
    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(durable, "name", fail)
    with pytest.raises(OSError, match="full"):
        files.keep("a.txt", b"a")
    assert stored() == []


def test_bytes_that_a_purge_may_soon_take_away_are_written_again():
    """A command that refers to them is still to come."""
    files.keep("a.txt", b"a")
    [path] = stored()
    long_ago = clock.now().timestamp() - files.FRESH.total_seconds()
    os.utime(path, (long_ago, long_ago))
    files.keep("b.txt", b"a")
    [path] = stored()
    assert path.stat().st_mtime > long_ago + 3600


def test_a_file_that_another_has_stored_is_synced_before_it_is_acknowledged(monkeypatch):
    """The other may be about to sync its name, and lose its power first."""
    with monkeypatch.context() as patch:
        patch.setattr(durable, "sync_folder", lambda _folder: None)
        files.keep("a.txt", b"a")
    synced: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda opened: synced.append(Path(f"/proc/self/fd/{opened}").readlink()))
    files.keep("b.txt", b"a")
    [path] = stored()
    assert path.parent in synced
