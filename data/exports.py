"""Takes tickets out, whole, to bring them in elsewhere or to keep them."""

from pathlib import Path

from data.core import audit
from data.core.desk import OpenDesk, query
from data.core.exchange import destination, outgoing, outgoing_tickets
from data.core.exchange.destination import Written
from data.core.exchange.sums import Progress, unwatched
from models.permission import Permission


@query(Permission.IMPORT, still=True)
def tickets(desk: OpenDesk, path: Path, progress: Progress = unwatched) -> Written:
    """All tickets as one CSV file, gzipped when its name ends so, and what was attached in a folder beside it.

    All as it stood at one moment; that they were taken out is on the audit trail. Raises Refused where the file cannot
    be written; a former one stays until then.
    """
    total = destination.count(desk)
    with destination.opened(path) as out:
        for record in outgoing.surroundings(desk):
            out.write(record)
        for done, ticket in enumerate(outgoing_tickets.tickets(desk), 1):
            for record in ticket:
                out.write(record)
            progress(done, total)
    audit.export(desk, "ticket", total)
    return out.written
