"""Where an export goes: a CSV file, and a folder of the files that rows name, each called by its hash."""

import csv
import gzip
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, cast

from sqlalchemy import func

from data.core import durable, files, scope
from data.core.desk import OpenDesk
from data.core.exchange import guichet_files, shape
from data.core.exchange.carried import LeftOut
from data.core.exchange.outgoing_rows import Record
from models.errors import DamagedFile, MissingFile, Refused

NAMED = 1000  # files that are lost; beyond, only their number is kept
_BLOCK = 1024 * 1024
_OWNER = {"attachment": "reference", "document": "client", "article": "subject"}  # whose file it is


class Lost(NamedTuple):
    """A file that is not in the export: of a ticket, by its reference, of a client or of an article."""

    owner: str
    name: str
    why: Literal["missing", "damaged", "unreadable"]


@dataclass
class Written:
    rows: int = 0
    tickets: int = 0
    files: int = 0
    lost: int = 0  # rows whose file the store does not have as it was sent
    named: list[Lost] = field(default_factory=list)  # the first of them
    left_out: tuple[tuple[int, LeftOut], ...] = ()


class Destination:
    def __init__(self, text: IO[str], folder: Path) -> None:
        self.written = Written()
        self._writer, self._folder = csv.writer(text), folder
        self._writer.writerow(shape.COLUMNS)

    def write(self, record: Record) -> None:
        kind, values = record
        self._writer.writerow(shape.write(kind, values))
        self.written.rows += 1
        if kind == "ticket":
            self.written.tickets += 1
        if kind in _OWNER and values.get("sha256"):
            self._add_file(kind, values)

    def _add_file(self, kind: str, values: dict[str, Any]) -> None:
        why = self._copy(values["sha256"], values["size"])
        if why is not None:
            self.written.lost += 1
            if len(self.written.named) < NAMED:
                self.written.named.append(Lost(values[_OWNER[kind]], values["name"], why))

    def _copy(self, digest: str, size: int) -> Literal["missing", "damaged", "unreadable"] | None:
        """None when the folder has the file, whole."""
        place = self._folder / digest
        if place.exists():
            return None
        self._folder.mkdir(exist_ok=True)
        aside = place.with_suffix(".part")
        copied, hashed = 0, hashlib.sha256()
        try:
            with aside.open("wb") as copy:
                for block in _blocks(digest):
                    copied += len(block)
                    hashed.update(block)
                    copy.write(block)
            if (copied, hashed.hexdigest()) != (size, digest):
                return "damaged"
            durable.name(aside, place)
        except _Unreadable as error:
            return _why(error.__cause__)
        finally:
            aside.unlink(missing_ok=True)
        self.written.files += 1
        return None


def _why(error: BaseException | None) -> Literal["missing", "damaged", "unreadable"]:
    if isinstance(error, MissingFile):
        return "missing"
    return "damaged" if isinstance(error, DamagedFile) else "unreadable"


class _Unreadable(Exception):
    """The store, not the destination, is what fails."""


def _blocks(digest: str) -> Iterator[bytes]:
    try:
        with files.read(digest) as content:
            while block := content.read(_BLOCK):
                yield block
    except Exception as error:  # each file system has exceptions of its own
        raise _Unreadable from error


@contextmanager
def opened(path: Path) -> Iterator[Destination]:
    """Both are written aside and get their names once they are whole; a former export stays until then.

    Only a file is ever replaced: no folder, and no device of the system.
    """
    if path.exists() and not path.is_file():
        raise Refused("{file} is not a file. Choose the name of the file to write.", file=path)
    aside, folder = path.with_name(f"{path.name}.part"), guichet_files.folder(path)
    folder_aside = folder.with_name(f"{folder.name}.part")
    try:
        shutil.rmtree(folder_aside, ignore_errors=True)  # of an export that was killed
        with aside.open("wb") as raw:
            packed = gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if path.suffix == ".gz" else None
            with TextIOWrapper(cast(IO[bytes], packed or raw), encoding="utf-8", newline="") as text:
                yield Destination(text, folder_aside)
        _put_in_place(folder_aside, folder)
        durable.name(aside, path)
    except OSError as error:
        raise Refused("{file} cannot be written: {why}.", file=path, why=error.strerror or error) from None
    finally:
        aside.unlink(missing_ok=True)
        shutil.rmtree(folder_aside, ignore_errors=True)


def _put_in_place(made: Path, folder: Path) -> None:
    """Where a former export lies its files stay, for until its CSV file is replaced it names them."""
    if not made.exists():
        return
    if not folder.exists():
        made.replace(folder)
        return
    for file in made.iterdir():
        file.replace(folder / file.name)
    durable.sync_folder(folder)


def count(desk: OpenDesk) -> int:
    counted = scope.tickets(desk).with_only_columns(func.count(), maintain_column_froms=True)
    return int(desk.session.execute(counted).scalar_one())
