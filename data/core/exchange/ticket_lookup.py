"""Finds tickets that rows of an export name after the tickets themselves."""

from collections.abc import Iterable

from sqlmodel import col

from data.core import scope
from data.core.desk import OpenDesk
from data.core.exchange.rejects import Bad
from models.ticket import Ticket


class TicketLookup:
    def __init__(self, desk: OpenDesk, references: Iterable[str]) -> None:
        shown = (col(Ticket.reference), col(Ticket.id), col(Ticket.client_id))
        listed = scope.every_ticket().where(col(Ticket.reference).in_(set(references) - {""}))
        found = desk.session.execute(listed.with_only_columns(*shown))
        self._tickets: dict[str, tuple[int, int]] = {row.reference: (row.id, row.client_id) for row in found}

    def of_client(self, reference: str, client_id: int | None) -> int | None:
        """None where no ticket is named. Raises Bad for another client's ticket, in the same words as for none."""
        if not reference:
            return None
        ticket_id, owner = self._tickets.get(reference, (None, None))
        if ticket_id is None or owner != client_id:
            raise Bad("unknown ticket")
        return ticket_id
