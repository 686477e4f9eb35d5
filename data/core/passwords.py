"""Passwords: what is refused, how they are stored, and how many are checked at a time."""

import base64
import hashlib
import os
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore, Lock

import bcrypt
from zxcvbn import zxcvbn

from models import writing
from models.errors import Refused

SHORTEST, LONGEST = 12, 256  # characters
_JUDGED = 40  # characters: what zxcvbn reads of a password; twice as many can take it two seconds
_WEAKEST = 3  # of zxcvbn's 0 to 4: "safely unguessable"
_OWN = 6  # signs that must be left when all that is known of the person is taken away

# One check is a quarter of a second of a core. The others wait, but neither many nor for long, nor many from one place.
_AT_A_TIME, _MOST_HERE, _MOST_OF_A_PLACE = max(2, (os.cpu_count() or 2) // 2), 18, 8
_PATIENCE = 5  # seconds
_checking, _here, _counting = BoundedSemaphore(_AT_A_TIME), Counter[str](), Lock()


@contextmanager
def turn(place: str = "") -> Iterator[None]:
    """Round whatever compares, judges or hashes a password: a few at a time in this process, however many ask.

    Raises Refused, with a word to try again, where too many wait, or too many of one place.
    """
    busy = Refused("Many people are signing in at this moment. Please try again in a few seconds.")
    with _counting:
        if _here.total() >= _MOST_HERE or _here[place] >= _MOST_OF_A_PLACE:
            raise busy
        _here[place] += 1
    try:
        if not _checking.acquire(timeout=_PATIENCE):
            raise busy
        try:
            yield
        finally:
            _checking.release()
    finally:
        with _counting:
            _here[place] -= 1
            if not _here[place]:
                del _here[place]


def prepared(password: str) -> str:
    """What bcrypt is given: any Unicode, typed on any keyboard, in 44 characters (bcrypt reads 72 bytes).

    A password that nobody can have, because it is too long, is not even normalised.
    """
    if len(password) > LONGEST:
        return _nobodys_password()
    normal = writing.normalized("NFKC", password).encode("utf-8", "surrogatepass")
    return base64.b64encode(hashlib.sha256(normal).digest()).decode()


def hashed(password: str) -> str:
    return bcrypt.hashpw(prepared(password).encode(), bcrypt.gensalt()).decode()


def matches(password: str, password_hash: str | None) -> bool:
    """Takes the same time whether there is a password to compare with or not."""
    same = bcrypt.checkpw(prepared(password).encode(), (password_hash or nobodys_hash()).encode())
    return same and password_hash is not None


@cache
def _nobodys_password() -> str:
    return secrets.token_urlsafe(33)


@cache
def nobodys_hash() -> str:
    """A hash that no password has; compared with where there is no account, so that time tells nothing."""
    return bcrypt.hashpw(bcrypt.gensalt(), bcrypt.gensalt()).decode()


def require_length(password: str) -> None:
    if len(password) < SHORTEST:
        raise Refused("The password needs at least {count} characters.", count=SHORTEST)
    if len(password) > LONGEST:
        raise Refused("The password may have {count} characters at most.", count=LONGEST)


def require_good(password: str, *personal: str) -> None:
    """Raises Refused when too short, too long, common, or made of what is known of the person. Takes up to half a
    second of arithmetic: see `password_checks`."""
    require_length(password)
    known = {_folded(part) for text in (*personal, "guichet") for part in (text, *re.split(r"[\W_]+", text)) if part}
    own = _folded(password)
    for part in sorted(known, key=len, reverse=True):
        own = own.replace(part, "")
    if len(own) < _OWN or zxcvbn(password[:_JUDGED], user_inputs=[*known])["score"] < _WEAKEST:
        raise Refused("This password is too easy to guess. Several unrelated words make a good one.")


def _folded(text: str) -> str:
    """Without case and accents: Anne Dupré's password is no better for being spelt AnneDupre."""
    return "".join(sign for sign in writing.normalized("NFD", text.casefold()) if not unicodedata.combining(sign))
