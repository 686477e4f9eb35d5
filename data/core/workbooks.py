"""Lists as files that people open in a spreadsheet: CSV and XLSX, whose cells are never taken for formulas.

A row holds texts, numbers, dates, moments and None; the caller has translated the header and whatever has words.
Moments are written in the desk's zone. Rows are taken one by one: memory holds the file alone, however many there are.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from csv import writer
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, TextIOWrapper
from itertools import chain, islice
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from data.core import disk
from data.core.cells import FORMULA, guarded
from data.core.settings import settings
from models.user import Language

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Value = str | int | float | date | datetime | None

_MEASURED = 200  # rows that decide how wide a column is
_WIDEST = 60
_LONGEST = 32_767  # signs of a cell, says Excel


def csv(columns: Sequence[str], rows: Iterable[Sequence[Value]], language: Language = Language.FRENCH) -> bytes:
    """As spreadsheets of that language open it by a double click: UTF-8 that says so, dates in ISO 8601, and semicolons
    with decimal commas in French, commas with decimal points in English."""
    separator, point = (";", ",") if language == Language.FRENCH else (",", ".")
    whole = BytesIO()
    text = TextIOWrapper(whole, encoding="utf-8-sig", newline="")
    lines = writer(text, delimiter=separator, lineterminator="\r\n")
    lines.writerow([guarded(column) for column in columns])
    lines.writerows([_text(value, point) for value in row] for row in rows)
    text.flush()
    return whole.getvalue()


def xlsx(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """One sheet with a header that stays in sight, and filters on it. Numbers, dates and moments stay what they are."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    left = iter(rows)
    with disk.in_words(), _nothing_left_of(sheet):
        first = list(islice(left, _MEASURED))
        for place in range(len(columns)):
            widest = max(len(_text(row[place])) for row in [columns, *first])
            sheet.column_dimensions[get_column_letter(place + 1)].width = min(widest, _WIDEST) + 3
        sheet.freeze_panes = "A2"
        sheet.append(_heads(sheet, columns))
        count = 1
        for row in chain(first, left):
            sheet.append([_cell(sheet, value) for value in row])
            count += 1
        sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(columns), 1))}{count}"
        whole = BytesIO()
        book.save(whole)
    return whole.getvalue()


@contextmanager
def _nothing_left_of(sheet: WriteOnlyWorksheet) -> Iterator[None]:
    """Its rows wait in a temporary file, which openpyxl leaves where it lies when something fails."""
    try:
        yield
    except BaseException:
        with suppress(Exception):
            sheet.close()
        if sheet._writer is not None and Path(sheet._writer.out).exists():
            sheet._writer.cleanup()
        raise


def _text(value: Value, point: str = ".") -> str:
    match value:
        case None:
            return ""
        case str():
            return guarded(value)
        case datetime():
            return f"{_local(value):%Y-%m-%d %H:%M:%S}"
        case float():
            return format(Decimal(str(value)), "f").replace(".", point)
        case _:
            return str(value)


def _heads(sheet: WriteOnlyWorksheet, columns: Sequence[str]) -> Iterator[WriteOnlyCell]:
    for column in columns:
        head = _plain(sheet, column)
        head.font = Font(bold=True)
        yield head


def _cell(sheet: WriteOnlyWorksheet, value: Value) -> object:
    match value:
        case str():
            kept = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST]
            return _plain(sheet, kept) if kept.startswith((*FORMULA, "#")) else kept
        case datetime():
            return _local(value)
        case _:
            return value


def _plain(sheet: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    """A text and nothing else, also once somebody has edited the cell: as if typed with an apostrophe before it."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(FORMULA)
    return cell


def _local(at: datetime) -> datetime:
    """Spreadsheets know no zones, and no microseconds that anybody could read."""
    return (at.astimezone(settings().zone) if at.tzinfo else at).replace(tzinfo=None, microsecond=0)
