"""Reads CSV as spreadsheets write it: in whatever encoding, with whatever separator."""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections import Counter
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper

from data.core.cells import tidy, unguarded
from data.core.exchange.csv_lines import Lines, is_long_cell
from data.core.exchange.sums import Progress
from data.core.uploads import Upload, plain_name
from models.errors import Refused

LONGEST_CELL = 32_767  # characters, as in a workbook
_SEPARATORS = ";,\t|"  # of those that occur as often, the first
_TOLD_EVERY = 1000
_LOOKED_AT = 20_000  # characters that tell the separator
_CHUNK = 1_000_000  # bytes


def rows(upload: Upload, progress: Progress) -> Iterator[tuple[int, list[str]]]:
    """Raises Refused, with the line, for quotation marks that do not match, a cell or a row that is too long."""
    name, content = plain_name(upload.name), upload.content
    text = TextIOWrapper(BytesIO(content), _encoding(content, name), newline="")
    separator, named = _separator(text.read(_LOOKED_AT))
    text.seek(0)
    if named:
        text.readline()
    total = content.count(b"\n") + 1
    lines = Lines(text, name, first=2 if named else 1)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for cells in reader:
            # A cell may hold line breaks: a row's line is that on which it begins.
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise _long_cell(name, lines)
            yield lines.begun, [tidy(unguarded(cell)) for cell in cells]
            lines.begin()
            if lines.begun % _TOLD_EVERY == 0:
                progress(lines.begun, total)
    except csv.Error as error:
        if is_long_cell(error):
            raise _long_cell(name, lines) from None
        raise Refused("{file}, row {line}: the quotation marks do not match.", file=name, line=lines.begun) from None
    progress(total, total)


def _long_cell(name: str, lines: Lines) -> Refused:
    message = "{file}, row {line}: a cell has more than {most} characters."
    return Refused(message, file=name, line=lines.begun, most=LONGEST_CELL)


def _encoding(content: bytes, name: str) -> str:
    """What says its encoding is believed; else it is UTF-8, or what French Windows writes."""
    marks = ((BOM_UTF8, "utf-8-sig"), (BOM_UTF16_LE, "utf-16"), (BOM_UTF16_BE, "utf-16"))
    marked = next((encoding for mark, encoding in marks if content.startswith(mark)), "")
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        if _fits(content, encoding):
            return encoding
    raise Refused("{file} is neither a CSV file nor an Excel workbook (.xlsx).", file=name)


def _fits(content: bytes, encoding: str) -> bool:
    decoder = getincrementaldecoder(encoding)()
    try:
        pieces = (decoder.decode(content[at : at + _CHUNK]) for at in range(0, len(content), _CHUNK))
        return not any("\0" in piece for piece in pieces) and decoder.decode(b"", True) == ""
    except UnicodeDecodeError:
        return False


def _separator(text: str) -> tuple[str, bool]:
    """What parts the columns, and whether a line before them names it, as Excel does."""
    first = text[:10].partition("\n")[0].rstrip("\r")
    if len(first) == 5 and first.startswith("sep="):
        return first[4], True
    counted: Counter[str] = Counter()
    quoted = False
    for sign in text.lstrip():
        if sign == '"':
            quoted = not quoted
        elif not quoted and sign in "\r\n":
            break
        elif not quoted and sign in _SEPARATORS:
            counted[sign] += 1
    return max(_SEPARATORS, key=lambda sign: counted[sign]), False
