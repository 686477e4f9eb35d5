"""Reads a CSV file row by row, plain or gzipped, however large it is."""

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from data.core.exchange.csv_lines import Lines
from data.core.exchange.sums import Progress
from models.errors import Refused

if TYPE_CHECKING:
    from _csv import Reader

GZIP = b"\x1f\x8b"
TOLD_EVERY = 500  # rows
MOST_COLUMNS = 1_000

Row = Mapping[str, str]
# (line, its cells as they stand, its cells by column; None for a row that does not fit the header. A row without cells
# has one that is too long, or broken.)
Line = tuple[int, list[str], Row | None]


def lines(path: Path, columns: Sequence[str], progress: Progress) -> Iterator[Line]:
    """The rows below the header, whose `columns` must be there; blank lines are none.

    Raises Refused for what is no such CSV file: missing, not UTF-8, cut off, without the columns, with an endless line.
    """
    with _opened(path) as (raw, text):
        total = path.stat().st_size
        reader, within = _reader(text, path)
        header = _header(reader, path, columns)
        for count, cells in enumerate(_cells(reader, within), 1):
            if count % TOLD_EVERY == 0:
                progress(raw.tell(), total)
            fits = len(cells) == len(header)
            yield reader.line_num, cells, dict(zip(header, cells, strict=True)) if fits else None
        progress(total, total)


def header(path: Path) -> list[str]:
    """The names of the columns. Raises Refused like `lines`."""
    with _opened(path) as (_, text):
        return _header(_reader(text, path)[0], path, ())


def _cells(reader: "Reader", within: Lines) -> Iterator[list[str]]:
    """A row that the CSV reader gives up on is one without cells."""
    while True:
        within.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield []
            continue
        if cells:
            yield cells


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], TextIOWrapper]]:
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == GZIP
            raw.seek(0)
            plain = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if packed else raw
            yield raw, TextIOWrapper(plain, encoding="utf-8-sig", newline="")
    except UnicodeDecodeError:
        raise Refused("{file} is not UTF-8 text. Save it as CSV UTF-8.", file=path.name) from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise Refused("{file} is damaged: the compressed data end too early or do not fit.", file=path.name) from None
    except OSError as error:
        raise Refused("{file} cannot be read: {why}.", file=path.name, why=error.strerror or error) from None


def _reader(text: TextIOWrapper, path: Path) -> tuple["Reader", Lines]:
    """French spreadsheets part their columns by semicolons."""
    first = text.readline(10_000)
    text.seek(0)
    within = Lines(text, path.name)
    return csv.reader(within, delimiter=";" if first.count(";") > first.count(",") else ","), within


def _header(reader: "Reader", path: Path, columns: Sequence[str]) -> list[str]:
    try:
        names = [name.strip() for name in next(reader, [])]
    except csv.Error:
        names = []
    if not names:
        raise Refused("{file} is no CSV file: it has no header.", file=path.name)
    if len(names) > MOST_COLUMNS:
        raise Refused("{file}, row {line}: more than {most} columns.", file=path.name, line=1, most=MOST_COLUMNS)
    if missing := [name for name in columns if name not in names]:
        raise Refused("{file} lacks these columns: {columns}.", file=path.name, columns=", ".join(missing))
    if len(set(names)) < len(names):
        raise Refused("{file} names a column twice.", file=path.name)
    return names
