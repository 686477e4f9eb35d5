"""The file store: bytes named by their SHA-256, at whatever URL the settings give (file://, s3://, …)."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from errno import EIO
from pathlib import Path
from time import monotonic
from typing import IO, Any, cast
from uuid import uuid4

import fsspec
import puremagic
from fsspec.implementations.local import LocalFileSystem

from data.core import disk, durable
from data.core.clock import now
from data.core.settings import settings
from models.errors import DamagedFile, DeskError, MissingFile, Refused, Unavailable

FRESH = timedelta(days=1)  # so old are bytes at least before a purge may find that nothing refers to them
CHECKED_FOR = 60  # seconds for which bytes that nobody has written to are not hashed again
_PIECE = 256 * 1024
_MOST_KNOWN = 1000
_TEXT_MIMES = {"csv": "text/csv", "log": "text/plain", "txt": "text/plain", "json": "application/json"}

_verified: dict[
    str, tuple[str, float]
] = {}  # by hash: what the file system said of the file when it was right, and when
_logged: set[str] = set()

log = logging.getLogger("guichet")


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

    Where they are stored already and are damaged, they are stored again, which mends every file that refers to them.
    Raises Refused when the file is empty or too large, and Unavailable when it cannot be stored.
    """
    require_fit(name, len(content))
    digest = hash_of(content)
    try:
        _store(digest, content)
    except DeskError:
        raise
    except Exception as error:  # each file system has exceptions of its own
        if disk.is_full(error):
            raise disk.no_files() from None
        log.error("A file of %d bytes cannot be stored: %s", len(content), error)
        raise Unavailable(
            "Files cannot be stored at present. Send your text without them, and tell the administrator of Guichet."
        ) from None
    return digest, mime_of(name, content)


def _store(digest: str, content: bytes) -> None:
    system, path = _place(digest)
    _make_folder_durably(system, path.rpartition("/")[0])
    if _is_fresh(system, path) and _is_whole(system, path, content):
        _sync_name(system, path)
    else:
        disk.require_room(len(content))
        # Written aside and moved, so that a process killed half-way leaves no half file under a true name.
        aside = f"{path}.{uuid4().hex}.part"  # a name of its own: another may be storing the same
        try:
            system.pipe_file(aside, content)
            _name_durably(system, aside, path)
        finally:
            if system.exists(aside):
                system.rm_file(aside)
        _note_healed(digest)


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read(digest: str) -> IO[bytes]:
    """The stored bytes, checked before the first of them is given. Close the stream.

    Raises DamagedFile when they are gone or are not those that were stored, and Unavailable when they cannot be read.
    """
    system, path = _place(digest)
    try:
        info = repr(system.info(path))
        stream = cast(IO[bytes], system.open(path, "rb"))
        try:
            if not _verified_lately(digest, info):
                _require_hash(stream, digest)
                _remember(digest, info)
                stream.seek(0)
        except BaseException:
            stream.close()
            raise
    except Exception as error:  # each file system has exceptions of its own
        raise _refusal(digest, error) from None
    return stream


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


def _is_whole(system: Any, path: str, content: bytes) -> bool:
    """Are the stored bytes these?"""
    expected, place = memoryview(content), 0
    try:
        if system.size(path) != len(content):
            return False
        with system.open(path, "rb") as stream:
            while piece := stream.read(_PIECE):
                if piece != expected[place : place + len(piece)]:
                    return False
                place += len(piece)
    except OSError:  # a part of the disk that cannot be read
        return False
    return place == len(content)


def _require_hash(stream: IO[bytes], digest: str) -> None:
    found = hashlib.sha256()
    while piece := stream.read(_PIECE):
        found.update(piece)
    if found.hexdigest() != digest:
        raise OSError(EIO, "the bytes have another hash")


def _verified_lately(digest: str, info: str) -> bool:
    """Was the file right a moment ago, and has nobody written to it since? A film is read in many parts, and a ticket
    with pictures is drawn again and again."""
    known = _verified.get(digest)
    return known is not None and known[0] == info and monotonic() - known[1] < CHECKED_FOR


def _remember(digest: str, info: str) -> None:
    if len(_verified) >= _MOST_KNOWN:
        _verified.clear()
    _verified[digest] = info, monotonic()


def _refusal(digest: str, error: Exception) -> Unavailable:
    """In words, and once on the log with the hash, by which a backup has the file, too."""
    gone = isinstance(error, FileNotFoundError)
    if not gone and getattr(error, "errno", None) != EIO:
        log.error("The stored file %s cannot be read: %s", digest, error)
        return Unavailable("Files cannot be read at present. Try again later, or tell the administrator of Guichet.")
    if digest not in _logged:
        if len(_logged) >= _MOST_KNOWN:
            _logged.clear()
        _logged.add(digest)
        log.error("The stored file %s is %s. Restore it from a backup.", digest, "missing" if gone else "damaged")
    if gone:
        return MissingFile(
            "This file is missing on the server. Ask for it to be sent again, or tell the administrator of Guichet: a"
            " backup may have it."
        )
    return DamagedFile(
        "This file is damaged on the server, so it is not handed out. Ask for it to be sent again, or tell the"
        " administrator of Guichet: a backup may have it."
    )


def _note_healed(digest: str) -> None:
    if digest in _logged:
        _logged.discard(digest)
        log.info("The stored file %s is whole again: it was sent once more.", digest)


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
    system.invalidate_cache()  # other processes store, too: what was listed lately is not all that is there
    return system, f"{root}/{digest[:2]}/{digest}"
