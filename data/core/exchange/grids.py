"""Reads the rows of a file that people made in a spreadsheet, CSV or XLSX, told apart by what they are, not by name.

Every cell comes as text: dates in ISO 8601, whole numbers without a decimal point. Nothing of the file is trusted: it
is read row by row within limits, and whatever is wrong with the whole of it is refused in words.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from data.core.exchange import grid_csv, grid_xlsx
from data.core.exchange.sums import Progress, unwatched
from data.core.uploads import Upload, plain_name
from models.errors import Refused

MOST_BYTES = 100_000_000
MOST_ROWS = 200_000  # that hold something, the header among them
MOST_COLUMNS = 200
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # .xlsx is a ZIP archive; .xls, and .xlsx with a password, are not

Row = tuple[int, list[str]]  # its line, counted from 1 as the spreadsheet does, and its cells


@dataclass(frozen=True, slots=True)
class Look:
    """The sheets to choose from, none in CSV; the names of the columns and the first rows of the sheet looked at."""

    sheets: tuple[str, ...]
    sheet: str
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]


def look(upload: Upload, sheet: str = "", sample: int = 5) -> Look:
    """At a sheet, the first one without a name. Raises Refused as `rows` does."""
    sheets = grid_xlsx.sheets(upload) if _is_workbook(upload) else ()
    found = rows(upload, sheet)
    _, header = next(found)
    first = [tuple(_fitted(cells, len(header))) for _, (_, cells) in zip(range(sample), found, strict=False)]
    return Look(sheets, sheet or next(iter(sheets), ""), tuple(header), tuple(first))


def rows(upload: Upload, sheet: str = "", progress: Progress = unwatched) -> Iterator[Row]:
    """The names of the columns first, then each row that holds something; a row may be shorter or longer than they.

    Raises Refused for what is no such file: empty, of another kind, damaged, too large, or with macros or a password.
    """
    source = grid_xlsx.rows(upload, sheet, progress) if _is_workbook(upload) else grid_csv.rows(upload, progress)
    name, width, count = plain_name(upload.name), 0, 0
    for line, cells in source:
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        count += 1
        if count > MOST_ROWS:
            raise Refused("{file} has more than {most} rows. Split it.", file=name, most=MOST_ROWS)
        if len(cells) > MOST_COLUMNS:
            raise Refused("{file}, row {line}: more than {most} columns.", file=name, line=line, most=MOST_COLUMNS)
        width = width or len(cells)
        yield line, _fitted(cells, width)
    if not count:
        raise Refused("{file} is empty: its first row names the columns.", file=name)


def _is_workbook(upload: Upload) -> bool:
    name, size, head = plain_name(upload.name), upload.size, upload.content[:4]
    if not size:
        raise Refused("{file} is empty: its first row names the columns.", file=name)
    if size > MOST_BYTES:
        raise Refused("{file} is larger than {most} MB. Split it.", file=name, most=MOST_BYTES // 1_000_000)
    if head == _OLD:
        raise Refused(
            "{file} is an Excel file of the old kind, or has a password. Save it as .xlsx without a password.",
            file=name,
        )
    return head == _ZIP


def _fitted(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))
