"""The file store: the same bytes are stored once, whoever sends them and however many at a time."""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread

import pytest
from fsspec.implementations.local import LocalFileSystem

from data.core import clock, durable, files
from data.core.settings import settings
from models.errors import DamagedFile, MissingFile, Unavailable
from tests.damage import CONTENT, DAMAGES, remove


def test_many_who_store_the_same_bytes_at_once_all_have_them():
    content, kept = b"the very same scanned invoice " * 50_000, []
    assert failures_of_eight_at_once(lambda: kept.append(files.keep("invoice.pdf", content))) == []
    assert len(set(kept)) == 1
    with files.read(kept[0][0]) as stream:
        assert stream.read() == content


def failures_of_eight_at_once(act: Callable[[], object]) -> list[Exception]:
    barrier, failed = Barrier(8), []

    def acting() -> None:
        barrier.wait()
        try:
            act()
        except Exception as error:
            failed.append(error)

    threads = [Thread(target=acting) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def stored() -> list[Path]:
    return [path for path in (settings().var / "files").rglob("*") if path.is_file()]


def test_a_write_that_fails_leaves_no_part_behind(monkeypatch):
    def fail(*_: object) -> None:
        raise OSError("the disk is broken")

    monkeypatch.setattr(durable, "name", fail)
    with pytest.raises(Unavailable, match="cannot be stored at present"):
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


# ------------------------------------------------------------------ damaged files


def content_of(digest: str) -> bytes:
    with files.read(digest) as stream:
        return stream.read()


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("read_before", [True, False])
def test_damaged_bytes_are_not_handed_out_and_the_log_names_them_once(damage, read_before, caplog):
    digest, _ = files.keep("a.bin", CONTENT)
    if read_before:
        assert content_of(digest) == CONTENT
    damage(stored()[0])
    for _ in range(3):
        with pytest.raises(MissingFile if damage is remove else DamagedFile, match="sent again"):
            files.read(digest)
    assert len([record for record in caplog.records if digest in record.message]) == 1


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_whole_again_once_the_same_bytes_are_sent(damage, caplog):
    caplog.set_level("INFO", "guichet")
    digest, _ = files.keep("a.bin", CONTENT)
    damage(stored()[0])
    with pytest.raises(DamagedFile):
        files.read(digest)
    assert files.keep("again.bin", CONTENT)[0] == digest
    assert content_of(digest) == CONTENT
    assert [path.read_bytes() for path in stored()] == [CONTENT]
    assert "whole again" in caplog.text


def test_many_who_store_damaged_bytes_again_at_once_all_have_them_whole():
    digest, _ = files.keep("a.bin", CONTENT)
    stored()[0].write_bytes(b"")

    def send_again() -> None:
        files.keep("a.bin", CONTENT)
        assert content_of(digest) == CONTENT

    assert failures_of_eight_at_once(send_again) == [] and len(stored()) == 1


def test_bytes_that_are_whole_are_not_written_again():
    files.keep("a.bin", CONTENT)
    [before] = stored()
    written = before.stat()
    files.keep("b.bin", CONTENT)
    [after] = stored()
    assert (after.stat().st_ino, after.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)


def test_whoever_reads_while_the_file_is_mended_reads_what_was_checked():
    digest, _ = files.keep("a.bin", CONTENT)
    with files.read(digest) as stream:
        path = stored()[0]
        path.unlink()
        path.write_bytes(b"damaged")
        files.keep("a.bin", CONTENT)
        assert stream.read() == CONTENT


def test_a_file_read_in_many_parts_is_hashed_once(monkeypatch):
    digest, _ = files.keep("a.bin", CONTENT)
    content_of(digest)
    monkeypatch.setattr(files, "_require_hash", None)  # cannot be called
    assert content_of(digest) == CONTENT


def test_a_file_is_hashed_again_after_a_while(monkeypatch):
    digest, _ = files.keep("a.bin", CONTENT)
    content_of(digest)
    hashed, require_hash = [], files._require_hash
    monkeypatch.setattr(files, "_require_hash", lambda *given: [hashed.append(1), require_hash(*given)])
    monkeypatch.setattr(files, "CHECKED_FOR", 0)
    assert content_of(digest) == CONTENT and hashed


def test_a_store_that_does_not_answer_is_said_in_words_and_damages_nothing(monkeypatch):
    digest, _ = files.keep("a.bin", CONTENT)

    def fail(*_: object, **__: object) -> None:
        raise ConnectionError("the network is down")

    monkeypatch.setattr(LocalFileSystem, "info", fail)
    with pytest.raises(Unavailable, match="cannot be read at present") as refusal:
        files.read(digest)
    assert not isinstance(refusal.value, DamagedFile)
