"""The shape of Guichet's own CSV file: rows of several kinds, told apart by the column `record`, in one header.

Moments are ISO 8601 in UTC, targets whole seconds or with their fraction, choices the words of the database. Wherever
a spreadsheet could find a formula in a cell an apostrophe is put before it; reading takes it away, see
data/core/cells.py. No row has anything secret in it.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum, IntEnum, StrEnum
from typing import Any, NamedTuple

from data.core.cells import guarded, unguarded
from models.client import StarLevel
from models.permission import Role
from models.ticket import Change, Channel, Kind, Resolution, Service, Status, Urgency
from models.user import Language


class Codec(NamedTuple):
    """How a value is written and read; an empty cell is None, but for plain text."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or not 1970 <= at.year < 2200:
        raise ValueError(text)
    return at.astimezone(UTC)


def _span(value: timedelta) -> str:
    seconds, rest = divmod(value // timedelta(microseconds=1), 1_000_000)
    return f"{seconds}.{rest:06d}" if rest else str(seconds)


def _read_span(text: str) -> timedelta:
    seconds, _, rest = text.partition(".")
    value = timedelta(seconds=int(seconds), microseconds=int(f"{rest:0<6}"[:6]))
    if not timedelta() <= value < timedelta(days=3660):
        raise ValueError(text)
    return value


def _one_of(options: type[Enum]) -> Codec:
    """By value or, where the value is a number of no meaning outside, by name."""
    if options is not StarLevel and issubclass(options, IntEnum):
        return Codec(lambda one: one.name.lower(), lambda text: options[text.upper()])
    kind = int if issubclass(options, int) else str
    return Codec(lambda one: str(one.value), lambda text: options(kind(text)))


def _some_of(options: type[StrEnum]) -> Codec:
    """Several of them, with a blank between; none is an empty cell."""
    return Codec(" ".join, lambda text: frozenset(map(options, text.split())))


TEXT = Codec(str, str)
MOMENT = Codec(lambda at: at.astimezone(UTC).isoformat().replace("+00:00", "Z"), _moment)
SPAN = Codec(_span, _read_span)
WHOLE = Codec(str, int)
FLAG = Codec(lambda flag: "yes" if flag else "no", lambda text: {"yes": True, "no": False}[text])
DOCUMENT = Codec(lambda value: json.dumps(value, ensure_ascii=False), json.loads)

_CLOCK = {"calendar": TEXT, "calendar_from": MOMENT, "target": SPAN, "due_at": MOMENT}

TICKET: dict[str, Codec] = {
    "reference": TEXT,
    "kind": _one_of(Kind),
    "service": _one_of(Service),
    "channel": _one_of(Channel),
    "caller_verified": FLAG,
    "caller_name": TEXT,
    "caller_phone": TEXT,
    "subject": TEXT,
    "description": TEXT,
    "client": TEXT,
    "star_level": _one_of(StarLevel),
    "contact_email": TEXT,
    "contact_name": TEXT,
    "product": TEXT,
    "assignee_email": TEXT,
    "assignee_name": TEXT,
    "assignee_role": _one_of(Role),
    "urgency": _one_of(Urgency),
    "status": _one_of(Status),
    "filed_at": MOMENT,
    "changed_at": MOMENT,
    **{f"first_response_{name}": codec for name, codec in _CLOCK.items()},
    "first_responded_at": MOMENT,
    **{f"resolution_{name}": codec for name, codec in _CLOCK.items()},
    "resolved_at": MOMENT,
    "next_due_at": MOMENT,
    "next_warning_at": MOMENT,
    "next_late_at": MOMENT,
    "resolution": _one_of(Resolution),
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

RECORDS: dict[str, dict[str, Codec]] = {
    "calendar": {
        "calendar": TEXT,
        "calendar_from": MOMENT,
        "zone": TEXT,
        "hours": DOCUMENT,
        "country": TEXT,
        "exceptions": DOCUMENT,
        "removed": DOCUMENT,
    },
    "client": {
        "client": TEXT,
        "created_at": MOMENT,
        "number": TEXT,
        "phone": TEXT,
        "address": TEXT,
        "last_contact_at": MOMENT,
    },
    "subscription": {"client": TEXT, "star_level": _one_of(StarLevel), "starts_at": MOMENT, "ends_at": MOMENT},
    "person": {
        "email": TEXT,
        "name": TEXT,
        "phone": TEXT,
        "role": _one_of(Role),
        "client": TEXT,
        "language": _one_of(Language),
        "active": FLAG,
        "created_at": MOMENT,
        "services": _some_of(Service),  # as chosen for them; without any, those of the role
    },
    "ticket": TICKET,
    "message": _SAID,
    "note": _SAID,  # internal
    "attachment": {  # of the message with that number or, without one, of the description
        "reference": TEXT,
        "message": WHOLE,
        "at": MOMENT,
        "author_email": TEXT,
        "name": TEXT,
        "size": WHOLE,
        "sha256": TEXT,
    },
    "history": {
        "reference": TEXT,
        "at": MOMENT,
        "author_email": TEXT,
        "change": _one_of(Change),
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
}
ADDED = {"caller_name", "caller_phone"}  # columns of tickets that older exports have not
OPTIONAL = {  # may be empty, besides texts
    *("ends_at", "assignee_role", "first_responded_at", "resolution_due_at", "resolved_at", "resolution"),
    *("next_due_at", "next_warning_at", "next_late_at", "first_response_due_before", "first_response_due_after"),
    *("resolution_due_before", "resolution_due_after", "caller_verified", "last_contact_at", "services"),
}

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
            if name not in OPTIONAL and (record, name) != ("attachment", "message"):
                raise ValueError(name)
            values[name] = None
            continue
        try:
            values[name] = codec.read(text)
        except (ValueError, KeyError, OverflowError, RecursionError):
            raise ValueError(name) from None
    return values
