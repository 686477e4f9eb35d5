"""Reads CSV as spreadsheets write it: in whatever encoding, with whatever separator."""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterator
from io import StringIO

from data.core.cells import tidy, unguarded
from data.core.exchange.sums import Progress
from data.core.uploads import Upload, plain_name
from models.errors import Refused

_SEPARATORS = ";,\t|"  # of those that occur as often, the first
_TOLD_EVERY = 1000
_LOOKED_AT = 20_000  # signs that tell the separator


def rows(upload: Upload, progress: Progress) -> Iterator[tuple[int, list[str]]]:
    """Raises Refused, with the line, for quotation marks that do not match."""
    name = plain_name(upload.name)
    text = _decoded(upload.content, name)
    separator, begin = _separator(text)
    total = text.count("\n") + 1
    reader = csv.reader(StringIO(text[begin:], newline=""), delimiter=separator, strict=True)
    skipped = 1 if begin else 0
    line = skipped + 1
    try:
        for cells in reader:
            # A cell may hold line breaks: a row's line is that on which it begins.
            yield line, [unguarded(tidy(cell)) for cell in cells]
            line = reader.line_num + skipped + 1
            if line % _TOLD_EVERY == 0:
                progress(line, total)
    except csv.Error:
        raise Refused("{file}, row {line}: the quotation marks do not match.", file=name, line=line) from None
    progress(total, total)


def _decoded(content: bytes, name: str) -> str:
    """What says its encoding is believed; else it is UTF-8, or what French Windows writes."""
    marks = ((BOM_UTF8, "utf-8-sig"), (BOM_UTF16_LE, "utf-16"), (BOM_UTF16_BE, "utf-16"))
    marked = next((encoding for mark, encoding in marks if content.startswith(mark)), "")
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused("{file} is neither a CSV file nor an Excel workbook (.xlsx).", file=name)


def _separator(text: str) -> tuple[str, int]:
    """What parts the columns, and where they begin: Excel may name the separator on a line before them."""
    first = text[:10].partition("\n")[0].rstrip("\r")
    if len(first) == 5 and first.startswith("sep="):
        return first[4], text.index("\n") + 1 if "\n" in text else len(text)
    counted: Counter[str] = Counter()
    quoted = False
    for sign in text.lstrip()[:_LOOKED_AT]:
        if sign == '"':
            quoted = not quoted
        elif not quoted and sign in "\r\n":
            break
        elif not quoted and sign in _SEPARATORS:
            counted[sign] += 1
    return max(_SEPARATORS, key=lambda sign: counted[sign]), 0
