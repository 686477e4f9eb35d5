"""What is synced, and when: tests/faults cuts the power; here is what it cannot show."""

import os
from collections.abc import Iterator
from errno import EINVAL, EIO
from pathlib import Path

import pytest

from data.core import durable, files, keys
from data.core.settings import settings
from models.errors import Unavailable


@pytest.fixture
def synced(monkeypatch) -> Iterator[list[Path]]:
    """The files and folders that were synced, in order."""
    found: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda opened: found.append(Path(f"/proc/self/fd/{opened}").readlink()))
    return found


def test_a_folder_is_synced_into_each_folder_above_it_once(tmp_path, synced):
    durable.make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    assert synced[-2:] == [tmp_path, tmp_path / "a"]
    synced.clear()
    durable.make_folder(tmp_path / "a" / "b")
    assert synced == []


def test_a_folder_that_was_taken_away_is_synced_again(tmp_path, synced):
    durable.make_folder(tmp_path / "a")
    (tmp_path / "a").rmdir()
    synced.clear()
    durable.make_folder(tmp_path / "a")
    assert synced == [tmp_path]


def test_a_folder_may_be_named_from_where_one_stands_and_through_a_link(tmp_path, synced, monkeypatch):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path)
    durable.make_folder(Path("link/a"))
    assert (tmp_path / "real" / "a").is_dir() and synced[-1] == tmp_path / "real"


def test_the_bytes_are_synced_before_the_name(tmp_path, synced):
    (tmp_path / "part").write_bytes(b"x")
    durable.name(tmp_path / "part", tmp_path / "whole")
    assert synced == [tmp_path / "part", tmp_path] and (tmp_path / "whole").read_bytes() == b"x"


def test_a_file_that_cannot_be_synced_gets_no_name(monkeypatch):
    def fail(_opened: int) -> None:
        raise OSError(EIO, "the disk is broken")

    files.keep("a.txt", b"a")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Unavailable):
        files.keep("b.txt", b"b")
    stored = [path for path in (settings().var / "files").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in stored] == [b"a"]


@pytest.mark.parametrize(("error", "goes_on"), [(EINVAL, True), (EIO, False)])
def test_a_file_system_that_syncs_no_folders_is_left_alone(tmp_path, monkeypatch, error, goes_on):
    def fail(_opened: int) -> None:
        raise OSError(error, "no")

    monkeypatch.setattr(os, "fsync", fail)
    if goes_on:
        durable.sync_folder(tmp_path)
    else:
        with pytest.raises(OSError, match="no"):
            durable.sync_folder(tmp_path)


def test_a_key_that_another_process_has_made_is_synced_before_it_is_used(synced):
    keys.first()
    synced.clear()
    keys.first()
    assert settings().var in synced
