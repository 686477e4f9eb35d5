"""Reads XLSX: what its visible sheets show, one row in memory at a time. Formulas count as what they last came to."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from io import BytesIO
from typing import IO, Any

from openpyxl.cell.cell import ERROR_CODES
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import range_boundaries
from openpyxl.worksheet._reader import CELL_TAG, DATA_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.functions import iterparse

from data.core.cells import tidy
from data.core.exchange.sums import Progress
from data.core.uploads import Upload, plain_name
from models.errors import DeskError, Refused

LARGEST = 300_000_000  # bytes of all parts, unpacked
_LARGEST_STRINGS = 150_000_000  # they are held in memory
_LARGEST_PART = 20_000_000  # any other part is read as a whole
_MOST_PARTS = 5_000
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
        reader.read_strings()
        apply_stylesheet(reader.archive, reader.wb)
        with reader.archive.open(part) as source:
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

    def __init__(self, source: IO[bytes], reader: ExcelReader, name: str) -> None:
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
        data, within = None, False
        cells: list[Any] = []
        for happened, element in iterparse(self.source, ("start", "end")):
            if happened == "start":
                if element.tag == DATA_TAG:
                    data = element
                elif element.tag == ROW_TAG:
                    within, cells, self.col_counter = True, [], 0
                    self.row_counter = int(element.get("r") or self.row_counter + 1)
                    if self.row_counter > _LOWEST:
                        raise Refused("{file} has more than {most} rows. Split it.", file=self._name, most=_LOWEST)
            elif element.tag == CELL_TAG:
                self._put(element, cells)
                element.clear()
            elif element.tag == ROW_TAG and data is not None:
                within = False
                data.clear()
                yield self.row_counter, cells
            elif not within:
                if element.tag.endswith("}mergeCell"):
                    self.merged.append(element.get("ref", ""))
                element.clear()

    def _put(self, element: Any, cells: list[Any]) -> None:
        value = self.parse_cell(element)["value"]
        if value is None and element.get("t") != "str" and element.find(FORMULA_TAG) is not None:
            value = _NOT_CALCULATED  # a formula that came to an empty text says so
        if self.col_counter > _WIDEST:
            raise Refused(
                "{file}, row {line}: more than {most} columns.", file=self._name, line=self.row_counter, most=_WIDEST
            )
        if value is not None:
            cells.extend([None] * (self.col_counter - len(cells)))
            cells[self.col_counter - 1] = value


@contextmanager
def _opened(upload: Upload) -> Iterator[ExcelReader]:
    """What a library finds wrong with a file that nobody trusts comes in many kinds: it is damaged, whichever."""
    name = plain_name(upload.name)
    try:
        with zipfile.ZipFile(BytesIO(upload.content)) as archive:
            _require_harmless(archive, name)
        reader = ExcelReader(BytesIO(upload.content), read_only=True, data_only=True, keep_links=False)
        with reader.archive:
            reader.read_manifest()
            reader.read_workbook()
            yield reader
    except DeskError:
        raise
    except Exception:
        raise Refused("{file} is damaged: Excel itself may be able to repair and save it.", file=name) from None


def _require_harmless(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise Refused("{file} is neither a CSV file nor an Excel workbook (.xlsx).", file=name)
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("{file} has a password. Save it without one.", file=name)
    if any(one.endswith("vbaproject.bin") for one in names):
        raise Refused("{file} holds macros. Save it as a workbook without macros (.xlsx).", file=name)
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or unpacked > LARGEST or any(map(_oversized, parts)):
        raise Refused("{file} is too large once it is unpacked. Split it.", file=name)
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as source:
                if b"<!DOCTYPE" in source.read(1000):  # no workbook has one; bombs of entities do
                    raise Refused("{file} is damaged: Excel itself may be able to repair and save it.", file=name)


def _oversized(part: zipfile.ZipInfo) -> bool:
    if part.filename.startswith("xl/worksheets/") or not part.filename.endswith((".xml", ".rels")):
        return False  # read row by row, or not at all
    most = _LARGEST_STRINGS if part.filename.lower() == "xl/sharedstrings.xml" else _LARGEST_PART
    return part.file_size > most


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
