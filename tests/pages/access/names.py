"""What a test asks for by name: rows that are somebody's, and rows of the same kind that nobody has."""

import re
from dataclasses import astuple, dataclass
from urllib.parse import quote_plus

# Words that stand only in what is not for somebody. By role, for whom they never appear in any answer.
COMPANY = "Unheard-of"  # in every text of the five-star client
TECHNICAL_NOTE = "Underlined"  # in the notes of its technical ticket
ACCOUNTING_NOTE = "Underwritten"  # in the notes of its enquiry to accounting
OWN_DRAFT = "Unfinished"  # what the managers' colleagues are typing
UNPUBLISHED = "Unprinted"  # an article that is a draft
HIDDEN = {
    "C": (COMPANY, TECHNICAL_NOTE, ACCOUNTING_NOTE, OWN_DRAFT, UNPUBLISHED),
    "S": (TECHNICAL_NOTE, ACCOUNTING_NOTE, OWN_DRAFT, UNPUBLISHED),
    "T": (ACCOUNTING_NOTE, OWN_DRAFT),
    "M": (OWN_DRAFT,),
}


@dataclass(frozen=True)
class Named:
    """The ids of what the five-star client has, and of what its contact and the technician have for themselves."""

    ticket: str  # technical
    enquiry: str  # to accounting
    resolved: str
    attachment: int  # of the ticket, its message and its note
    of_message: int
    of_note: int
    of_enquiry_note: int
    document: int
    article: int
    film: int
    unpublished_film: int
    client: int
    contact: int
    staff: int  # the technician
    product: int
    session: int  # the contact's
    call: int  # one that the technician answers
    key: str  # of the contact's form
    code: str


NOBODY = Named(
    "INC-2026-999999",
    "ENQ-2026-999997",
    "REQ-2026-999998",
    *range(900_001, 900_015),
    key="0" * 32,
    code="AAAA AAAA",
)


def neutral(text: object, of: Named) -> str:
    """With every id that was asked for called the same, and every other number, too: references are counted."""
    for one in sorted(map(str, astuple(of)), key=len, reverse=True):
        text = re.sub(rf"(?<!\w)({re.escape(one)}|{re.escape(quote_plus(one))})(?!\w)", "#", str(text))
    return re.sub(r"[0-9a-f]{32}|\d+(,\d+)*", "#", str(text))
