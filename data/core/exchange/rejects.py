"""The file of the rows that could not be imported, and why."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from data.core.cells import guarded, unguarded
from data.core.exchange.sums import Sums
from data.core.settings import settings
from models.errors import Refused

MOST_TEXT = 200_000_000  # characters: a few megabytes of bad rows, packed, would fill the disk


class Bad(Exception):
    """The row cannot be used; the text is the reason, the same for all rows of its kind."""


class Rejects:
    """Counts bad rows, and writes each with its line and reason; the file is made for the first one."""

    def __init__(self, source: Path, header: Sequence[str], sums: Sums, stack: ExitStack) -> None:
        self._name = source.name.removesuffix(".gz").removesuffix(".csv") + ".rejects.csv"
        self._folder, self._header, self._sums, self._stack = source.parent, header, sums, stack
        self._file: IO[str] | None = None
        self._text = 0

    def add(self, line: int, reason: str, cells: Sequence[str]) -> None:
        """Raises Refused where nearly everything is bad."""
        self._sums.rejected[reason] += 1
        self._text += len(reason) + sum(map(len, cells))
        if self._text > MOST_TEXT:
            count = self._sums.bad
            raise Refused("{count} rows cannot be imported, the last one for: {why}.", count=count, why=reason)
        if self._file is None:
            self._file = self._stack.enter_context(self._begun())
            self._write("line", "reason", self._header)
        self._write(line, reason, cells)

    def _write(self, line: int | str, reason: str, cells: Sequence[str]) -> None:
        """What an export guarded stays as it is, and what nobody guarded is safe to open."""
        safe = (guarded(unguarded(cell)) for cell in cells)
        csv.writer(self._file).writerow([line, reason, *safe])  # type: ignore[arg-type]

    def _begun(self) -> IO[str]:
        """Beside the input or, where nothing may be written, in the desk's own folder. Raises Refused where neither."""
        for folder in (self._folder, settings().var):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                opened = (folder / self._name).open("w", encoding="utf-8", newline="")
            except OSError:
                continue
            self._sums.rejects = folder / self._name
            return opened
        raise Refused("{file} can be written neither beside the input nor in {folder}.", file=self._name, folder=folder)


@contextmanager
def rejects(source: Path, header: Sequence[str], sums: Sums) -> Iterator[Rejects]:
    with ExitStack() as stack:
        yield Rejects(source, header, sums, stack)
