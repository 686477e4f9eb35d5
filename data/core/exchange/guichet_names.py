"""Whom and what the rows of some tickets name, as the desk knows them: looked up once for all."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from data.core import scope
from data.core.desk import OpenDesk
from data.core.exchange.directory import Directory, Known
from data.core.exchange.guichet import Read
from data.core.exchange.rejects import Bad
from data.core.exchange.shape import TICKET
from models.client import Client
from models.permission import STAFF, Role
from models.service_level import CalendarVersion
from models.ticket import Ticket

_ELSEWHERE = ("client", "contact_email", "contact_name", "product", "assignee_email", "assignee_name", "assignee_role")
_CLOCKS = ("first_response", "resolution")


class There:
    """Tickets that have the references of the file already, by what tells them apart."""

    def __init__(self, desk: OpenDesk, groups: Sequence[Sequence[Read]]) -> None:
        shown = (col(Ticket.reference), col(Ticket.subject), col(Client.name), col(Ticket.filed_at))
        listed = scope.every_ticket().join(Client, col(Client.id) == col(Ticket.client_id))
        named = [rows[0].values["reference"] for rows in groups]
        found = desk.session.execute(listed.where(col(Ticket.reference).in_(named)).with_only_columns(*shown))
        self._found = {reference: tuple(told) for reference, *told in found}

    def has(self, rows: Sequence[Read]) -> bool:
        """This very ticket."""
        told = tuple(rows[0].values.get(name) for name in ("subject", "client", "filed_at"))
        return self._found.get(rows[0].values["reference"]) == told

    def has_another(self, rows: Sequence[Read]) -> bool:
        return rows[0].values["reference"] in self._found and not self.has(rows)


class Names:
    def __init__(self, desk: OpenDesk, directory: Directory, rows: Sequence[Read]) -> None:
        told = [row.values for row in rows]
        emails = ("contact_email", "assignee_email", "author_email")
        versions = desk.session.exec(select(CalendarVersion).order_by(col(CalendarVersion.id)))
        self._calendars: dict[tuple[str, datetime], list[int]] = defaultdict(list)  # by edition
        for one in versions:
            self._calendars[one.name, one.valid_from].append(one.id)
        self._clients = directory.known_clients({values["client"] for values in told if "client" in values})
        self._people = directory.known_users({values[name] for values in told for name in emails if values.get(name)})

    def ticket(self, values: dict[str, Any]) -> dict[str, Any]:
        """The columns of a ticket, but for its product. Raises Bad where it names somebody who is not there."""
        columns = {name: values[name] for name in TICKET if name not in _ELSEWHERE and "calendar" not in name}
        client_id = self._clients.get(values["client"])
        if client_id is None:
            raise Bad("unknown client")
        columns |= {"client_id": client_id, "contact_id": self._contact(values["contact_email"], client_id)}
        columns |= {"assignee_id": self.assignee(values["assignee_email"])}
        columns |= {name: values[name] or None for name in ("source", "source_id")}
        for clock in _CLOCKS:
            editions = self._calendars.get((values[f"{clock}_calendar"], values[f"{clock}_calendar_from"]), [])
            edition = values[f"{clock}_calendar_edition"] or 1
            if not 1 <= edition <= len(editions):
                raise Bad("unknown calendar")
            columns[f"{clock}_calendar_id"] = editions[edition - 1]
        return columns

    def author(self, email: str) -> Known | None:
        """None for the desk itself. Raises Bad."""
        if email and email not in self._people:
            raise Bad("unknown author")
        return self._people.get(email)

    def assignee(self, email: str) -> int | None:
        """None for nobody. Raises Bad."""
        if not email:
            return None
        found = self._people.get(email)
        if found is None or found.role not in STAFF:
            raise Bad("an assignee who is no colleague")
        return found.id

    def _contact(self, email: str, client_id: int) -> int | None:
        if not email:
            return None
        found = self._people.get(email)
        if found is None or found.role != Role.CONTACT or found.client_id != client_id:
            raise Bad("a contact who is not the client's")
        return found.id
