"""What a ticket's history must say: values that are known, each change going on from the one before, up to the ticket.

A value that is not known is taken from its neighbours where they determine it, and never guessed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from data.core.integrity.findings import Fault, Problem, Repair, quoted
from data.core.integrity.ticket_rows import Entry, TicketRow, shown
from models.client import StarLevel
from models.ticket import PREFIX, Change, Kind, Service, Status, Urgency

UNKNOWN_VALUE = Problem(
    "value in a ticket's history that no ticket can have; the figures cannot be counted with it",
    "No other row says what it was. Find out (a backup, the audit trail of the ticket or the source of an import may "
    "say), and answer: “python -m data check --repair --answer” and what stands there, with the value.",
)
BROKEN_CHAIN = Problem(
    "break in a ticket's history: a change does not begin with what the one before ended with",
    "An entry was lost or changed, or the clock of the server was set back. Compare with a backup; the audit trail of "
    "the ticket has each change, too.",
)
OTHER_END = Problem(
    "ticket that is not what its history ends with",
    "One of the two was changed outside of Guichet. Look at the audit trail of the ticket and change the ticket on its "
    "page, which writes both.",
)
UNKNOWN_STATE = Problem(
    "ticket with a value that no ticket can have",
    "No other row says what it was. Compare with a backup, or with the audit trail of the ticket.",
)
OUT_OF_ORDER = Problem(
    "history whose moments are not in the order in which it was written: the clock of the server was set back",
    "Nothing is lost. The figures take the changes in the order of their moments.",
    harmless=True,
)
NO_HISTORY = Problem("ticket without a history of its status", "Compare with a backup: it was lost.")
NO_HISTORY_OF_IMPORT = Problem(
    "ticket without a history of its status",
    "Tickets were imported here. Unless this one came in without its history, compare with a backup.",
    harmless=True,
)
NO_BEGINNING = Problem(
    "history that does not begin with the ticket's creation",
    "Compare with a backup: older entries may be lost, too.",
)


class Facts(NamedTuple):
    """What a ticket's column holds, in the words of its history; `known` are the words, None where any text will do."""

    column: str
    known: frozenset[str | None] | None
    in_words: Callable[[Any], str | None]
    from_words: Callable[[str], Any]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


_URGENCIES = {urgency.name.lower(): int(urgency) for urgency in Urgency}
_URGENCY_WORDS = {number: word for word, number in _URGENCIES.items()}

CHAINED: dict[Change, Facts] = {
    Change.STATUS: Facts("status", frozenset(Status), _text, str),
    Change.KIND: Facts("kind", frozenset(Kind), _text, str),
    Change.SERVICE: Facts("service", frozenset(Service), _text, str),
    Change.URGENCY: Facts(
        "urgency",
        frozenset(_URGENCIES),
        lambda value: _URGENCY_WORDS.get(value, str(value)) if isinstance(value, int) else _text(value),
        _URGENCIES.__getitem__,
    ),
    Change.STAR_LEVEL: Facts("star_level", frozenset(str(int(level)) for level in StarLevel), _text, int),
    Change.SUBJECT: Facts("subject", None, _text, str),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A value, and which row it is read from."""

    value: str | None
    why: str


def faults(row: TicketRow, star_level: Callable[[], StarLevel]) -> Iterator[Fault]:
    """`star_level` is that of the client's subscription when the ticket was created."""
    by_change: dict[str, list[Entry]] = defaultdict(list)
    for entry in row.history:
        by_change[entry.change].append(entry)
    for change, facts in CHAINED.items():
        entries = in_order(by_change.get(change.value, ()))
        if not _whole(entries):
            as_written = sorted(entries, key=lambda entry: entry.id)
            if _whole(as_written):
                entries = as_written
                yield Fault(OUT_OF_ORDER, f"{row.reference}, {change.value}")
        if change == Change.STATUS and not entries:
            yield Fault(NO_HISTORY, row.reference, (beginning(row),) if row.status == Status.NEW else ())
        elif change == Change.STATUS and known(facts, entries[0].before):
            yield _without_beginning(row, entries[0])
        yield from _chain(row, change, facts, entries, star_level)


def _whole(entries: Sequence[Entry]) -> bool:
    return all(one.after == following.before for one, following in pairwise(entries))


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """In the order of time; those of one moment so that each goes on from the one before, where that can be."""
    ordered: list[Entry] = []
    for _, group in groupby(entries, key=lambda entry: entry.at):
        left = list(group)
        while left:
            last = ordered[-1].after if ordered else None
            following = next((one for one in left if one.before == last), None) if ordered else None
            if following is None:
                ends = {one.after for one in left}
                following = next((one for one in left if one.before not in ends), left[0])
            left.remove(following)
            ordered.append(following)
    return ordered


def known(facts: Facts, value: str | None) -> bool:
    return facts.known is None or value in facts.known


def _chain(
    row: TicketRow, change: Change, facts: Facts, entries: Sequence[Entry], star_level: Callable[[], StarLevel]
) -> Iterator[Fault]:
    now = facts.in_words(getattr(row, facts.column))
    words = f"{row.reference}, {change.value}"
    for place, entry in enumerate(entries):
        first, last = place == 0, place == len(entries) - 1
        if first and change == Change.STATUS:
            if not known(facts, entry.before) and entry.before is not None:
                yield _unknown_beginning(row, entry)
        elif not known(facts, entry.before):
            if first:
                source = _at_creation(row, change, star_level)
            else:
                source = Source(entries[place - 1].after, "as the change before ends")
            yield _unknown(row, entry, "before", source, facts)
        if not known(facts, entry.after):
            if last:
                source = Source(now, "as the ticket is now")
            else:
                source = Source(entries[place + 1].before, "as the change after it begins")
            yield _unknown(row, entry, "after", source, facts)
        if not first and _differ(facts, entries[place - 1].after, entry.before):
            text = f"{words}: {quoted(entries[place - 1].after)} until {shown(entry.at)}, then {quoted(entry.before)}"
            yield Fault(BROKEN_CHAIN, f"{text} (entry {entry.id})")
    if not known(facts, now):
        yield _unknown_state(row, change, facts, entries)
    elif entries and _differ(facts, entries[-1].after, now):
        end = f"its history says {quoted(entries[-1].after)} since {shown(entries[-1].at)}"
        yield Fault(OTHER_END, f"{words}: the ticket says {quoted(now)}, {end}. Which is right?")


def _differ(facts: Facts, one: str | None, other: str | None) -> bool:
    """Of values that are known: what is not known is a fault of its own."""
    return known(facts, one) and known(facts, other) and one != other


def _unknown(row: TicketRow, entry: Entry, side: str, source: Source | None, facts: Facts) -> Fault:
    value = getattr(entry, side)
    text = f"{row.reference}, entry {entry.id} of {shown(entry.at)}: {entry.change} {side} is {quoted(value)}"
    if source is None or source.value is None or not known(facts, source.value):
        values = ", ".join(sorted(str(one) for one in facts.known or ()))
        return Fault(UNKNOWN_VALUE, f"{text}. What was it? {entry.id}.{side}= one of: {values}")
    repair = Repair("history_entry", entry.id, {side: value}, {side: source.value}, source.why)
    return Fault(UNKNOWN_VALUE, text, (repair,))


def _unknown_beginning(row: TicketRow, entry: Entry) -> Fault:
    text = f"{row.reference}, entry {entry.id} of {shown(entry.at)}: status before is {quoted(entry.before)}"
    if entry.after != Status.NEW:
        return Fault(UNKNOWN_VALUE, f"{text}. What was it? {entry.id}.before= one of: {', '.join(sorted(Status))}")
    repair = Repair("history_entry", entry.id, {"before": entry.before}, {"before": None}, "nothing is before new")
    return Fault(UNKNOWN_VALUE, text, (repair,))


def _unknown_state(row: TicketRow, change: Change, facts: Facts, entries: Sequence[Entry]) -> Fault:
    value = getattr(row, facts.column)
    text = f"{row.reference}: {facts.column} is {quoted(value)}"
    if entries:
        source: Source | None = Source(entries[-1].after, "as its history ends")
    else:
        source = _at_creation(row, change, None)
    if source is None or source.value is None or not known(facts, source.value):
        return Fault(UNKNOWN_STATE, text)
    after = facts.from_words(source.value)
    repair = Repair("ticket", row.id, {facts.column: value}, {facts.column: after}, source.why)
    return Fault(UNKNOWN_STATE, text, (repair,))


def _at_creation(row: TicketRow, change: Change, star_level: Callable[[], StarLevel] | None) -> Source | None:
    """What the ticket was when it was created, where a rule says so."""
    kind = next((kind for kind, prefix in PREFIX.items() if row.reference.startswith(prefix)), None)
    match change:
        case Change.KIND if kind:
            return Source(kind.value, "as its reference says")
        case Change.URGENCY if kind and kind != Kind.INCIDENT:
            return Source("none", "only an incident has an urgency")
        case Change.SERVICE if kind and kind != Kind.ENQUIRY:
            return Source(Service.TECHNICAL.value, "an incident or request is technical")
        case Change.STAR_LEVEL if star_level and (level := star_level()):
            return Source(str(int(level)), "as the client's subscription was when it was created")
        case _:
            return None


def _without_beginning(row: TicketRow, first: Entry) -> Fault:
    text = f"{row.reference}: its first entry of {shown(first.at)} goes on from {quoted(first.before)}"
    if first.before != Status.NEW:
        return Fault(NO_BEGINNING, text)
    return Fault(NO_BEGINNING, text, (beginning(row),))


def beginning(row: TicketRow) -> Repair:
    """Every ticket is new when it is created."""
    entry = {"ticket_id": row.id, "at": row.filed_at, "change": Change.STATUS.value, "before": None}
    return Repair("history_entry", None, {}, entry | {"after": Status.NEW.value}, "a ticket begins as new")


def tells_pauses(row: TicketRow) -> bool:
    """Is the history of its status whole, so that the clocks can be computed from it?"""
    facts, entries = CHAINED[Change.STATUS], in_order(row.of(Change.STATUS))
    values = [entry.after for entry in entries]
    return bool(entries) and _whole(entries) and set(values) <= set(facts.known or ()) and values[-1] == row.status
