"""What a ticket's columns must say beside its history, its messages, and the people and tickets that it names."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from data.core.integrity import history_rules
from data.core.integrity.findings import Fault, Problem, Repair, quoted
from data.core.integrity.ticket_rows import Others, TicketRow, shown
from models.client import StarLevel
from models.permission import STAFF
from models.ticket import Change, Resolution, Status
from models.timeline import MICROSECOND

CLOCKS_DIFFER = timedelta(minutes=5) // MICROSECOND  # between this machine and the one that wrote the row
IMPORTED = "servicenow"

UNREADABLE = Problem("ticket with a value that cannot be read", "Compare with a backup.")
FUTURE = Problem(
    "moment in the future",
    "The clock of the server was wrong, or the ticket was imported so. Compare with the source. It is right "
    "again by itself when that moment has come.",
)
TOO_EARLY = Problem("something that happened before the ticket was created", "Compare with a backup or the source.")
HOLDER = Problem(
    "ticket whose holder is not the last one of its history",
    "Assign the ticket once more, or look at its audit trail: one of the two was changed outside of Guichet.",
)
NO_COLLEAGUE = Problem(
    "ticket or history that names a colleague, a contact or a product who is not there",
    "Restore the account or the product from a backup, or assign the ticket to somebody else.",
)
RESOLVED = Problem(
    "ticket whose resolution, its moment and its status do not agree",
    "Compare with a backup, or with the audit trail of the ticket.",
)
ANSWERED = Problem(
    "first response that is not the first answer",
    "Look at the conversation: the first public message of the staff is the first response.",
)
RELATED = Problem("ticket that refers to itself", "Compare with a backup.")
PROMISE = Problem("ticket without a promise", "Compare with a backup.")


def faults(row: TicketRow, others: Others, now: int, star_level: Callable[[], StarLevel]) -> Iterator[Fault]:
    """Everything that is wrong with one ticket, but for its deadlines."""
    if not row.readable:
        yield Fault(UNREADABLE, row.reference)
        return
    yield from history_rules.faults(row, star_level)
    yield from _moments(row, now)
    yield from _holder(row, others)
    yield from _people(row, others)
    yield from _resolution(row)
    yield from _first_response(row)
    if row.id in (row.duplicate_of_id, row.follows_id):
        yield Fault(RELATED, row.reference)
    if not all(_promised(row, clock) for clock in ("first_response", "resolution")):
        yield Fault(PROMISE, row.reference)


def _promised(row: TicketRow, clock: str) -> bool:
    target = getattr(row, f"{clock}_target")
    return bool(getattr(row, f"{clock}_calendar_id")) and isinstance(target, int) and target > 0


def _moments(row: TicketRow, now: int) -> Iterator[Fault]:
    moments = [(name, getattr(row, name)) for name in ("filed_at", "changed_at", "first_responded_at", "resolved_at")]
    moments += [(f"{entry.change}, entry {entry.id}", entry.at) for entry in row.history]
    for name, at in moments:
        if at is not None and at > now + CLOCKS_DIFFER:
            yield Fault(FUTURE, f"{row.reference}: {name} is {shown(at)}")
        elif at is not None and at < row.filed_at:
            yield Fault(TOO_EARLY, f"{row.reference}: {name} is {shown(at)}, it was created {shown(row.filed_at)}")


def _holder(row: TicketRow, others: Others) -> Iterator[Fault]:
    given = row.of(Change.ASSIGNEE)
    if not given:
        return
    last = given[-1]
    if last.assignee_id is None and last.after is not None:
        return  # an older history, which has only a name
    if last.assignee_id != row.assignee_id:
        text = f"{row.reference}: user {row.assignee_id} has it, its history ends with user {last.assignee_id}"
        if row.source != IMPORTED or row.status != Status.RESOLVED or last.assignee_id not in others.users:
            yield Fault(HOLDER, f"{text}. Who has it?")
            return
        # An older import read the holder from what came after the resolution.
        before, after = {"assignee_id": row.assignee_id}, {"assignee_id": last.assignee_id}
        yield Fault(HOLDER, text, (Repair("ticket", row.id, before, after, "the holder when it was resolved"),))


def _people(row: TicketRow, others: Others) -> Iterator[Fault]:
    holder, contact = others.users.get(row.assignee_id), others.users.get(row.contact_id)
    if holder and holder[0] not in set(STAFF):
        yield Fault(NO_COLLEAGUE, f"{row.reference}: user {row.assignee_id} has it, who is no colleague")
    if contact and contact[1] != row.client_id:
        yield Fault(NO_COLLEAGUE, f"{row.reference}: its contact, user {row.contact_id}, is another client's")
    for entry in row.history:
        if entry.assignee_id is not None and entry.assignee_id not in others.users:
            yield Fault(NO_COLLEAGUE, f"{row.reference}, entry {entry.id}: there is no user {entry.assignee_id}")
        if entry.former_product_id is not None and entry.former_product_id not in others.products:
            yield Fault(
                NO_COLLEAGUE, f"{row.reference}, entry {entry.id}: there is no product {entry.former_product_id}"
            )


def _resolution(row: TicketRow) -> Iterator[Fault]:
    resolved = row.status == Status.RESOLVED
    ends = [entry for entry in row.of(Change.STATUS) if entry.after == Status.RESOLVED]
    if not resolved:
        names = [name for name in ("resolved_at", "resolution") if getattr(row, name) is not None]
        if names:
            yield Fault(RESOLVED, f"{row.reference} is {row.status} and has {' and '.join(names)}. Is it resolved?")
        return
    if row.resolved_at is None:
        text, columns = f"{row.reference} is resolved, and nobody knows when", {"resolved_at": None}
        if len(ends) == 1:
            after = {"resolved_at": ends[0].at}
            yield Fault(RESOLVED, text, (Repair("ticket", row.id, columns, after, "when its history says so"),))
        else:
            yield Fault(RESOLVED, text)
    elif len(ends) == 1 and ends[0].at != row.resolved_at:
        at = f"was resolved {shown(row.resolved_at)}, its history says {shown(ends[0].at)}"
        yield Fault(RESOLVED, f"{row.reference} {at}. Which is right?")
    if row.resolution not in set(Resolution):
        yield _unknown_resolution(row)


def _unknown_resolution(row: TicketRow) -> Fault:
    text = f"{row.reference} is resolved as {quoted(row.resolution)}"
    if row.duplicate_of_id is not None:
        found, why = Resolution.DUPLICATE, "it names its original"
    elif row.solution:
        found, why = Resolution.SOLVED, "it has a solution"
    else:
        return Fault(RESOLVED, f"{text}. Was it solved, a duplicate, or withdrawn?")
    before, after = {"resolution": row.resolution}, {"resolution": found.value}
    return Fault(RESOLVED, text, (Repair("ticket", row.id, before, after, why),))


def _first_response(row: TicketRow) -> Iterator[Fault]:
    """The first public message of the staff or, without one, the resolution (unless it was withdrawn)."""
    answered, said = row.first_responded_at, row.answered_at
    ended = row.resolved_at if row.resolution in {Resolution.SOLVED, Resolution.DUPLICATE} else None
    text = f"{row.reference} was answered {shown(answered)}"
    if answered is not None and row.resolved_at is not None and answered > row.resolved_at:
        yield Fault(ANSWERED, f"{text}, after it was resolved {shown(row.resolved_at)}", _answer(row, said or ended))
    elif answered is None and (said or ended):
        yield Fault(ANSWERED, f"{row.reference} has no first response, and was answered", _answer(row, said or ended))
    elif said is not None and answered is not None and answered > said:
        yield Fault(ANSWERED, f"{text}; the first answer is of {shown(said)}", _answer(row, said))
    elif said is not None and answered != said and row.source is None and not row.answered_by_unknown:
        yield Fault(ANSWERED, f"{text}; the first answer is of {shown(said)}. Which is right?")


def _answer(row: TicketRow, at: int | None) -> tuple[Repair, ...]:
    if at is None or at < row.filed_at:
        return ()
    before, after = {"first_responded_at": row.first_responded_at}, {"first_responded_at": at}
    return (Repair("ticket", row.id, before, after, "the moment of the first answer"),)
