"""Where an export goes: a CSV file, and a folder of the files that were attached, named by their hash."""

import csv
import gzip
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO, cast

from sqlalchemy import func

from data.core import files, scope
from data.core.desk import OpenDesk
from data.core.exchange import guichet_files, shape
from data.core.exchange.outgoing import Record
from models.errors import DamagedFile, Refused


@dataclass
class Written:
    rows: int = 0
    tickets: int = 0
    files: int = 0
    lost: int = 0  # files whose bytes the store does not have, or has damaged


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
        if kind == "attachment":
            self._keep(values["sha256"])

    def _keep(self, digest: str) -> None:
        place = self._folder / digest
        if place.exists():
            return
        self._folder.mkdir(exist_ok=True)
        aside = place.with_suffix(".part")
        try:
            with files.read(digest) as content, aside.open("wb") as copy:
                shutil.copyfileobj(content, copy)
            aside.replace(place)
        except DamagedFile:
            self.written.lost += 1
            return
        finally:
            aside.unlink(missing_ok=True)
        self.written.files += 1


@contextmanager
def opened(path: Path) -> Iterator[Destination]:
    """The file gets its name when it is whole. Only a file is ever replaced: no folder, and no device of the system."""
    if path.exists() and not path.is_file():
        raise Refused("{file} is not a file. Choose the name of the file to write.", file=path)
    aside = path.with_name(f"{path.name}.part")
    try:
        with aside.open("wb") as raw:
            packed = gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if path.suffix == ".gz" else None
            with TextIOWrapper(cast(IO[bytes], packed or raw), encoding="utf-8", newline="") as text:
                yield Destination(text, guichet_files.folder(path))
        aside.replace(path)
    except OSError as error:
        raise Refused("{file} cannot be written: {why}.", file=path, why=error.strerror or error) from None
    finally:
        aside.unlink(missing_ok=True)


def count(desk: OpenDesk) -> int:
    counted = scope.tickets(desk).with_only_columns(func.count(), maintain_column_froms=True)
    return int(desk.session.execute(counted).scalar_one())
