"""Reads the rows of Guichet's own export, in whatever order they lie in the file."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from data.core.exchange import guichet_checks, shape
from data.core.exchange.batch import Batch
from data.core.exchange.rejects import Bad
from data.core.exchange.spool import Relation, Spooled
from data.core.references import REFERENCE
from models import writing
from models.article import LONGEST as LONGEST_ARTICLE
from models.client import StarLevel
from models.errors import Refused
from models.message import LONGEST
from models.ticket import PREFIX, Change, Kind, Service, Status, Urgency

COLUMNS = ("record", *(name for name in shape.TICKET if name not in shape.ADDED))
FIRST_OF_ALL = (  # before the tickets; each needs those before
    *("export", "desk", "header", "calendar", "calendar_year", "service_level", "product"),
    *("client", "subscription", "ownership", "person", "document", "article"),
)
LAST_OF_ALL = ("article_read", "article_vote", "call", "seen")  # they name tickets
RELATIONS = ("duplicate", "follows", "link")
TICKET = "ticket"

_SECTIONS = (*FIRST_OF_ALL, TICKET, *LAST_OF_ALL)
_RANK, _NUMBER = 10**17, 10**10  # more than there are numbers times lines, and than there are lines
_TOGETHER = {  # what rows share that are read together: editions of one thing, and all that a client subscribed to
    "calendar": ("calendar", "calendar_from"),
    "service_level": ("kind", "star_level", "urgency", "valid_from"),
    "subscription": ("client",),
    "call": ("at", "author_email", "client"),
}
_LENGTHS: dict[str | tuple[str, str], int] = {
    "subject": 200,
    "client": 200,
    "product": 120,
    "number": 40,
    "phone": 40,
    "address": 500,
    "name": 255,
    "email": 254,
    "source": 40,
    "source_id": 80,
    "author_email": 254,
    "contact_email": 254,
    "assignee_email": 254,
    "caller_name": 120,
    "caller_phone": 40,
    "former_product": 120,
    "before": 200,
    "after": 200,
    "reason": 300,
    "calendar": 60,
    "zone": 60,
    "country": 2,
    "sha256": 64,
    "other": 20,
    "reference": 20,
    "direct_line_number": 40,
    "header": 200,
    "meaning": 40,
    "title": 200,
    "link": 500,
    "changed_by_email": 254,
    ("document", "number"): 60,
}
_MAY_NAME_TICKET = ("article_read", "call")
_VALUES: dict[Change, tuple[set[str], set[str]]] = {  # what the history may say was before, and is after
    Change.STATUS: ({"", *Status}, {*Status}),
    Change.URGENCY: (_URGENCIES := {one.name.lower() for one in Urgency}, _URGENCIES),
    Change.STAR_LEVEL: (_STARS := {str(int(one)) for one in StarLevel}, _STARS),
    Change.KIND: ({*Kind}, {*Kind}),
    Change.SERVICE: ({*Service}, {*Service}),
}
_OF_LINES = ("desk", "header", "document", "article", "call")  # their texts are lines, but for bodies
_BODIES = {"description", "body", "solution"}  # long texts
_LINES = {"address", "reason", *_BODIES}  # texts of several lines
_PAST = {
    *("created_at", "filed_at", "changed_at", "first_responded_at", "resolved_at", "last_contact_at", "at"),
    *("published_at", "removed_at", "valid_from", "known_at", "calendars_confirmed_at", "targets_confirmed_at"),
    "checklist_closed_at",
}


class Read(NamedTuple):
    """A row that could be read: where it stood, what kind it is, and what it says."""

    line: int
    cells: list[str]
    record: str
    values: dict[str, Any]


def spooled(batch: Batch) -> Iterator[Spooled]:
    """The good rows; the bad ones go to the rejects. Those of two tickets are put off until both are there."""
    for line, cells, one in batch.good_rows(COLUMNS, lambda line, cells, _row: read(batch, line, cells)):
        if one.record in RELATIONS:
            batch.spool.put_off(Relation(line, cells, one.values["reference"], one.values["other"]))
        elif one.record in FIRST_OF_ALL or one.record in LAST_OF_ALL:
            rank = _SECTIONS.index(one.record) * _RANK + (one.values.get("article") or 0) * _NUMBER + line
            key = " ".join(str(one.values[name]) for name in _TOGETHER.get(one.record, ())) or line
            yield Spooled(line, f"{one.record} {key}", rank, one.values.get("edition") or 0, cells)
        else:
            rank = _SECTIONS.index(TICKET) * _RANK + line
            yield Spooled(line, one.values["reference"], rank, line if one.record != TICKET else 0, cells)


def read(batch: Batch, line: int, cells: list[str]) -> Read:
    """Raises Bad."""
    row = dict(zip(batch.header, cells, strict=True))
    record = row["record"]
    if record not in shape.RECORDS:
        raise Bad("unknown record")
    try:
        values = shape.read(record, row)
    except ValueError as column:
        raise Bad(f"unreadable {column}") from None
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = _clean(record, name, value)
    names_ticket = "reference" in values and (values["reference"] or record not in _MAY_NAME_TICKET)
    if names_ticket and not REFERENCE.fullmatch(values["reference"]):
        raise Bad("no reference")
    for name in _PAST & values.keys():
        if values[name] is not None:
            batch.require_past(values[name])
    guichet_checks.require(record, values)
    if record in RELATIONS and values["reference"] == values["other"]:
        raise Bad("a ticket that is related to itself")
    if record == TICKET:
        _require_whole(values)
    if record == "history":
        _require_known(values)
    return Read(line, cells, record, values)


def numbered(reference: str) -> tuple[Kind, int, int]:
    """What a reference is made of: kind, year and number."""
    prefix, year, number = reference.split("-")
    kind = next(kind for kind, letters in PREFIX.items() if letters == prefix)
    return kind, int(year), int(number)


def created_as(ticket: dict[str, Any], history: Iterable[dict[str, Any]]) -> set[Kind]:
    """The kind that gave the ticket its reference: it keeps that when it is corrected. Of several changes at the same
    moment any may be the first, for rows come in any order."""
    changes = [one for one in history if one["change"] == Change.KIND]
    first = min((one["at"] for one in changes), default=None)
    return {Kind(one["before"]) for one in changes if one["at"] == first} or {Kind(ticket["kind"])}


def may_end_as(status: str, history: Iterable[dict[str, Any]]) -> bool:
    """Is this the last status of the history? Of several changes at the same moment any may be the last."""
    changes = [one for one in history if one["change"] == Change.STATUS]
    last = max((one["at"] for one in changes), default=None)
    return not changes or status in {one["after"] for one in changes if one["at"] == last}


def _require_known(entry: dict[str, Any]) -> None:
    """The figures read these values, now and for ever."""
    before, after = _VALUES.get(entry["change"], (None, None))
    if (before is not None and entry["before"] not in before) or (after is not None and entry["after"] not in after):
        raise Bad(f"unknown {entry['change']}")


def _clean(record: str, name: str, text: str) -> str:
    """Without what no database takes, or blanks at its ends; names and subjects are one line."""
    longest = LONGEST_ARTICLE if record == "article" else LONGEST
    if name not in _BODIES:
        longest = _LENGTHS.get((record, name)) or _LENGTHS.get(name, 300)
    several = name in _BODIES if record in _OF_LINES else name in _LINES
    try:
        return writing.body(text, longest) if several else writing.line(text, longest)
    except Refused:
        raise Bad(f"{name} is too long") from None


def _require_whole(ticket: dict[str, Any]) -> None:
    """The rules of a ticket's fields, as they hold for one that is filed here."""
    if not ticket["subject"] or not ticket["description"] or not ticket["client"]:
        raise Bad("a ticket without subject, description or client")
    if (ticket["kind"] == Kind.ENQUIRY) == (ticket["service"] == Service.TECHNICAL):
        raise Bad("a kind that its service does not have")
    if ticket["kind"] != Kind.INCIDENT and ticket["urgency"] != Urgency.NONE:
        raise Bad("an urgency that its kind does not have")
    resolved = (ticket["status"] == Status.RESOLVED, bool(ticket["resolved_at"]), bool(ticket["resolution"]))
    if len(set(resolved)) > 1:
        raise Bad("resolved and not resolved")
    if bool(ticket["source"]) != bool(ticket["source_id"]):
        raise Bad("a source without number")
    happened = [ticket[name] for name in ("changed_at", "first_responded_at", "resolved_at") if ticket[name]]
    if any(at < ticket["filed_at"] for at in happened):
        raise Bad("something happened before it was filed")
    if ticket["resolved_at"] and (ticket["first_responded_at"] or ticket["resolved_at"]) > ticket["resolved_at"]:
        raise Bad("answered after it was resolved")
    running = () if ticket["resolved_at"] else (ticket["first_response_due_at"], ticket["resolution_due_at"])
    if ticket["next_due_at"] not in (None, *running):
        raise Bad("a next deadline that is none of its deadlines")
    if not all(ticket[f"{clock}_target"] for clock in ("first_response", "resolution")):
        raise Bad("a promise of no time")
