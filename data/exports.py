"""Takes the desk out into a file, to go on elsewhere. It is no backup: see README, "An export"."""

from itertools import chain
from pathlib import Path

from data.core import audit
from data.core.desk import OpenDesk, query
from data.core.exchange import carried, destination, outgoing, outgoing_calls, outgoing_help, outgoing_tickets
from data.core.exchange.destination import Written
from data.core.exchange.sums import Progress, unwatched
from models.permission import Permission


@query(Permission.IMPORT, still=True)
def tickets(desk: OpenDesk, path: Path, progress: Progress = unwatched) -> Written:
    """All tickets and all that is around them as one CSV file, gzipped when its name ends so, and the files of tickets,
    clients and articles in a folder beside it. `data/core/exchange/carried.py` lists what is left out.

    All as it stood at one moment; that it was taken out is on the audit trail. Raises Refused where the file cannot be
    written; a former one stays until then.
    """
    total = destination.count(desk)
    with destination.opened(path) as out:
        for record in chain(outgoing.surroundings(desk), outgoing_help.articles(desk)):
            out.write(record)
        for done, ticket in enumerate(outgoing_tickets.tickets(desk), 1):
            for record in ticket:
                out.write(record)
            progress(done, total)
        for record in chain(outgoing_help.reactions(desk), outgoing_calls.calls(desk), outgoing_calls.seen(desk)):
            out.write(record)
    out.written.left_out = tuple(carried.left_behind(desk.session))
    audit.export(desk, "ticket", total)
    return out.written
