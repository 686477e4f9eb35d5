"""The words by which a client's ticket is found."""

from typing import ClassVar

from sqlmodel import Field

from models.base import Table


class TicketWords(Table, table=True):
    """The different words that both sides may read of one ticket: folded, with a blank before each and after the last.

    A search reads those of one client only, so its cost does not depend on the other clients' tickets.
    """

    __tablename__ = "ticket_words"
    audited: ClassVar[bool] = False

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    words: str
