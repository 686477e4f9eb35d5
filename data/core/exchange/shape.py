"""The shape of Guichet's own CSV file: rows of several kinds, told apart by the column `record`, in one header.

How values are written is in data/core/exchange/codecs.py. Wherever a spreadsheet could find a formula in a cell an
apostrophe is put before it; reading takes it away, see data/core/cells.py. No row has anything secret in it.
"""

from collections.abc import Mapping
from typing import Any

from data.core.cells import guarded, unguarded
from data.core.exchange.codecs import DAY, DOCUMENT, FLAG, MOMENT, SPAN, TEXT, WHOLE, Codec, one_of, some_of
from models.article import ArticleKind
from models.client import StarLevel
from models.document import DocumentKind
from models.permission import Role
from models.ticket import Change, Channel, Kind, Resolution, Service, Status, Urgency
from models.user import Language

FORMAT = 2  # the first one, without a row `export`, had tickets and what they name, and nothing else

_CLOCK = {"calendar": TEXT, "calendar_from": MOMENT, "calendar_edition": WHOLE, "target": SPAN, "due_at": MOMENT}

TICKET: dict[str, Codec] = {
    "reference": TEXT,
    "kind": one_of(Kind),
    "service": one_of(Service),
    "channel": one_of(Channel),
    "caller_verified": FLAG,
    "caller_name": TEXT,
    "caller_phone": TEXT,
    "subject": TEXT,
    "description": TEXT,
    "client": TEXT,
    "star_level": one_of(StarLevel),
    "contact_email": TEXT,
    "contact_name": TEXT,
    "product": TEXT,
    "assignee_email": TEXT,
    "assignee_name": TEXT,
    "assignee_role": one_of(Role),
    "urgency": one_of(Urgency),
    "status": one_of(Status),
    "filed_at": MOMENT,
    "changed_at": MOMENT,
    **{f"first_response_{name}": codec for name, codec in _CLOCK.items()},
    "first_responded_at": MOMENT,
    **{f"resolution_{name}": codec for name, codec in _CLOCK.items()},
    "resolved_at": MOMENT,
    "next_due_at": MOMENT,
    "next_warning_at": MOMENT,
    "next_late_at": MOMENT,
    "resolution": one_of(Resolution),
    "solution": TEXT,
    "source": TEXT,
    "source_id": TEXT,
}
_SAID = {
    "reference": TEXT,
    "message": WHOLE,
    "at": MOMENT,
    "author_email": TEXT,
    "body": TEXT,
    "automatic": FLAG,
    "caller_verified": FLAG,
}
_RELATED = {"reference": TEXT, "other": TEXT}
_FILE = {"name": TEXT, "size": WHOLE, "sha256": TEXT}

# An `edition` numbers rows that are alike in what tells them apart; without one it is the first.
RECORDS: dict[str, dict[str, Codec]] = {
    "export": {"format": WHOLE, "not_carried": DOCUMENT},
    "desk": {
        "direct_line_number": TEXT,
        "calendars_confirmed_at": MOMENT,
        "targets_confirmed_at": MOMENT,
        "checklist_closed_at": MOMENT,
    },
    "header": {"header": TEXT, "meaning": TEXT},  # of a file of clients
    "calendar": {
        "calendar": TEXT,
        "calendar_from": MOMENT,
        "edition": WHOLE,
        "zone": TEXT,
        "hours": DOCUMENT,
        "country": TEXT,
        "exceptions": DOCUMENT,
        "removed": DOCUMENT,
    },
    "calendar_year": {  # the public holidays that it counts in a year
        "calendar": TEXT,
        "calendar_from": MOMENT,
        "edition": WHOLE,
        "year": WHOLE,
        "holidays": DOCUMENT,
        "known_at": MOMENT,
    },
    "service_level": {
        "kind": one_of(Kind),
        "star_level": one_of(StarLevel),
        "urgency": one_of(Urgency),
        "valid_from": MOMENT,
        "edition": WHOLE,
        "calendar": TEXT,
        "first_response_target": SPAN,
        "resolution_target": SPAN,
    },
    "product": {"product": TEXT, "active": FLAG, "position": WHOLE},
    "client": {
        "client": TEXT,
        "created_at": MOMENT,
        "number": TEXT,
        "phone": TEXT,
        "address": TEXT,
        "last_contact_at": MOMENT,
        "next_change_at": MOMENT,  # of its subscriptions that has not taken effect yet
    },
    "subscription": {
        "client": TEXT,
        "star_level": one_of(StarLevel),
        "starts_at": MOMENT,
        "ends_at": MOMENT,
        "cuts_short": FLAG,
        "former_ends_at": MOMENT,
    },
    "ownership": {"client": TEXT, "product": TEXT},
    "person": {
        "email": TEXT,
        "name": TEXT,
        "phone": TEXT,
        "role": one_of(Role),
        "client": TEXT,
        "language": one_of(Language),
        "active": FLAG,
        "created_at": MOMENT,
        "services": some_of(Service),  # as chosen for them; without any, those of the role
    },
    "document": {
        "client": TEXT,
        "kind": one_of(DocumentKind),
        "number": TEXT,
        "title": TEXT,
        "dated": DAY,
        **_FILE,
        "author_email": TEXT,
        "at": MOMENT,
        "removed_at": MOMENT,
        "reason": TEXT,
    },
    "article": {  # numbered, for its readers and votes; the file is that of a video
        "article": WHOLE,
        "product": TEXT,
        "kind": one_of(ArticleKind),
        "language": one_of(Language),
        "position": WHOLE,
        "subject": TEXT,
        "body": TEXT,
        "link": TEXT,
        **_FILE,
        "version": WHOLE,
        "author_email": TEXT,
        "changed_by_email": TEXT,
        "created_at": MOMENT,
        "changed_at": MOMENT,
        "published_at": MOMENT,  # empty for a draft
    },
    "ticket": TICKET,
    "message": _SAID,
    "note": _SAID,  # internal
    "attachment": {  # of the message with that number or, without one, of the description
        "reference": TEXT,
        "message": WHOLE,
        "at": MOMENT,
        "author_email": TEXT,
        **_FILE,
    },
    "history": {
        "reference": TEXT,
        "at": MOMENT,
        "author_email": TEXT,
        "change": one_of(Change),
        "before": TEXT,
        "after": TEXT,
        "assignee_email": TEXT,
        "former_product": TEXT,
        "reason": TEXT,
        "first_response_due_before": MOMENT,
        "first_response_due_after": MOMENT,
        "resolution_due_before": MOMENT,
        "resolution_due_after": MOMENT,
    },
    "duplicate": _RELATED,  # the other is the original
    "follows": _RELATED,
    "link": {**_RELATED, "at": MOMENT},
    "article_read": {
        "article": WHOLE,
        "email": TEXT,
        "day": DAY,
        "at": MOMENT,
        "decided_at": MOMENT,
        "reference": TEXT,
    },
    "article_vote": {"article": WHOLE, "email": TEXT, "at": MOMENT, "helpful": FLAG},
    "call": {  # without a client: nobody's code
        "at": MOMENT,
        "author_email": TEXT,
        "client": TEXT,
        "edition": WHOLE,
        "star_level": one_of(StarLevel),
        "caller_verified": FLAG,
        "caller_name": TEXT,
        "caller_phone": TEXT,
        "reference": TEXT,
    },
    "seen": {"email": TEXT, "reference": TEXT, "at": MOMENT},
}
ADDED = {  # columns of tickets that older exports have not
    *("caller_name", "caller_phone"),
    *("first_response_calendar_edition", "resolution_calendar_edition"),
}
OPTIONAL = {  # may be empty, besides texts
    *("ends_at", "assignee_role", "first_responded_at", "resolution_due_at", "resolved_at", "resolution"),
    *("next_due_at", "next_warning_at", "next_late_at", "first_response_due_before", "first_response_due_after"),
    *("resolution_due_before", "resolution_due_after", "caller_verified", "last_contact_at", "services"),
    *("calendars_confirmed_at", "targets_confirmed_at", "checklist_closed_at", "removed_at", "published_at"),
    *("edition", "first_response_calendar_edition", "resolution_calendar_edition", "next_change_at", "cuts_short"),
    *("former_ends_at", "not_carried"),
}
_OPTIONAL_OF = {("attachment", "message"), ("article", "size"), ("call", "star_level")}

COLUMNS = tuple(dict.fromkeys(["record", *TICKET, *(name for columns in RECORDS.values() for name in columns)]))


def write(record: str, values: Mapping[str, Any]) -> list[str]:
    """The cells of a row of that kind."""
    codecs = RECORDS[record]
    cells = {name: codecs[name].write(value) for name, value in values.items() if value is not None}
    return [record, *(guarded(cells.get(name, "")) for name in COLUMNS[1:])]


def read(record: str, row: Mapping[str, str]) -> dict[str, Any]:
    """The values of a row of that kind. ValueError with the name of the column that cannot be read."""
    values: dict[str, Any] = {}
    for name, codec in RECORDS[record].items():
        text = unguarded(row.get(name, ""))
        if not text and codec is not TEXT:
            if name not in OPTIONAL and (record, name) not in _OPTIONAL_OF:
                raise ValueError(name)
            values[name] = None
            continue
        try:
            values[name] = codec.read(text)
        except (ValueError, KeyError, OverflowError, RecursionError):
            raise ValueError(name) from None
    return values
