"""Feeds Python's CSV reader line by line within limits, however many bytes one line of the file has."""

import csv
from collections.abc import Iterator
from io import TextIOBase

from models.errors import Refused

LONGEST_LINE = 3_000_000  # characters of a row, however many lines it takes


class Lines:
    """The lines of a text. No more than one row of the file is in memory.

    Call `begin` after each row: a row may take several lines, and `begun` is the first of them.
    """

    def __init__(self, text: TextIOBase, name: str, first: int = 1) -> None:
        self._text, self._name = text, name
        self.begun = self._next = first
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        """Raises Refused, with the line, for a row that is too long."""
        while line := self._text.readline(LONGEST_LINE + 1):
            self._length += len(line)
            if self._length > LONGEST_LINE:
                raise Refused(
                    "{file}, row {line}: it has more than {most} characters. Are its quotation marks closed?",
                    file=self._name,
                    line=self.begun,
                    most=LONGEST_LINE,
                )
            self._next += 1
            yield line

    def begin(self) -> None:
        """Another row begins."""
        self.begun, self._length = self._next, 0


def is_long_cell(error: csv.Error) -> bool:
    """Does the reader complain about the length of a cell? It has no other way to say so."""
    return "field limit" in str(error)
