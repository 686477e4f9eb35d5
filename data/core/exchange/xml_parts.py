"""Reads the parts of a workbook that nobody trusts: bytes are counted as they come out of the archive, whatever the
archive says of itself, no document type is taken in any encoding, and what is read is forgotten at once.
"""

import struct
import zipfile
from collections.abc import Collection, Iterator
from io import BytesIO
from typing import IO, Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

LARGEST = 300_000_000  # bytes of all parts that are read, unpacked
LARGEST_STRINGS = 150_000_000  # they are held in memory
LARGEST_PART = 8_000_000  # any other part is read as a whole
MOST_ELEMENTS = 300_000  # of a part that is read as a whole
LONGEST_TEXT = 32_767  # characters of a cell, says Excel
LONGEST_TOKEN = 1_000_000  # bytes of one tag with its attributes, or of a comment: the parser holds them
MOST_PIECES = 2_000  # elements of one cell: its letters may be of many fonts
_LARGEST_DIRECTORY = 2_000_000  # bytes of the list of parts
_CHUNK = 64 * 1024
_END = struct.Struct("<4s4H2LH")  # the record at the end of an archive


class TooLarge(Exception):
    """More comes out of the archive than a workbook of that size on disk holds."""


class TooLong(Exception):
    """A cell holds more text than a spreadsheet takes."""


class Forbidden(Exception):
    """A document type is declared: no workbook has one, and bombs of entities do."""


class Archive(zipfile.ZipFile):
    """Counts what is read."""

    def __init__(self, content: bytes) -> None:
        _require_short_directory(content)
        self._left = LARGEST
        super().__init__(BytesIO(content))

    def read(self, name: Any, pwd: bytes | None = None) -> bytes:
        """A whole part, once it is known to be harmless. It is small, or the archive is none of ours."""
        with self.open(name, pwd=pwd) as part:
            content = part.read(LARGEST_PART + 1)
        if len(content) > LARGEST_PART:
            raise TooLarge
        self.count(len(content))
        for _ in elements(BytesIO(content), (), ()):
            pass
        return content

    def chunks(self, name: str, most: int = LARGEST) -> "Chunks":
        """A part that is read bit by bit."""
        return Chunks(self, self.open(name), most)

    def count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise TooLarge


class Chunks:
    """The bytes of one part, counted."""

    def __init__(self, archive: Archive, source: IO[bytes], most: int) -> None:
        self._archive, self._source, self._left = archive, source, most

    def read(self, size: int) -> bytes:
        chunk = self._source.read(size)
        self._archive.count(len(chunk))
        self._left -= len(chunk)
        if self._left < 0:
            raise TooLarge
        return chunk

    def tell(self) -> int:
        return self._source.tell()


def elements(source: Any, whole: Collection[str], begun: Collection[str]) -> Iterator[tuple[str, Element]]:
    """("start", element) with its attributes for each of the tags `begun`, ("end", element) with all it holds for
    each of the tags `whole`, ("end", element) without anything for those of `begun`. The rest is parsed and dropped.
    """
    reader, fed = _Reader(frozenset(whole), frozenset(begun)), 0
    while chunk := source.read(_CHUNK):
        reader.parser.Parse(chunk, False)
        fed += len(chunk)
        if fed - reader.parser.CurrentByteIndex > LONGEST_TOKEN:
            raise TooLarge
        yield from reader.taken()
    reader.parser.Parse(b"", True)
    yield from reader.taken()


class _Reader:
    """Builds the elements that are asked for, and nothing else."""

    def __init__(self, whole: frozenset[str], begun: frozenset[str]) -> None:
        self._whole, self._begun, self._all = whole, begun, not whole and not begun
        self._found: list[tuple[str, Element]] = []
        self._builder: TreeBuilder | None = None
        self._depth = self._pieces = self._characters = 0
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._count if self._all else self._start
        if not self._all:
            self.parser.EndElementHandler = self._end
            self.parser.CharacterDataHandler = self._data

    def taken(self) -> list[tuple[str, Element]]:
        found, self._found = self._found, []
        return found

    def _refuse(self, *_: object) -> None:
        raise Forbidden

    def _count(self, _name: str, _attributes: object) -> None:
        self._pieces += 1
        if self._pieces > MOST_ELEMENTS:
            raise TooLarge

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _tag(name)
        if self._builder is None:
            if tag in self._begun:
                self._found.append(("start", Element(tag, attributes)))
            if tag not in self._whole:
                return
            self._builder, self._depth, self._pieces, self._characters = TreeBuilder(), 0, 0, 0
        self._depth += 1
        self._pieces += 1
        if self._pieces > MOST_PIECES:
            raise TooLong
        self._builder.start(tag, {_tag(key): value for key, value in attributes.items()})

    def _data(self, text: str) -> None:
        if self._builder is None:
            return
        self._characters += len(text)
        if self._characters > 2 * LONGEST_TEXT:  # a formula stands beside what it came to
            raise TooLong
        self._builder.data(text)

    def _end(self, name: str) -> None:
        tag = _tag(name)
        if self._builder is None:
            if tag in self._begun:
                self._found.append(("end", Element(tag)))
            return
        self._builder.end(tag)
        self._depth -= 1
        if not self._depth:
            self._found.append(("end", self._builder.close()))
            self._builder = None


def _tag(name: str) -> str:
    return "{" + name if "}" in name else name


def _require_short_directory(content: bytes) -> None:
    """The list of parts is read before anything else, all of it: a thousand parts take less than 100 kB."""
    at = content.rfind(b"PK\x05\x06", -(2**16 + _END.size))
    if at < 0 or len(content) - at < _END.size:
        raise zipfile.BadZipFile
    if _END.unpack_from(content, at)[5] > _LARGEST_DIRECTORY:
        raise TooLarge
