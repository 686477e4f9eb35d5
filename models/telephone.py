"""Telephone numbers as people write them: checked, and as a link that a telephone dials."""

import re

from models import writing
from models.errors import Refused

LONGEST = 40
_WRITTEN = re.compile(r"\+?[0-9 ().\-/]+")
_TRUNK_ZERO = re.compile(r"(?<=\d)\s*\(0\)")  # "+33 (0)1 …": the zero is dialled at home only
_FEWEST_DIGITS, _MOST_DIGITS = 3, 15  # short numbers have three or four; E.164 allows fifteen


def number(text: str) -> str:
    """The number on one line, as it was written. Raises Refused for what is none; nothing stays nothing."""
    written = writing.line(text[: 4 * LONGEST], LONGEST)
    if not written:
        return ""
    digits = sum(character.isdigit() for character in written)
    if not _WRITTEN.fullmatch(written) or not _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
        raise Refused("Write the telephone number with its digits, such as 01 99 00 12 34 or +33 1 99 00 12 34.")
    return written


def link(written: str) -> str:
    """What a telephone dials: "tel:+33199001234"."""
    without_zero = _TRUNK_ZERO.sub("", written) if written.startswith("+") else written
    return "tel:" + re.sub(r"[^+0-9]", "", without_zero)
