"""E-mail addresses, as sign-in names."""

import re

from models import writing
from models.errors import Refused

LONGEST = 254
_SHAPE = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\.]+(\.[^\s@<>()\[\],;:\"\\.]+)+")


def email(text: str) -> str:
    """The address in lower case, as it is kept and looked up. Raises Refused for what cannot be one.

    Only the shape is asked about: whether mail arrives, only the mail tells.
    """
    address = writing.line(text, LONGEST).lower()
    if not _SHAPE.fullmatch(address):
        raise Refused("“{email}” is not an e-mail address.", email=address)
    return address
