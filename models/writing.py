"""What people type, made safe to keep: no NUL, no broken surrogates, no trailing blanks, not too long."""

import unicodedata

from models.errors import Refused

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


def folded(text: str) -> str:
    """As a search sees it: one line without accents or capitals, so that "ete" finds "Été"."""
    parted = unicodedata.normalize("NFKD", " ".join(_clean(text).split()).casefold())
    return "".join(sign for sign in parted if not unicodedata.combining(sign)).translate(_SPELLED_OUT)


def _clean(text: str) -> str:
    """Both databases must take it: PostgreSQL knows no NUL, and neither takes half a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _fit(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Refused(
            "This text is too long: {count} characters of {longest} at most.", count=len(text), longest=longest
        )
    return text
