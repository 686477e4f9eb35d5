"""The file store: bytes named by their SHA-256, at whatever URL the settings give (file://, s3://, …)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, cast
from uuid import uuid4

import fsspec
import puremagic
from fsspec.implementations.local import LocalFileSystem

from data.core import durable
from data.core.clock import now
from data.core.settings import settings
from models.errors import Refused

FRESH = timedelta(days=1)  # so old are bytes at least before a purge may find that nothing refers to them
_TEXT_MIMES = {"csv": "text/csv", "log": "text/plain", "txt": "text/plain", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class Content:
    """A file as it was sent, to be read once. Close the stream."""

    name: str
    mime: str
    size: int
    stream: IO[bytes]


def require_fit(name: str, size: int) -> None:
    """Raises Refused when the file is empty or too large, saying which and how large it may be."""
    limit = settings().max_file_mb
    if not size:
        raise Refused("The file “{name}” is empty.", name=name)
    if size > limit * 1024 * 1024:
        raise Refused("The file “{name}” is too large: {limit} MB at most.", name=name, limit=limit)


def keep(name: str, content: bytes) -> tuple[str, str]:
    """Store the bytes once, whoever sends them again; give their hash and their MIME type.

    Raises Refused when the file is empty or too large.
    """
    require_fit(name, len(content))
    digest = hash_of(content)
    system, path = _place(digest)
    _make_folder_durably(system, path.rpartition("/")[0])
    if _is_fresh(system, path):
        _sync_name(system, path)
    else:
        # Written aside and moved, so that a process killed half-way leaves no half file under a true name.
        aside = f"{path}.{uuid4().hex}.part"  # a name of its own: another may be storing the same
        try:
            system.pipe_file(aside, content)
            _name_durably(system, aside, path)
        finally:
            if system.exists(aside):
                system.rm_file(aside)
    return digest, mime_of(name, content)


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read(digest: str) -> IO[bytes]:
    system, path = _place(digest)
    return cast(IO[bytes], system.open(path, "rb"))


def mime_of(name: str, content: bytes) -> str:
    """What the content is, whatever its name claims; the name only tells kinds of plain text apart."""
    try:
        found = puremagic.from_string(content, mime=True)
        if found:
            return str(found)
    except (puremagic.PureError, ValueError):
        pass
    try:
        content[:4096].decode()
    except UnicodeDecodeError as error:
        if error.start < len(content[:4096]) - 4:
            return "application/octet-stream"
    return _TEXT_MIMES.get(name.rpartition(".")[2].lower(), "text/plain")


def _is_fresh(system: Any, path: str) -> bool:
    """Are the bytes there, and newer than anything that a purge may take away? Older ones are written again."""
    try:
        modified: datetime = system.modified(path)
    except (FileNotFoundError, NotImplementedError):
        return False
    return now() - modified < FRESH / 2


def _make_folder_durably(system: Any, folder: str) -> None:
    """Other file systems than the machine's own have a durability of their own; so below."""
    if isinstance(system, LocalFileSystem):
        durable.make_folder(Path(folder))
    else:
        system.makedirs(folder, exist_ok=True)


def _name_durably(system: Any, aside: str, path: str) -> None:
    if isinstance(system, LocalFileSystem):
        durable.name(Path(aside), Path(path))
    else:
        system.mv(aside, path)


def _sync_name(system: Any, path: str) -> None:
    """For a file that another has stored, who may be about to sync its name."""
    if isinstance(system, LocalFileSystem):
        durable.sync_folder(Path(path).parent)


def _place(digest: str) -> tuple[Any, str]:
    system, root = fsspec.core.url_to_fs(settings().files_url)
    return system, f"{root}/{digest[:2]}/{digest}"
