"""What people type, made safe to keep: no NUL, no broken surrogates, no trailing blanks, not too long."""

import re
import unicodedata
from typing import Literal

from models.errors import Refused

LONGEST_FOLDED = 2_000  # characters: more than any name, title or question has
_MARKS_IN_A_ROW = 30  # as Unicode's stream-safe text format allows; no language needs more
# What combines with the character before it, or decomposes into something that does.
_MARKS = "".join(
    sign for sign in map(chr, range(0x300, 0x20000)) if unicodedata.combining(unicodedata.normalize("NFKD", sign)[0])
)
_TOO_MANY_MARKS = re.compile(f"([{_MARKS}]{{{_MARKS_IN_A_ROW}}})[{_MARKS}]+")
_SPELLED_OUT = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "’": "'"})


def line(text: str, longest: int) -> str:
    """One line, such as a subject or a name. Raises Refused when it is too long."""
    return _fit(" ".join(_clean(text).split()), longest)


def body(text: str, longest: int) -> str:
    """Several lines, such as a message. Raises Refused when it is too long."""
    return _fit(_clean(text).strip(), longest)


def key(text: str) -> str:
    """Something looked up, such as a reference from an address: cleaned and cut, never refused."""
    return _clean(text).strip()[:200]


def folded(text: str, longest: int = LONGEST_FOLDED) -> str:
    """As a search sees it: one line without accents or capitals, so that "ete" finds "Été". Cut, never refused."""
    parted = normalized("NFKD", " ".join(_clean(text[:longest]).split()).casefold())
    return "".join(sign for sign in parted if not unicodedata.combining(sign)).translate(_SPELLED_OUT)


def normalized(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """A Unicode form in linear time: Python sorts a long row of combining marks in quadratic time, without a pause."""
    return unicodedata.normalize(form, text if text.isascii() else _TOO_MANY_MARKS.sub(r"\1", text))


def _clean(text: str) -> str:
    """Both databases must take it: PostgreSQL knows no NUL, and neither takes half a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _fit(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Refused(
            "This text is too long: {count} characters of {longest} at most.", count=len(text), longest=longest
        )
    return text
