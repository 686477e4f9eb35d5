"""E-mail addresses, as sign-in names."""

import re
import unicodedata

from models import writing
from models.errors import Refused

LONGEST = 254
_INVISIBLE = {"Cc", "Cf", "Cs"}  # control and format characters, such as NUL and zero-width space, and half surrogates
_SHAPE = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\.]+(\.[^\s@<>()\[\],;:\"\\.]+)+")


def email(text: str) -> str:
    """The address as it is stored and looked up. Raises Refused for what cannot be one.

    Only the shape is asked about: whether mail arrives, only the mail tells.
    """
    address = sign_in_name(writing.line(text, LONGEST))
    if not _SHAPE.fullmatch(address):
        raise Refused("“{email}” is not an e-mail address.", email=address)
    return address


def sign_in_name(typed: str) -> str:
    """The one form of all the ways to type an address: what an account is found by, and what its brake counts by.

    Case, Unicode forms, surrounding blanks and characters that nobody sees make no difference. Cut, never refused.
    """
    composed = writing.normalized("NFKC", typed[: 4 * LONGEST])
    visible = "".join(one for one in composed if unicodedata.category(one) not in _INVISIBLE)
    return writing.normalized("NFKC", visible.strip().lower())[:LONGEST].strip()
