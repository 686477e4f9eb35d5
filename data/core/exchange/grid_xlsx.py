"""Reads XLSX: what its visible sheets show, one row in memory at a time. Formulas count as what they last came to."""

import logging
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from io import BytesIO
from struct import error as struct_error
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

from defusedxml import DefusedXmlException
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import CELL_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from data.core.cells import tidy
from data.core.exchange.sums import Progress
from data.core.exchange.xml_parts import (
    LARGEST,
    LARGEST_STRINGS,
    LONGEST_TEXT,
    Archive,
    Chunks,
    Forbidden,
    TooLarge,
    TooLong,
    elements,
)
from data.core.uploads import Upload, plain_name
from models.errors import Refused

log = logging.getLogger("guichet")

MERGED_TAG, STRING_TAG, TEXT_TAG = (f"{{{SHEET_MAIN_NS}}}{name}" for name in ("mergeCell", "si", "t"))
_MOST_PARTS, _MOST_STRINGS, _MOST_MERGED = 5_000, 2_000_000, 100_000
_EMPTY_ARCHIVE = b"PK\x05\x06" + bytes(18)
# What a damaged file does to the libraries that read it.
_DAMAGED = (
    *(BadZipFile, zlib.error, struct_error, ExpatError, ParseError, DefusedXmlException, Forbidden),
    *(InvalidFileException, LookupError, ValueError, TypeError, AttributeError, ArithmeticError),
    *(EOFError, OSError, NotImplementedError, RuntimeError),
)
_WIDEST, _LOWEST = 16_384, 1_048_576  # columns and rows of a sheet, says Excel
_TOLD_EVERY = 500
_NOT_CALCULATED = "#CALC!"
ERRORS = frozenset({*ERROR_CODES, _NOT_CALCULATED, "#SPILL!", "#GETTING_DATA"})


def sheets(upload: Upload) -> tuple[str, ...]:
    """The names of those that are seen. Raises Refused where there are none."""
    with _opened(upload) as reader:
        return tuple(_parts(reader, plain_name(upload.name)))


def rows(upload: Upload, sheet: str, progress: Progress) -> Iterator[tuple[int, list[str]]]:
    """Of the sheet of that name, the first without one. Raises Refused for merged cells below the header."""
    name = plain_name(upload.name)
    with _opened(upload) as reader:
        parts = _parts(reader, name)
        if sheet and sheet not in parts:
            raise Refused("{file} has no sheet called {sheet}.", file=name, sheet=sheet)
        part = parts[sheet or next(iter(parts))]
        _read_strings(reader)
        apply_stylesheet(reader.archive, reader.wb)
        source = reader.archive.chunks(part)
        parser = _Parser(source, reader, name)
        total, head = reader.archive.getinfo(part).file_size, 0
        for count, (line, cells) in enumerate(parser.rows(), 1):
            if count % _TOLD_EVERY == 0:
                progress(source.tell(), total)
            texts = [_text(value) for value in cells]
            head = head or (line if any(texts) else 0)
            yield line, texts
        _require_unmerged([one for one in parser.merged if range_boundaries(one)[3] > head], name)
        progress(total, total)


class _Parser(WorkSheetParser):  # type: ignore[misc]
    """Takes rows apart as they pass: neither a sheet that claims to be huge nor a row that is one fills the memory."""

    row_counter: int
    col_counter: int

    def __init__(self, source: Chunks, reader: ExcelReader, name: str) -> None:
        book = reader.wb
        super().__init__(
            source,
            reader.shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        self.merged: list[str] = []
        self._name = name

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        cells: list[Any] = []
        count = 0  # also of cells that stand in the place of others
        for happened, element in elements(self.source, (CELL_TAG, MERGED_TAG), (ROW_TAG,)):
            if element.tag == CELL_TAG:
                count += 1
                self._require_narrow(count)
                self._put(element, cells)
            elif element.tag == MERGED_TAG:
                self._merge(element.get("ref", ""))
            elif happened == "start":
                cells, count, self.col_counter = [], 0, 0
                self.row_counter = int(element.get("r") or self.row_counter + 1)
                if self.row_counter > _LOWEST:
                    raise Refused("{file} has more than {most} rows. Split it.", file=self._name, most=_LOWEST)
            else:
                yield self.row_counter, cells

    def _put(self, element: Any, cells: list[Any]) -> None:
        value = self.parse_cell(element)["value"]
        if value is None and element.get("t") != "str" and element.find(FORMULA_TAG) is not None:
            value = _NOT_CALCULATED  # a formula that came to an empty text says so
        self._require_narrow(self.col_counter)
        if value is not None:
            cells.extend([None] * (self.col_counter - len(cells)))
            cells[self.col_counter - 1] = value

    def _require_narrow(self, columns: int) -> None:
        if columns > _WIDEST:
            raise Refused(
                "{file}, row {line}: more than {most} columns.", file=self._name, line=self.row_counter, most=_WIDEST
            )

    def _merge(self, cells: str) -> None:
        if len(self.merged) == _MOST_MERGED:
            raise TooLarge
        self.merged.append(cells)


@contextmanager
def _opened(upload: Upload) -> Iterator[ExcelReader]:
    """A file that nobody trusts is refused in words, whatever is wrong with it."""
    name = plain_name(upload.name)
    try:
        with Archive(upload.content) as archive:
            _require_harmless(archive, name)
            reader = ExcelReader(BytesIO(_EMPTY_ARCHIVE), read_only=True, data_only=True, keep_links=False)
            reader.archive, reader.valid_files = archive, archive.namelist()
            reader.read_manifest()
            reader.read_workbook()
            yield reader
    except TooLarge:
        raise Refused("{file} is too large once it is unpacked. Split it.", file=name) from None
    except TooLong:
        raise Refused("{file} has a cell with more than {most} characters.", file=name, most=LONGEST_TEXT) from None
    except _DAMAGED as error:
        log.info("A workbook could not be read: %s", type(error).__name__, exc_info=error)
        raise Refused("{file} is damaged: Excel itself may be able to repair and save it.", file=name) from None


def _require_harmless(archive: Archive, name: str) -> None:
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise Refused("{file} is neither a CSV file nor an Excel workbook (.xlsx).", file=name)
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("{file} has a password. Save it without one.", file=name)
    if any(one.endswith("vbaproject.bin") for one in names):
        raise Refused("{file} holds macros. Save it as a workbook without macros (.xlsx).", file=name)
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > LARGEST:
        raise TooLarge


def _read_strings(reader: ExcelReader) -> None:
    """The texts that cells share. openpyxl would keep every element of them."""
    part = reader.package.find(SHARED_STRINGS)
    if part is None:
        return
    source = reader.archive.chunks(part.PartName[1:], LARGEST_STRINGS)
    for _, element in elements(source, (STRING_TAG,), ()):
        if len(reader.shared_strings) == _MOST_STRINGS:
            raise TooLarge
        # Most are one plain text, for which openpyxl takes ten times as long.
        plain = element.findtext(TEXT_TAG, "") if len(element) <= 1 else ""
        text = plain or (Text.from_tree(element).content if len(element) else "")
        reader.shared_strings.append(text.replace("x005F_", ""))


def _parts(reader: ExcelReader, name: str) -> dict[str, str]:
    """Where the visible sheets lie in the archive, by name."""
    found = {
        sheet.name: rel.target
        for sheet, rel in reader.parser.find_sheets()
        if sheet.state == "visible" and "chartsheet" not in rel.Type
    }
    if not found:
        raise Refused("{file} shows no sheet: all of them are hidden.", file=name)
    return found


def _require_unmerged(merged: list[str], name: str) -> None:
    if merged:
        ranges = ", ".join(merged[:5]) + ("…" if len(merged) > 5 else "")
        raise Refused(
            "{file} has merged cells: {cells}. Unmerge them, so that each row says all.", file=name, cells=ranges
        )


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            midnight = value.time() == time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return tidy(str(value))
