"""Cells of spreadsheets: texts that could be taken for a formula made harmless, and what people typed made tidy.

A CSV file does not say which separator it was written with, and a spreadsheet may take another one: then a new cell
begins wherever a text holds that separator or a line break. So a text is guarded in each of these places, not only
where it begins.
"""

import re

FORMULA = tuple("=+-@\t\r\n'＝＋－＠")
_SIGNS = "=+@\t\r'＝＋－＠-"
_BEGINS = rf"(?:^|(?<=[,;\t|\r\n]))(?=[ \"]*[{_SIGNS}])"  # where a cell could begin with a formula
_GUARD = re.compile(_BEGINS)
_GUARDED = re.compile(rf"(?:^|(?<=[,;\t|\r\n]))'(?=[ \"]*[{_SIGNS}])")


def guarded(text: str) -> str:
    """With an apostrophe wherever a spreadsheet could find a formula; `unguarded` gives the same text back."""
    return _GUARD.sub("'", text)


def unguarded(text: str) -> str:
    """What was guarded; an apostrophe that guards nothing is somebody's own, as in "'s-Hertogenbosch"."""
    return _GUARDED.sub("", text)


def tidy(text: str) -> str:
    """Without blanks that nobody sees; in lines where it has them."""
    return "\n".join(line for part in text.splitlines() if (line := " ".join(part.split())))
