"""The tickets of one client, the latest filed first."""

from sqlmodel import col, tuple_

from data.core import queue_lines, scope
from data.core.desk import OpenDesk, query
from models import writing
from models.client_list import Which
from models.permission import Permission
from models.queue import PAGE, Page
from models.ticket import OPEN, RESOLVED, Ticket


@query(Permission.READ_CLIENTS)
def page(desk: OpenDesk, client_id: int, which: Which = Which.OPEN, after: str = "") -> Page:
    """Fifty of them, those filed before the one whose reference is given; from an index. Raises NotFound."""
    keys = col(Ticket.filed_at), col(Ticket.id)
    listed = scope.tickets(desk).where(col(Ticket.client_id) == scope.client(desk, client_id).id)
    if after:
        wanted = listed.with_only_columns(*keys).where(col(Ticket.reference) == writing.key(after))
        anchor = desk.session.execute(wanted).first()
        if anchor is not None:
            listed = listed.where(tuple_(*keys) < tuple_(*anchor))
    if which != Which.ALL:
        listed = listed.where(scope.in_words(OPEN if which == Which.OPEN else RESOLVED))
    shown = queue_lines.shown(listed).order_by(*(key.desc() for key in keys)).limit(PAGE + 1)
    rows = desk.session.execute(shown).all()
    lines = tuple(queue_lines.line(desk, row) for row in rows[:PAGE])
    return Page(lines, earlier=bool(after), later=len(rows) > PAGE)
